#include "engine/unit_run.h"

#include <algorithm>

#include "engine/container_effects.h"
#include "engine/search_effects.h"
#include "primitives/effect_end.h"
#include "primitives/judge_rubrics.h"
#include "primitives/llm_chat.h"
#include "primitives/llm_embed.h"
#include "primitives/record_row.h"

namespace hone {
namespace {

LogLevel LevelOf(const std::string& name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "warn") return LogLevel::kWarn;
  return LogLevel::kInfo;
}

// An evaluator knows one kind of task; what a search chooses on is kept apart from what is
// reported.
void MarkSelection(PutRow* row) {
  if (row->table == "attempts") row->fields.Set("purpose", Json("select"));
  if (row->table == "tasks") row->fields.Set("origin", Json("select"));
}

}  // namespace

class UnitRun::PathGate : public CallGate {
 public:
  PathGate(std::weak_ptr<UnitRun> unit, std::string path)
      : unit_(std::move(unit)), path_(std::move(path)) {}
  void Call(CallWish wish, Done done) override {
    if (const std::shared_ptr<UnitRun> unit = unit_.lock()) {
      unit->Call(path_, std::move(wish), std::move(done));
    }
  }

 private:
  std::weak_ptr<UnitRun> unit_;
  std::string path_;
};

UnitRun::UnitRun(World world, ScriptHost* host, int64_t number, UnitSpec spec, OnEnd on_end)
    : world_(std::move(world)),
      host_(host),
      number_(number),
      spec_(std::move(spec)),
      on_end_(std::move(on_end)) {
  MakeJournal();
}

// Kinds of effects that are journaled are added here; the others are in OnEffect.
void UnitRun::MakeJournal() {
  UnitJournal::World journal;
  journal.store = world_.store;
  journal.desk = world_.desk;
  journal.unit_key = spec_.unit_key;
  journal.accept_divergence = world_.accept_divergence;
  journal.rewrites = spec_.is_predecessor || world_.accept_divergence;
  journal.write = [this](Operation operation) { Write(std::move(operation)); };
  journal.stop = [this](const std::string& status, Error error) { Stop(status, std::move(error)); };
  journal.start_again = [this] { StartAgain(); };
  journal_ = std::make_unique<UnitJournal>(std::move(journal), spec_.journal);
  journal_->AddGroup("search", MakeSearchEffects(world_.facilities));
  if (world_.assets == nullptr) return;
  journal_->AddGroup("container", MakeContainerEffects(world_.desk, world_.assets,
                                                       [this](const EffectDivergence& divergence) {
                                                         OnDivergence(divergence);
                                                       }));
}

// What followed from the container is forgotten: its effects, and which calls were made there, for
// they may be others now.
void UnitRun::OnDivergence(const EffectDivergence& divergence) {
  for (UseMap* calls : {&spec_.recorded, &uses_}) {
    std::erase_if(*calls, [&](const auto& use) {
      return IsForgotten(use.first, divergence.path, divergence.opened);
    });
  }
  journal_->OnDivergence(divergence);
}

void UnitRun::Write(Operation operation) {
  if (world_.writes) world_.store->Write(std::move(operation));
}

void UnitRun::Start() {
  Write(StartUnit{spec_.unit_key, spec_.kind, spec_.item_hash, spec_.name, spec_.replicate,
                  world_.clock->NowMs()});
  Json body = spec_.body();
  body.Set("unit", Json(number_));
  host_->Send(FrameType::kRunUnit, number_, body);
}

// Results of effects that were written since its start are read back: they are on record now.
void UnitRun::Restart(ScriptHost* host, int64_t number) {
  host_ = host;
  number_ = number;
  const int64_t generation = ++generation_;
  journal_->LetGo();
  idle_seen_ = false;
  sent_ = answered_ = 0;
  for (const auto& [place, key] : uses_) spec_.recorded.emplace(place, key);
  ordinals_.clear();
  occurrences_.clear();
  uses_.clear();
  task_texts_.clear();
  workspaces_.reset();
  own_rows_.clear();
  shuffled_.clear();
  is_held_ = false;
  held_effects_.clear();
  if (!journal_->has_written()) {
    journal_->Restart({});
    return Start();
  }
  world_.store->Flush([self = weak_from_this(), generation](const Status& /*flushed*/) {
    const std::shared_ptr<UnitRun> unit = self.lock();
    if (!unit || unit->ended_ || unit->generation_ != generation) return;
    Result<JournalMap> recorded = unit->world_.store->JournalOf(unit->spec_.unit_key);
    if (!recorded.ok()) return unit->Stop("failed", recorded.error());
    unit->journal_->Restart(std::move(*recorded));
    unit->Start();
  });
}

