// Workbench: the adapters that `run`, `plan` and `check` work with, wired once.
//
// Owns the loop and everything on it; destroyed in the reverse order. One per process, loop's
// thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "adapters/uv_script_process.h"
#include "app/environment.h"
#include "app/installation.h"
#include "app/rate_limit_watch.h"
#include "app/user_config.h"
#include "app/verbs.h"
#include "engine/facilities.h"
#include "engine/implicit_experiment.h"
#include "engine/loaded_experiment.h"
#include "ports/container_engine.h"
#include "ports/http_client.h"
#include "ports/model_source.h"

namespace hone {

class Workbench {
 public:
  // Reads configuration and environment; `endpoints` are those of the command line.
  static Result<std::unique_ptr<Workbench>> Make(const std::vector<std::string>& endpoints);
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  UvEventLoop& loop() { return loop_; }
  SystemClock& clock() { return clock_; }
  ScriptProcessSpawner& spawner() { return *spawner_; }
  ModelSource& models() { return *models_; }
  const RateLimitWatch& rate_limits() const { return *rate_limits_; }  // told by endpoints so far
  const Installation& installation() const { return installation_; }
  const UserConfig& config() const { return config_; }
  const Environment& environment() const { return environment_; }

  // The experiment with its programs, models and items; nothing is sent. A recipe in the place of
  // an experiment file is run by itself, with the configuration file that goes with it.
  Result<LoadedExperiment> Load(const ExperimentArguments& arguments);
  // Where to look and how much of it: what any experiment needs, whatever it comes from.
  Result<LoadOptions> PlainOptions(const ExperimentArguments& arguments) const;
  // In two steps, for verbs that change something in between.
  Result<LoadOptions> OptionsFor(const ExperimentArguments& arguments);
  Result<LoadedExperiment> Load(const LoadOptions& options);
  // Opened when it is first asked for.
  Result<ImplicitExperiments*> Implicit();
  // The back end of containers, made when it is first asked for.
  Result<ContainerEngine*> Containers();
  // To an experiment with programs that use some; where there is no back end, what is opened says
  // so.
  void OfferContainers(const LoadedExperiment& loaded, Facilities* facilities);
  // The search services of the configuration, with their keys.
  void OfferSearches(Facilities* facilities);

 private:
  Workbench() = default;
  // Gives the overrides that are left to apply.
  Result<std::vector<std::string>> MakeImplicit(const std::string& recipe,
                                                const ExperimentArguments& arguments,
                                                LoadOptions* options);

  Installation installation_;
  UserConfig config_;
  Environment environment_;
  SystemClock clock_;
  UvEventLoop loop_;
  std::unique_ptr<UvScriptProcessSpawner> spawner_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<RateLimitWatch> rate_limits_;  // in front of http_
  std::unique_ptr<ModelSource> models_;
  std::unique_ptr<ImplicitExperiments> implicit_;
  std::unique_ptr<ContainerEngine> containers_;
  std::unique_ptr<SearchQueries> searches_;
};

}  // namespace hone
