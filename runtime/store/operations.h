// What the engine asks the writer thread to put into the results database: plain structs.
//
// Operations are applied in the order in which they were given, many to a transaction. Each is an
// upsert by its natural key, so that re-execution and a repeated resume write nothing twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/part.h"
#include "base/units.h"

namespace hone {

// A new experiment or the same one started again (by hash): status becomes 'running'.
struct PutExperiment {
  Hash hash;
  std::string name, file, config_json, sources_json, data_json, prices_json, subset, hone_version;
  int64_t now_ms = 0;
  std::vector<Part> sources = {};  // the texts that sources_json names
};
struct EndExperiment {
  Hash hash;
  std::string status;
  int64_t now_ms = 0;
};
struct PutArm {
  Hash experiment;
  int position = 0;
  std::string name, recipe, baseline, config_json;
  std::string labels_json = "{}";   // its place in the matrix: {"model", "slice", "arm", "params"}
  std::string origin = "declared";  // declared | sweep | rejudge
};
// A run is named by (experiment hash, arm name, replicate).
struct RunName {
  Hash experiment;
  std::string arm, replicate;
  auto operator<=>(const RunName&) const = default;
};
struct PutRun {
  RunName run;
  Hash program_hash;
  std::string status;  // planned | running | complete | incomplete
  int64_t now_ms = 0;
};
// The cell of an item; a null hash leaves what is recorded.
struct PutRunUnit {
  RunName run;
  int position = 0;
  std::string name, cluster, category, separation;
  int report_tasks = 0;
  std::optional<Hash> unit_key, evaluate_unit_key, select_unit_key, skill_hash;
  std::string shard = {};  // "k/n", "" when the run is not sharded
};
// What a search decided about an arm at one of its barriers.
struct PutDecision {
  Hash experiment;
  int rung = 0;  // from 1
  std::string arm, action, reason, evidence_json;
};
// Forgets them all, before a search that starts again decides anew.
struct ForgetDecisions {
  Hash experiment;
};
// Somebody's verdict on an answer, one rubric at a time (0: the answer as a whole).
struct PutLabel {
  Hash answer_key;
  int64_t rubric = 0;
  Hash rubric_hash;
  std::string labeller, status, note;
};
struct StartUnit {
  Hash unit_key;
  std::string kind;  // run | evaluate
  Hash item_hash;
  std::string name, replicate;
  int64_t now_ms = 0;
};
struct EndUnit {
  Hash unit_key;
  std::string status, error_code, error_message;
  Json result;  // strings of kPartMinBytes or more become {"$text": hash}
  int64_t now_ms = 0;
};
// Forgets uses and typed rows of a unit (after --accept-divergence). Calls stay.
struct ForgetUnit {
  Hash unit_key;
};
// Forgets what is recorded of a path from an ordinal on, and of all paths below it, before the unit
// starts again because a repeated command gave another result: uses, journal, and the execs of
// these effects, whose n is the effect's ordinal. Other typed rows of the unit go as a whole: the
// next execution writes them again. Calls stay, and so does what diverged (journal.diverged_json),
// as a history that nothing is answered from.
struct ForgetFrom {
  Hash unit_key;
  std::string path;
  int64_t ordinal = 1;
};

struct PutIntent {
  Hash key, request_hash;
  std::string model, replicate;
  Hash item;
  std::string draw, epoch;
  Json request;  // {messages: [{role, content: [{"$text": hash}, ...]}], tools, format, sampling}
  std::vector<Part> parts;  // the texts that `request` names; shared, not copied
  std::optional<uint32_t> seed;
  PicoUsd reserved;
  std::string address;  // of the send that follows
  int send_n = 1;       // 1 + tries already recorded for this key in this file
  int64_t now_ms = 0;   // also the start of the send
};
struct EndSend {
  Hash key;
  int send_n = 1;
  std::string outcome;
  bool maybe_billed = false;
  int http_status = 0;
  int64_t request_bytes = 0, response_bytes = 0;
  std::string error;
  bool interrupts_call = false;  // the call gives up: its status becomes 'interrupted'
  int64_t now_ms = 0;
};
// Ends the send as 'answered' and stores the answer, in one operation.
struct PutAnswer {
  Hash key;
  int send_n = 1;
  int http_status = 0;
  int64_t request_bytes = 0, response_bytes = 0;
  Part text;
  Json tool_calls;
  std::string finish_reason, response_model, provider_request_id;
  int64_t input_tokens = 0, cached_tokens = 0, output_tokens = 0, reasoning_tokens = 0;
  int64_t cache_write_tokens = 0;
  bool tokens_are_estimate = false;
  std::optional<PicoUsd> cost;
  std::string price_json = {};  // the price row behind `cost`
  int64_t now_ms = 0;
};
struct PutUse {
  Hash unit_key;
  std::string path;
  int64_t ordinal = 0;
  Hash key;  // of the call
  std::string role, step;
  std::string fallback_for = {};  // the model that was asked for, when a declared fallback answered
};
struct PutJournal {
  Hash unit_key;
  std::string path;
  int64_t ordinal = 0;
  std::string kind;
  Hash command_hash;
  std::string result_json;         // long texts in it are stored once, by content
  std::string diverged_json = {};  // what a repetition gave instead; "" keeps what is recorded
};
// A typed row: table is one of tasks, attempts, skills, edits, gates, probes, replays, selections,
// execs, metrics, artifacts, steps, commits, skill_uses. `fields` are the table's columns by name,
// with these conveniences:
//   text columns *_text_id take the text under the name without _text_id ("answer", "text");
//   references to rows take the Lua id "<table>:<path>#<n>" under the name without _id ("task",
//   "skill"); call_id and judge_call_id take the call's key in hex under "call" and "judge_call";
//   tasks take "rubrics": [text...]; attempts take "verdicts": [{status, reason}...];
//   *_json columns take any Json under the name without _json.
struct PutRow {
  Hash unit_key;
  std::string table, path;
  int64_t n = 0;
  Json fields;
};
struct PutOverlap {
  RunName run;
  int position = 0;
  std::string task_name, found_in;
};

using Operation =
    std::variant<PutExperiment, EndExperiment, PutArm, PutRun, PutRunUnit, StartUnit, EndUnit,
                 ForgetUnit, ForgetFrom, PutIntent, EndSend, PutAnswer, PutUse, PutJournal, PutRow,
                 PutOverlap, PutDecision, ForgetDecisions, PutLabel>;

}  // namespace hone
