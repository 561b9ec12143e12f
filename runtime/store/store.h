// Store: the engine's door to the results database. One writer thread groups commits; reads run on
// the caller's (loop) thread over their own connection and see committed rows only.
//
// One `hone run` per database: Open takes a file lock and fails with kConflict, naming the process
// that holds it. WAL, synchronous=FULL. A 64 MiB reserve file beside the database is freed when the
// disk is full, so that paid answers still land; then on_trouble is called and Write refuses
// intents.
//
// Open makes the file (and its folder) when there is none, upgrades an older one, and settles what
// a dead process left: sends in flight become 'unknown' and maybe_billed, running experiments, runs
// and units 'interrupted', 'incomplete' and 'stopped'.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/part.h"
#include "base/result.h"
#include "store/operations.h"

namespace hone {

// An answer read back from the ledger.
struct StoredAnswer {
  Part text;
  Json tool_calls;
  std::string finish_reason, response_model;
  int64_t input_tokens = 0, cached_tokens = 0, output_tokens = 0, reasoning_tokens = 0;
  std::optional<PicoUsd> cost;
};

struct StoredUnit {
  std::string status, error_code, error_message;
  Json result;  // with texts resolved
};

// (path, ordinal) -> key: what a unit's execution consumed.
using UseMap = std::map<std::pair<std::string, int64_t>, Hash>;

// An effect on record that is no model call.
struct JournalEntry {
  std::string kind;  // "container.exec"
  Hash command_hash;
  std::string result_json;  // as it was given
};
// (path, ordinal) -> effect. Ordinals are those of UseMap: one numbering along a path.
using JournalMap = std::map<std::pair<std::string, int64_t>, JournalEntry>;

// An earlier, unfinished execution of the same cell by another version of the program.
struct Predecessor {
  Hash unit_key;
  UseMap uses;
};

struct LedgerSummary {
  int64_t answered = 0, unknown = 0;
  PicoUsd spent, possible;  // possible: reserved by sends whose outcome is unknown
};

// What a unit's calls cost an arm, in this file. A call that several ask for counts once, for the
// first arm in the experiment's order.
struct SpendRow {
  std::string arm, model;
  Hash unit_key;
  int64_t calls = 0;  // answered, or sent with an unknown outcome
  PicoUsd spent;      // with what may be owed for unknown outcomes
};

class Store {
 public:
  struct Options {
    std::string path;
    std::vector<std::string> answer_sources;    // --ledger files, opened read-only
    int max_group = 1000;                       // operations a commit
    int64_t reserve_bytes = int64_t{64} << 20;  // of "<path>.reserve"; 0: none
  };
  // `post` runs a function on the loop's thread; it must work until the Store is destroyed.
  using Post = std::function<void(std::function<void()>)>;

  static Result<std::unique_ptr<Store>> Open(Options options, Post post);
  virtual ~Store() = default;  // commits what was given, then closes

  // Queues an operation; `committed` runs on the loop's thread after its transaction is durable (or
  // failed: then with the error, and after an I/O error every later Write fails alike). An
  // operation that is wrong in itself (unknown field, missing row) fails alone, naming table.field;
  // without `committed` such an error is logged.
  using Committed = std::function<void(Status)>;
  virtual void Write(Operation operation, Committed committed = {}) = 0;
  // Runs `committed` when everything written so far is durable.
  virtual void Flush(Committed committed) = 0;
  // Called once when writes start to fail (disk full, I/O): no new intents are accepted after it.
  virtual void OnTrouble(std::function<void(Error)> on_trouble) = 0;

  // Looks into the answer sources, too; what is found there is copied into this file.
  virtual Result<std::optional<StoredAnswer>> FindAnswer(const Hash& key) = 0;
  virtual Result<int> CountSends(const Hash& key) = 0;  // recorded tries, in this file
  virtual Result<std::optional<StoredUnit>> FindUnit(const Hash& unit_key) = 0;
  virtual Result<UseMap> UsesOf(const Hash& unit_key) = 0;
  virtual Result<JournalMap> JournalOf(const Hash& unit_key) = 0;
  // The newest other unit of kind 'run' that stood in the same cell (experiment name, arm,
  // replicate, item name) and did not diverge; nothing when its experiment did complete.
  virtual Result<std::optional<Predecessor>> FindPredecessor(const std::string& experiment_name,
                                                             const std::string& arm,
                                                             const std::string& replicate,
                                                             const std::string& item,
                                                             const Hash& unit_key) = 0;
  // Canonical request of a recorded call with its texts resolved, for divergence messages.
  // Its member "address" holds model, replicate, draw and epoch.
  virtual Result<Json> RequestOf(const Hash& key) = 0;
  // Typed rows of a unit in natural-key order: {id: "tasks:3.2#1", path, n, <fields of PutRow>},
  // texts resolved, null fields left out.
  virtual Result<std::vector<Json>> RowsOf(const Hash& unit_key, const std::string& table) = 0;
  virtual Result<LedgerSummary> Summary(const std::string& experiment_name) = 0;
  virtual Result<std::vector<SpendRow>> SpendOf(const std::string& experiment_name) = 0;
  virtual Result<Part> TextOf(const Hash& hash) = 0;
  virtual const std::string& file_uid() const = 0;
};

}  // namespace hone
