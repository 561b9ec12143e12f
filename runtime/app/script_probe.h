// ScriptProbe: does hone-script start, is it locked, is its Lua deterministic on this machine?
// For `hone doctor`. Loop's thread; each call runs the loop until it has its answer.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "ports/event_loop.h"
#include "ports/script_process.h"

namespace hone {

// What a fresh hone-script says of itself (kReady): {lua, sandbox: [...]}. Fails after 5 s.
Result<Json> ProbeSandbox(EventLoop* loop, ScriptProcessSpawner* spawner);

// Runs a script that sorts with ties, walks a table and asks for the length of one with holes in
// two processes; both must say the same. Gives what they said.
Result<std::string> ProbeDeterminism(EventLoop* loop, ScriptProcessSpawner* spawner);

}  // namespace hone
