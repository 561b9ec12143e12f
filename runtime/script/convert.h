// The only place where values cross between Lua and JSON.
//
// A table is a list when its keys are 1..n, an object when they are strings; an empty table is an
// object unless json.array{} marked it. Metatables are not consulted, so no recipe code runs. Depth
// and bytes are bounded; NaN, infinities, functions, invalid UTF-8 and mixed keys are errors that
// name the place.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "script/outbox.h"
#include "script/trampoline.h"
#include "wire/parts.h"

namespace hone {

inline constexpr int kMaxDepth = 100;
inline constexpr std::size_t kMaxValueBytes = 128U << 20U;

// The value at `index`. `what` starts the path in errors ("llm.chat: messages"). With an outbox
// large strings become references and may be sent right away. Never raises.
Result<Json> JsonFromLua(lua_State* L, int index, std::string_view what, Outbox* outbox = nullptr);

enum class NullAs { kAbsent, kSentinel };

// Pushes a value. With `parts`, references in it are replaced by their texts, and `anchor` keeps
// those texts alive and known by hash. Raises only when memory is short; REQUIRES protected mode.
void PushJson(lua_State* L, const Json& value, const PartReceiver* parts = nullptr,
              bool anchor = false, NullAs null_as = NullAs::kAbsent);

// Marks the table on top of the stack as a list or an object, for when it is empty.
void MarkArray(lua_State* L);
void MarkObject(lua_State* L);
// json.null, the sentinel in lists and in json.decode.
void PushNull(lua_State* L);
bool IsNull(lua_State* L, int index);
// Creates the marks; once per state.
void OpenConvert(lua_State* L);

}  // namespace hone
