#include "app/workbench.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "adapters/curl_http_client.h"
#include "app/configured_models.h"
#include "app/container_choice.h"
#include "app/terminal.h"
#include "engine/file_values.h"

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
  bench->rate_limits_ = std::make_unique<RateLimitWatch>(*bench->http_);
  bench->models_ = std::make_unique<ConfiguredModels>(
      bench->loop_, *bench->rate_limits_, bench->clock_, bench->config_, bench->environment_);
  return bench;
}

Result<LoadOptions> Workbench::PlainOptions(const ExperimentArguments& arguments) const {
  LoadOptions options;
  options.home = installation_.home;
  options.project = std::string{"."};
  options.only_arms = arguments.arms;
  options.only_items = arguments.only;
  options.limit = arguments.limit;
  options.is_sweep = arguments.is_sweep;
  return options;
}

Result<LoadOptions> Workbench::OptionsFor(const ExperimentArguments& arguments) {
  HONE_ASSIGN(LoadOptions options, PlainOptions(arguments));
  options.experiment_file = arguments.file;
  std::vector<std::string> overrides = arguments.overrides;
  if (const std::string recipe = RecipeArgument(arguments.file); !recipe.empty()) {
    HONE_ASSIGN(overrides, MakeImplicit(recipe, arguments, &options));
  } else if (!arguments.config.empty() || !arguments.config_options.empty()) {
    return Invalid("--config goes with a recipe, as in hone run recipes/NAME --config FILE; " +
                   arguments.file + " is none");
  }
  for (const std::string& text : overrides) {
    if (!options.values.is_null() && text.starts_with("data=")) continue;
    HONE_ASSIGN(const std::string whole, WithTextOfFile(text));
    options.overrides.push_back(FromExperiment(whole, options.experiment_file));
  }
  return options;
}

Result<LoadedExperiment> Workbench::Load(const ExperimentArguments& arguments) {
  HONE_ASSIGN(const LoadOptions options, OptionsFor(arguments));
  return Load(options);
}

Result<LoadedExperiment> Workbench::Load(const LoadOptions& options) {
  return LoadExperiment(&loop_, spawner_.get(), models_.get(), options);
}

Result<ImplicitExperiments*> Workbench::Implicit() {
  if (!implicit_) {
    HONE_ASSIGN(implicit_, ImplicitExperiments::Open(&loop_, spawner_.get(), installation_.home,
                                                     std::string{"."}));
  }
  return implicit_.get();
}

Result<ContainerEngine*> Workbench::Containers() {
  if (!containers_) {
    HONE_ASSIGN(const ContainerEngineOptions options,
                ChooseContainers(config_.containers, environment_, installation_));
    HONE_ASSIGN(containers_, MakeContainerEngine(options, &loop_));
  }
  return containers_.get();
}

void Workbench::OfferContainers(const LoadedExperiment& loaded, Facilities* facilities) {
  if (!UsesCapability(loaded, "container")) return;
  const Result<ContainerEngine*> engine = Containers();
  if (engine.ok()) {
    facilities->containers = *engine;
  } else {
    facilities->no_containers = engine.error();
  }
  // Without it, a terminal in a container says that it could not be started.
  std::ifstream program(installation_.session_program, std::ios::binary);
  facilities->session_program.assign(std::istreambuf_iterator<char>(program), {});
  constexpr int kPerCore = 4;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  facilities->containers_at_once = config_.containers.at_once.value_or(cores * kPerCore);
}

void Workbench::OfferSearches(Facilities* facilities) {
  SearchServices services;
  for (const auto& [name, config] : config_.searches) {
    SearchService service{config.url, "", ""};
    if (!config.key_env.empty()) {
      const std::optional<std::string> key = environment_.Get(config.key_env);
      service.key = key.value_or("");
      if (!key) service.no_key = config.key_env;
    }
    services.emplace(name, std::move(service));
  }
  searches_ = std::make_unique<SearchQueries>(&loop_, http_.get(), std::move(services));
  facilities->searches = searches_.get();
}

// The values of an experiment without a file: its data are those of the configuration, of
// data=MAPPER, or of the mapper that knows data.path.
Result<std::vector<std::string>> Workbench::MakeImplicit(const std::string& recipe,
                                                         const ExperimentArguments& arguments,
                                                         LoadOptions* options) {
  HONE_ASSIGN(ImplicitExperiments * implicit, Implicit());
  HONE_ASSIGN(ImplicitExperiment made,
              implicit->OfRecipe(
                  {recipe, arguments.config, arguments.config_options, arguments.overrides}));
  for (const std::string& note : made.notes) Report(Tone::kPlain, "note: " + note);
  for (const std::string& key : made.unknown) {
    Report(Tone::kWarning, arguments.config + ": " + key + ": unknown key, left out");
  }
  for (const std::string& text : made.overrides) {
    constexpr std::string_view kMapper = "data=";
    constexpr std::string_view kPath = "data.path=";
    if (text.starts_with(kMapper)) {
      made.values.Set("data", Json::MakeObject({{"mapper", Json(text.substr(kMapper.size()))},
                                                {"params", Json::MakeObject()}}));
    } else if (text.starts_with(kPath) && made.values["data"].is_null()) {
      HONE_ASSIGN(Json data, implicit->DataAt(text.substr(kPath.size())));
      made.values.Set("data", std::move(data));
    }
  }
  options->experiment_file = made.file;
  options->values = std::move(made.values);
  return std::move(made.overrides);
}

}  // namespace hone
