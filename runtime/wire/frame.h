// clang-format off
// The messages between `hone` (engine) and `hone-script`.
//
// A frame is: u32 little-endian payload length, u8 type, payload. All payloads but kPart are one JSON
// object ("body") in UTF-8. A string of kPartMinBytes or more inside a body never travels in it: its
// bytes cross once per process and direction as a kPart frame sent before, and the body holds
// {"$part": "<sha256 hex>"}. A table that itself has a key "$part" or "$literal" is wrapped as
// {"$literal": {...}} (see parts.h). Bytes that are not valid UTF-8 never enter a body.
//
//   engine -> script
//   kStart          {modules: [{name, file, source}], limits: {memory_bytes, instructions}}
//                   `name` is what require() and jobs use: "hone.roles", "recipes.ctx2skill",
//                   "skillopt.params"; `file` is what tracebacks show. Answered by kReady.
//   kLoadExperiment {file, source, overrides}   -> kExperiment {value} | kJobFailed
//   kDescribe       {program}                  -> kDescription {...} | kJobFailed
//                   recipe:    {kind: "recipe", name, doc, unit, uses: [], params: [{name, type,
//                              default, min, max, choices, doc}], steps: [], has_bound, modules: []}
//                   evaluator: {kind: "evaluator", name, doc, uses, params}
//                   mapper:    {kind: "mapper", name, doc, params, shape: ["field", ...]}
//                   converter: {kind: "converter", name, doc, params, writes: "file"|"folder"}
//                   `modules` lists the module names that were loaded, for the program hash.
//   kMapData        (a mapper's or a converter's rows; of a converter the units are {path?, text})
//                   {program, params}          -> kReader {reader, options} | kJobFailed
//   kDataRow        {row}                      -> kDataUnits {units: [...], bad?: [{where, why}]} | kJobFailed
//                   `units` may be empty; `bad` names rows that the mapper cannot use. When the reply
//                   has come, both sides forget every part that has crossed so far: rows may be many.
//   kDataEnd        {}                         -> kDataUnits {units: [...], bad?} | kJobFailed
//   kBound          {program, params, unit: {context_bytes, fields}} -> kBoundIs {calls} | kJobFailed
//   kReadConfig     {program, values, given}   -> kConfigIs {...} | kJobFailed (effects.h)
//   kLayOut         {program, layout, rows}    -> kLaidOut {files: [...]} | kJobFailed (effects.h)
//   kImport         {program, layout, files}   -> kImported {units, ...} | kJobFailed (effects.h)
//   kRunUnit        {unit, program, input, params, prompts: {name: {file, text}},
//                   random: "<seed hex>"}
//                   `unit` is an integer chosen by the engine, unique in this process. `input` is what
//                   run()/attempt() gets. Recipe: the context table. Evaluator: {items: [...], skill}.
//   kAnswer         {unit, call, value} | {unit, call, error: {code, message}}  answers kEffect `call`
//   kCancelUnit     {unit, code, message}      raised in every fiber, past any pcall; then kUnitFailed
//   kDropUnit       {unit}                     forgotten at once, no reply
//
//   script -> engine
//   kReady          {lua, sandbox: ["seccomp", "no_new_privs", "rlimits"]}
//   kEffect         {unit, call, path, kind, step, args}
//                   `call` counts effects of the unit; `path` as in LEDGER.md 1 ("" is the root);
//                   `step` is the innermost named recipe step or "". Answered by kAnswer.
//                   kinds: "llm.chat", "judge.rubrics"
//   kRecord         {unit, path, table, n, step, fields}
//                   `n` counts rows of that table along that path from 1. The row's id in Lua is
//                   "<table>:<path>#<n>"; fields refer to other rows by such ids. No reply.
//   kProgress       {unit, step, score}
//   kLog            {unit, path, step, level, text}
//   kIdle           {unit, answered}           every fiber of the unit waits or has ended; `answered`
//                   counts the kAnswer frames of this unit handled so far. Sent after each burst.
//   kUnitDone       {unit, result}             what run() returned; evaluator: {attempted: n}
//   kUnitFailed     {unit, code, message, traceback}
//   kJobFailed      {code, message, traceback}
// clang-format on
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hone {

inline constexpr std::size_t kPartMinBytes = 1024;
inline constexpr std::size_t kMaxFrameBytes = 256U << 20U;
inline constexpr int kScriptSocketFd = 3;  // the descriptor hone-script finds its socket on

enum class FrameType : uint8_t {
  kPart = 1,
  kStart,
  kLoadExperiment,
  kDescribe,
  kMapData,
  kDataRow,
  kDataEnd,
  kBound,
  kRunUnit,
  kAnswer,
  kCancelUnit,
  kDropUnit,
  kReadConfig,
  kLayOut,
  kImport,
  kReady = 64,
  kExperiment,
  kDescription,
  kReader,
  kDataUnits,
  kBoundIs,
  kEffect,
  kRecord,
  kProgress,
  kLog,
  kIdle,
  kUnitDone,
  kUnitFailed,
  kJobFailed,
  kConfigIs,
  kLaidOut,
  kImported,
};

struct Frame {
  FrameType type = FrameType::kPart;
  std::string payload;
};

// Appends the 5-byte header and the payload to `out`.
void AppendFrame(const Frame& frame, std::string* out);

// Cuts frames out of a byte stream. Feed bytes as they come, then call Next until it is empty.
class FrameReader {
 public:
  void Feed(std::string_view bytes);
  // The next complete frame, nothing when more bytes are needed, or an error when the stream is
  // broken (a length over kMaxFrameBytes): close the channel then.
  Result<std::optional<Frame>> Next();

 private:
  std::string buffer_;
  std::size_t start_ = 0;
};

}  // namespace hone
