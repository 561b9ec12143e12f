// Show: one recorded thing by its id, as Json; RenderOutline (outline.h) makes lines of it.
//
// Ids are names or hash prefixes of at least four digits; the integers of the database are local to
// a file and appear nowhere.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/stored_call.h"
#include "store/read_database.h"

namespace hone {

// experiment  name, hash or "" (the last one)
// arm         its name; in the experiment "EXPERIMENT/ARM", else in the last one
// run         "ARM/REPLICATE" of the last experiment, or "EXPERIMENT/ARM/REPLICATE"
// unit        key
// call        key: canonical request, all sends, answer, uses
// answer      key of a call: its text alone
// text        hash
// skill       hash of its text, or "UNIT/skills:PATH#N"
// task        name, or "UNIT/tasks:PATH#N"
const std::vector<std::string>& ShowKinds();

Result<Json> ShowThing(ReadDatabase& database, const std::string& kind, const std::string& id);

// The parts that trace.h shows too. Key in full.
Result<Json> CallJson(ReadDatabase& database, const std::string& key);
Result<Json> MessagesJson(const ChatRequest& request);

}  // namespace hone
