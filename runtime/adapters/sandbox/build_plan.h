// BuildPlan: what a Dockerfile does to its base image, step by step. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sandbox/dockerfile.h"
#include "adapters/sandbox/image_store.h"
#include "base/result.h"

namespace hone {

struct BuildStep {
  enum class Kind { kRun, kCopy, kFolder };
  Kind kind = Kind::kRun;
  int line = 0;
  std::string workdir = "/";
  // kRun
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;
  std::string user;
  // kCopy: paths in the build folder, which may be patterns, to an absolute path
  std::vector<std::string> sources;
  std::vector<DockerHeredoc> texts;  // files written in the Dockerfile itself
  std::string destination;           // ends in '/' when it must be a folder
  std::string owner;                 // --chown
  std::optional<unsigned> mode;      // --chmod
  bool unpacks = false;              // ADD: archives are unpacked
  // kFolder: `destination` is made
};

struct BuildPlan {
  std::vector<BuildStep> steps;
  ImageConfig config;
};

// The image that FROM names.
Result<std::string> BaseOfBuild(const std::vector<DockerInstruction>& instructions,
                                const std::string& file);
Result<BuildPlan> PlanBuild(const std::vector<DockerInstruction>& instructions,
                            const std::string& file, const ImageConfig& base);

}  // namespace hone
