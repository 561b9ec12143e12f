// The message kRecord -> the typed row of the results database.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "store/operations.h"
#include "wire/parts.h"

namespace hone {

// `body` is a shallow kRecord body {path, table, n, step, fields} (wire/effects.h).
Result<PutRow> ReadRecord(const Json& body, const Hash& unit_key, const PartReceiver& parts);

}  // namespace hone
