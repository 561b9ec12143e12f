// The "task_folders" reader: tasks in containers, a folder each, in both layouts of SkillsBench.
//
//   classic  task.toml, instruction.md, environment/, tests/, [solution/]
//   native   task.md (YAML front matter, then the instruction), environment/, verifier/, [oracle/]
//
// Where both are there, task.md wins. A row: {id (the folder's name), format ("task.toml" or
// "task.md"), config (the parsed TOML or YAML), instruction, environment, tests, solution?,
// skills?}; the last four are assets (data/asset.h), tests of the kind "tests", skills the folder
// environment/skills. Rows come in the order of the folders' names.
//
// A folder without any of task.md, task.toml and instruction.md is no task and is passed over. A
// task that lacks a part, or whose file cannot be parsed, is a bad row, named by its file and line.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

// Options: path (a folder with a folder for each task, a task's own folder, or a list of these).
Result<std::unique_ptr<RowReader>> OpenTaskFolderReader(const Json& spec,
                                                        const std::string& base_dir);

}  // namespace hone
