#include "app/workbench.h"

#include <filesystem>
#include <utility>

#include "adapters/curl_http_client.h"
#include "app/configured_models.h"

namespace hone {

namespace {

// A file named on the command line is meant from where the user stands, one named in an experiment
// from where the experiment stands: data.path=FILE becomes the latter.
std::string FromExperiment(const std::string& override_text, const std::string& experiment_file) {
  namespace fs = std::filesystem;
  constexpr std::string_view kKey = "data.path=";
  if (!override_text.starts_with(kKey)) return override_text;
  const fs::path path = override_text.substr(kKey.size());
  std::error_code trouble;
  if (path.empty() || path.is_absolute() || !fs::exists(path, trouble)) return override_text;
  // By name only: a symbolic link in between stays the user's business.
  const fs::path folder = fs::absolute(experiment_file).parent_path().lexically_normal();
  const fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(folder);
  return std::string(kKey) + relative.string();
}

}  // namespace

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
  for (const std::string& text : arguments.overrides) {
    options.overrides.push_back(FromExperiment(text, arguments.file));
  }
  options.only_arms = arguments.arms;
  options.only_items = arguments.only;
  options.limit = arguments.limit;
  options.is_sweep = arguments.is_sweep;
  return LoadExperiment(&loop_, spawner_.get(), models_.get(), options);
}

}  // namespace hone
