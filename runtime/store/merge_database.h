// MergeDatabase: joins another results database into this one by natural keys (LEDGER.md 7).
//
// Idempotent: merging a file a second time changes nothing, and the order of several files does not
// matter for anything that a table prints. A unit that is finished in one file replaces one that is
// not in the other, with all its rows; a call that is answered in one is answered in the result.
// Sends belong to the file whose process made them: that file's word about them counts.
//
// The target is made when there is none; its lock is taken, so no `hone run` may be at work on it.
// The source is read in one transaction and may still be written to: what is under way there is
// taken as it stands, and taken again, complete, by a later merge.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace hone {

struct MergeCounts {
  int64_t units = 0;  // new or finished by the other file
  int64_t calls = 0;  // new or answered by the other file
  int64_t sends = 0;
};

// `now_ms` is when, for the table merges. Errors name the file: kNotFound, kInvalidArgument (not a
// results database, another schema, the same file), kConflict (the target is being written),
// kCorrupt (a text is not what its hash says).
Result<MergeCounts> MergeDatabase(const std::string& target, const std::string& source,
                                  int64_t now_ms);

}  // namespace hone
