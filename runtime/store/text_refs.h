// Json with large strings kept apart: {"$text": "<sha256 hex>"} stands for a stored text.
//
// An object of the user's own that has a key "$text" or "$literal" is wrapped as {"$literal":
// {...}}, so that Resolve(Extract(x)) == x for every x.
#pragma once

#include <functional>
#include <string_view>

#include "base/json.h"
#include "base/part.h"

namespace hone {

// `value` with every string of kPartMinBytes or more given to `keep` and replaced by its reference.
Result<Json> ExtractTexts(const Json& value, const std::function<Status(const Part&)>& keep);

// `value` with every reference replaced by what `find` gives.
Result<Json> ResolveTextRefs(const Json& value,
                             const std::function<Result<Part>(const Hash&)>& find);

}  // namespace hone
