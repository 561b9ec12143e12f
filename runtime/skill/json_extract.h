// Finds the JSON value in what a model wrote: alone, in a code fence, or with prose around it.
//
// The text is read from the left. Every outermost value is one candidate, so braces and fences
// inside strings never are. Chosen is the first candidate of the wanted shape that directly follows
// the opening line of a fence, else the first object, else the first array. A schema comes before
// that order: a value that has all keys it demands beats one that has some, and that one a value
// that has none; where no value has them all, one that was cut off or malformed is the error rather
// than an example that stood before it. Nothing is repaired but
// raw line ends and tabs inside strings, which have one meaning only. A leading <think> block is
// skipped. Linear time but for a constant (the depth limit). Errors are kBadResponse and safe to
// show.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hone {

enum class JsonShape { kAny, kObject, kArray };

// Fails when there is no such value, when it is cut off, and when what was meant as one is
// malformed; a part of a broken value is never returned in its place.
// Of `schema` the type and the keys of an object are looked at (`required`, or all `properties`
// where that is missing); null asks for nothing.
Result<Json> ExtractJson(std::string_view text, JsonShape want = JsonShape::kAny,
                         const Json& schema = Json());

}  // namespace hone