// After a divergence: its record has forgotten a part of what it did. Calls of that part are asked
// for again, and the ledger has them.
void UnitRun::StartAgain() {
  if (world_.on_log) {
    world_.on_log(LogLevel::kWarn,
                  spec_.run_label +
                      ": a container that was built again gave other results than recorded; what "
                      "followed from them is done again (journal.diverged_json has both)");
  }
  host_->Send(FrameType::kDropUnit, number_, Json::MakeObject({{"unit", Json(number_)}}));
  if (world_.on_start_again) world_.on_start_again();
}

void UnitRun::OnFrame(FrameType type, const Json& body) {
  if (ended_) return;
  switch (type) {
    case FrameType::kEffect:
      if (is_held_) {
        held_effects_.push_back(body);
      } else {
        OnEffect(body);
      }
      break;
    case FrameType::kProgress:
      if (world_.on_progress) world_.on_progress(body["step"].AsInt(), body["score"].AsDouble());
      break;
    case FrameType::kRecord:
      OnRecord(body);
      break;
    case FrameType::kLog: {
      const std::string& step = body["step"].AsString();
      const Result<Part> text = host_->parts().TextOf(body["text"]);
      if (world_.on_log && text.ok()) {
        world_.on_log(
            LevelOf(body["level"].AsString()),
            spec_.run_label + (step.empty() ? "" : " [" + step + "]") + ": " + *text->text);
      }
      break;
    }
    case FrameType::kIdle:
      idle_seen_ = true;
      answered_ = body["answered"].AsInt();
      if (world_.shuffle) ReleaseShuffled();
      if (is_quiet() && on_quiet_) on_quiet_();
      break;
    case FrameType::kUnitDone: {
      Result<Json> result = host_->parts().Resolve(body["result"]);
      if (!result.ok()) return Stop("failed", result.error());
      End(UnitEnd{"finished", {}, std::move(result).value()});
      break;
    }
    case FrameType::kUnitFailed: {
      std::string text = body["message"].AsString();
      const std::string& traceback = body["traceback"].AsString();
      if (!traceback.empty()) text += "\n" + traceback;
      End(UnitEnd{"failed", Fail(ErrorCodeFromName(body["code"].AsString()), text), {}});
      break;
    }
    default:
      break;
  }
}

void UnitRun::Hold(bool on) {
  is_held_ = on;
  if (on) return;
  for (const Json& body : std::exchange(held_effects_, {})) {
    if (!ended_) OnEffect(body);
  }
}

void UnitRun::OnRecord(const Json& body) {
  Result<PutRow> row = ReadRecord(body, spec_.unit_key, host_->parts());
  if (!row.ok()) return Stop("failed", row.error());
  if (spec_.is_selection) MarkSelection(&*row);
  if (row->table == "tasks" && row->fields["origin"].AsString() != "report") {
    task_texts_.push_back(row->fields["text"].AsString());
    for (const Json& rubric : row->fields["rubrics"].items())
      task_texts_.push_back(rubric.AsString());
  }
  Write(std::move(row).value());
}

void UnitRun::OnEffect(const Json& body) {
  const int64_t call = body["call"].AsInt();
  const std::string& kind = body["kind"].AsString();
  const std::string& step = body["step"].AsString();
  if (journal_->Has(kind)) return OnJournaledEffect(body);
  auto gate = std::make_shared<PathGate>(weak_from_this(), body["path"].AsString());
  auto done = [self = weak_from_this(), call, generation = generation_](Result<Json> value) {
    const std::shared_ptr<UnitRun> unit = self.lock();
    if (!unit || unit->generation_ != generation) return;
    unit->Deliver(call, value.ok() ? Json::MakeObject({{"value", std::move(*value)}})
                                   : ErrorAnswer(value.error()));
  };
  if (kind == "llm.chat") {
    RunLlmChat(body["args"], step, host_->parts(), world_.assets, gate, done);
  } else if (kind == "llm.embed") {
    RunLlmEmbed(body["args"], step, host_->parts(), gate, done);
  } else if (kind == "judge.rubrics") {
    RunJudgeRubrics(body["args"], step, host_->parts(), world_.judge_prompt, gate, done);
  } else if (kind.starts_with("workspace.")) {
    done(RunWorkspace(kind, body["path"].AsString(), body["args"]));
  } else {
    done(Invalid("the effect '" + kind + "' is not there"));
  }
}

