// Export of the evaluated skills as folders that any reader of SKILL.md takes:
//
//   DIR/<arm>/<seed>/<skill-name>/SKILL.md   and   DIR/manifest.json
//
// Every part of a path is a slug of a-z, 0-9 and hyphens, so no name from a model or a file can
// leave DIR; links inside DIR are not followed. Skills of one run that share a name get "-2", "-3"
// in the order of the data (the frontmatter's name with them). What is no valid SKILL.md is made
// one (skill/skill_document.h) and the manifest says so.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/read_database.h"

namespace hone {

struct ExportQuery {
  std::string experiment{};  // as FindExperiment takes it
  std::string arm{};         // "" is all arms
  std::string folder{};      // made when absent; must be empty or an earlier export
};

// Returns the manifest: {experiment, hash, skills: [{arm, seed, item, path, hash, name, changed}],
// without_skill: [{arm, seed, item, reason}]}.
Result<Json> ExportSkills(ReadDatabase& database, const ExportQuery& query);

}  // namespace hone
