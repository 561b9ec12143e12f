// WriteBundle: one experiment with all it rests on, in one file that others can open.
//
// A bundle is a results database that holds that experiment only: its rows, the answers it used,
// the texts of its recipes, prompts, library and experiment file, the prices in force, and, when
// asked, its data files. Every reading verb opens it (`hone --db FILE table`), `hone run --ledger
// FILE` takes answers from it, and `hone --db FILE export --sources DIR` writes its programs out
// again.
#pragma once

#include <string>
#include <vector>

#include "base/hash.h"
#include "base/part.h"
#include "base/result.h"

namespace hone {

// A data file as the experiment names it.
struct BundledFile {
  std::string path;
  Part text;
};

// `db` may be in use. kInvalidArgument when `target` exists.
Status WriteBundle(const std::string& db, const Hash& experiment,
                   const std::vector<BundledFile>& data, const std::string& target);

}  // namespace hone
