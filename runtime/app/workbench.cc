#include "app/workbench.h"

#include <utility>

#include "adapters/curl_http_client.h"
#include "app/configured_models.h"

namespace hone {

Workbench::~Workbench() = default;

Result<std::unique_ptr<Workbench>> Workbench::Make(const std::vector<std::string>& endpoints) {
  std::unique_ptr<Workbench> bench(new Workbench());
  HONE_ASSIGN(bench->config_, LoadUserConfig());
  HONE_TRY(AddEndpoints(endpoints, &bench->config_));
  HONE_ASSIGN(bench->environment_, Environment::Load());
  HONE_ASSIGN(bench->installation_, Installation::Find());
  bench->spawner_ = std::make_unique<UvScriptProcessSpawner>(
      bench->loop_, UvScriptProcessSpawner::Options{bench->installation_.script_program, false});
  bench->http_ = std::make_unique<CurlHttpClient>(bench->loop_);
  bench->models_ = std::make_unique<ConfiguredModels>(bench->loop_, *bench->http_, bench->clock_,
                                                      bench->config_, bench->environment_);
  return bench;
}

Result<LoadedExperiment> Workbench::Load(const ExperimentArguments& arguments) {
  LoadOptions options;
  options.experiment_file = arguments.file;
  options.home = installation_.home;
  options.project = std::string{"."};
  options.overrides = arguments.overrides;
  options.only_arms = arguments.arms;
  options.only_items = arguments.only;
  options.limit = arguments.limit;
  return LoadExperiment(&loop_, spawner_.get(), models_.get(), options);
}

}  // namespace hone