Result<Json> UnitRun::RunWorkspace(const std::string& kind, const std::string& path,
                                   const Json& args) {
  if (world_.facilities.folders == nullptr) {
    return Fail(ErrorCode::kUnavailable, kind + ": there are no workspaces here");
  }
  if (!workspaces_) {
    Workspaces::World world;
    world.source = world_.facilities.folders;
    world.folder = spec_.unit_key.Hex().substr(0, 16);
    world.seeds = spec_.seeds;
    world.on_commit = [this](const std::string& at, Json fields) {
      WriteOwnRow("commits", at, std::move(fields));
    };
    workspaces_ = std::make_unique<Workspaces>(std::move(world));
  }
  HONE_ASSIGN(const Json resolved, host_->parts().Resolve(args));
  return workspaces_->Run(kind, path, resolved);
}

// A row of a table that only the engine writes; it counts along the path, as rows of recipes do.
void UnitRun::WriteOwnRow(const std::string& table, const std::string& path, Json fields) {
  PutRow row;
  row.unit_key = spec_.unit_key;
  row.table = table;
  row.path = path;
  row.n = ++own_rows_[{table, path}];
  row.fields = std::move(fields);
  Write(std::move(row));
}

void UnitRun::OnJournaledEffect(const Json& body) {
  const int64_t call = body["call"].AsInt();
  Result<Json> args = host_->parts().Resolve(body["args"]);
  if (!args.ok()) return Stop("failed", args.error());
  Effect effect{body["path"].AsString(), 0, body["kind"].AsString(), body["step"].AsString(),
                std::move(*args)};
  if (call == 0) return journal_->Tell(effect.kind, effect.args);
  effect.ordinal = ++ordinals_[effect.path];
  if (spec_.recorded.contains({effect.path, effect.ordinal}) && !world_.accept_divergence) {
    return Stop("diverged",
                Fail(ErrorCode::kConflict,
                     "path '" + effect.path + "', effect " + std::to_string(effect.ordinal) +
                         ": this execution differs from its record: recorded a call of a model, "
                         "now " +
                         effect.kind + "; nothing was executed"));
  }
  journal_->Run(effect, [self = weak_from_this(), call, generation = generation_](Json answer) {
    const std::shared_ptr<UnitRun> unit = self.lock();
    if (unit && unit->generation_ == generation) unit->Deliver(call, std::move(answer));
  });
}

void UnitRun::Deliver(int64_t call, Json answer) {
  if (ended_) return;
  Delivery delivery{call, std::move(answer)};
  if (!world_.shuffle) return SendAnswer(delivery);
  shuffled_.push_back(std::move(delivery));
  if (is_quiet()) ReleaseShuffled();
}

// One at a time, so that every answer meets the script in a state of its own.
void UnitRun::ReleaseShuffled() {
  if (shuffled_.empty() || !is_quiet()) return;
  const auto index = static_cast<std::size_t>(world_.shuffle->Below(shuffled_.size()));
  const Delivery chosen = std::move(shuffled_[index]);
  shuffled_.erase(shuffled_.begin() + static_cast<std::ptrdiff_t>(index));
  SendAnswer(chosen);
}

void UnitRun::SendAnswer(const Delivery& delivery) {
  Json body = Json::MakeObject({{"unit", Json(number_)}, {"call", Json(delivery.call)}});
  for (const auto& [name, value] : delivery.answer.members()) body.Set(name, value);
  ++sent_;
  host_->Send(FrameType::kAnswer, number_, body);
}

void UnitRun::Stop(const std::string& status, Error error) {
  if (ended_) return;
  host_->Send(FrameType::kDropUnit, number_, Json::MakeObject({{"unit", Json(number_)}}));
  End(UnitEnd{status, std::move(error), {}});
}

void UnitRun::End(UnitEnd end) {
  ended_ = true;
  journal_->LetGo();
  EndUnit write;
  write.unit_key = spec_.unit_key;
  write.status = end.status;
  if (end.status != "finished") {
    write.error_code = ErrorCodeName(end.error.code);
    write.error_message = end.error.message;
  }
  write.result = end.result;
  write.now_ms = world_.clock->NowMs();
  Write(std::move(write));
  on_end_(spec_, std::move(end));
}

}  // namespace hone
