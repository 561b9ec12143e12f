// ImportLayout: the output folder of a published system as history in the results database, as the
// recipe that stands for that system reads it (its `import` function, kImport in wire/effects.h).
//
// What comes out is an experiment like any other but for its origin: arms say 'imported', nothing
// was called here, and running nothing continues it. The same folder gives the same rows.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"
#include "store/operations.h"

namespace hone {

struct TextTree {
  Json files = Json::MakeArray();     // [{path, text}, ...], sorted by path
  Hash hash;                          // of all of them
  std::vector<std::string> left_out;  // paths that are no text, or too large
};

// All regular files below `folder` that are texts; symbolic links are not followed.
// kInvalidArgument when there is none, or more than a script can hold.
Result<TextTree> ReadTextTree(const std::string& folder);

struct ImportedHistory {
  std::string recipe;
  Json answer;  // of kImport
};

// Asks the recipe that declares the layout. Roots as in SourceTree. The error names the layouts
// there are.
Result<ImportedHistory> AskForHistory(EventLoop* loop, ScriptProcessSpawner* spawner,
                                      const std::string& home, const std::string& project,
                                      const std::string& layout, const Json& files);

struct HistorySource {
  std::string layout, folder, hone_version;
  std::string name;  // of the experiment; "": the recipe's, else the folder's
  Hash hash;         // TextTree::hash
  int64_t now_ms = 0;
};
struct HistoryRows {
  Hash experiment;
  std::string name;
  int64_t units = 0, rows = 0;
  std::vector<Operation> operations;  // in an order in which references exist
};

// The operations that put the history on record. Errors name the place in the recipe's answer.
Result<HistoryRows> RowsOfHistory(const ImportedHistory& history, const HistorySource& source);

}  // namespace hone
