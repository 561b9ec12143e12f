#include "engine/unit_run.h"

#include <algorithm>
#include <charconv>

#include "engine/container_effects.h"
#include "engine/divergence.h"
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

// Interruptions are the world's fault, also a request that the provider refuses; stops are ours.
bool IsStop(ErrorCode code) {
  return code == ErrorCode::kOverBudget || code == ErrorCode::kCancelled;
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

// A chat model makes no vectors: an embedding asks the role's own model, else that of "embed", else
// the offline one, never the default.
const UnitModel& UnitRun::ModelFor(const CallWish& wish) const {
  auto model = spec_.models.find(wish.role);
  if (model == spec_.models.end()) model = spec_.models.find(wish.embed ? "embed" : "default");
  return model == spec_.models.end() ? world_.default_embedder : model->second;
}

Result<CallBroker::Spec> UnitRun::MakeCall(const std::string& path, const CallWish& wish) {
  const UnitModel& model = ModelFor(wish);
  CallBroker::Spec call;
  HONE_ASSIGN(call.request_hash,
              wish.embed ? CanonicalRequestHash(*wish.embed) : CanonicalRequestHash(*wish.request));
  call.address.replicate = spec_.replicate;
  call.address.epoch = spec_.epoch;
  call.address.item = spec_.item_hash;
  std::string draw_path = path;
  if (!spec_.item_hashes.empty()) {
    // An evaluator's first path index names the report item; draws count from there, so that one
    // more report task does not buy the others again.
    const std::size_t dot = path.find('.');
    std::size_t index = 0;  // of a path that begins with a memo ("@key"): none, the whole item
    std::from_chars(path.data(), path.data() + std::min(dot, path.size()), index);
    if (index >= 1 && index <= spec_.item_hashes.size()) {
      call.address.item = spec_.item_hashes[index - 1];
      draw_path = dot == std::string::npos ? "" : path.substr(dot + 1);
    }
  }
  const int64_t n = ++occurrences_[{path, call.request_hash}];
  call.address.draw =
      wish.draw_label.empty() ? draw_path + "#" + std::to_string(n) : wish.draw_label;
  call.embed = wish.embed;
  call.request = wish.request;
  return Asked(std::move(call), wish, model.name, model.choice);
}

// The same call to a model: its own or a fallback.
CallBroker::Spec UnitRun::Asked(CallBroker::Spec call, const CallWish& wish,
                                const std::string& name, const ModelChoice& choice) const {
  call.choice = choice;
  call.may_buy = world_.buys_only_role.empty() || wish.role == world_.buys_only_role;
  call.address.model = name;
  call.payer = {spec_.arm, name.substr(0, name.find('/')), spec_.unit_key};
  call.key = CallKey(call.request_hash, call.address);
  if (wish.embed) return call;
  call.request = wish.request;
  if (choice.takes_seed && !wish.request->sampling.Has("seed")) {
    auto seeded = std::make_shared<ChatRequest>(*wish.request);
    seeded->seed = DerivedSeed(call.address);
    call.request = std::move(seeded);
  }
  return call;
}

void UnitRun::Call(const std::string& path, CallWish wish, CallGate::Done done) {
  if (ended_) return;
  Result<CallBroker::Spec> call = MakeCall(path, wish);
  if (!call.ok()) return done(call.error());
  const Place place{path, ++ordinals_[path]};
  if (const JournalEntry* effect = journal_->Recorded(place); effect != nullptr) {
    if (effect->kind == UnitJournal::kCall && effect->command_hash == call->key) {
      uses_[place] = call->key;
      return done(journal_->RecallCall(place, call->key));
    }
    if (effect->kind != UnitJournal::kCall && !world_.accept_divergence) {
      return Stop("diverged",
                  Fail(ErrorCode::kConflict,
                       "path '" + path + "', call " + std::to_string(place.second) +
                           ": this execution differs from its record: recorded " + effect->kind +
                           ", now a call of role " + wish.role + "; nothing was sent"));
    }
    journal_->Forget(path, place.second);
  }
  uses_[place] = call->key;
  if (spec_.call_limit && static_cast<int64_t>(uses_.size()) > *spec_.call_limit) {
    return Stop("failed", Fail(ErrorCode::kOverBudget,
                               "the recipe made more calls than its own bound(p) of " +
                                   std::to_string(*spec_.call_limit)));
  }
  std::string fallback_for;
  if (std::optional<CallBroker::Spec> other = RecordedFallback(place, *call, wish)) {
    // A fallback that answered here before answers here again: that is what the record says.
    const Result<std::optional<StoredAnswer>> answer = world_.store->FindAnswer(other->key);
    if (answer.ok() && answer->has_value()) {
      fallback_for = call->address.model;
      call = std::move(*other);
    }
  } else if (Diverges(place, wish, call->address, call->key)) {
    return;
  }
  Ask(std::move(call).value(), place, std::move(wish), fallback_for, std::move(done));
}

// The call to the fallback that is on record in this place; nothing when none is.
std::optional<CallBroker::Spec> UnitRun::RecordedFallback(const Place& place,
                                                          const CallBroker::Spec& call,
                                                          const CallWish& wish) const {
  const auto recorded = spec_.recorded.find(place);
  if (recorded == spec_.recorded.end() || recorded->second == call.key) return std::nullopt;
  const ModelChoice* other = call.choice.fallback.get();
  for (; other != nullptr; other = other->fallback.get()) {
    CallBroker::Spec asked = Asked(call, wish, other->name, *other);
    if (asked.key == recorded->second) return asked;
  }
  return std::nullopt;
}

void UnitRun::Ask(CallBroker::Spec call, const Place& place, CallWish wish,
                  const std::string& fallback_for, CallGate::Done done) {
  const Hash key = call.key;
  uses_[place] = key;
  const auto recorded = spec_.recorded.find(place);
  const bool is_new =
      spec_.is_predecessor || recorded == spec_.recorded.end() || recorded->second != key;
  call.on_row = [self = weak_from_this(), is_new, place, key, role = wish.role, step = wish.step,
                 fallback_for] {
    const std::shared_ptr<UnitRun> unit = self.lock();
    if (!unit || unit->ended_ || !is_new) return;
    unit->Write(
        PutUse{unit->spec_.unit_key, place.first, place.second, key, role, step, fallback_for});
  };
  call.is_wanted = [self = weak_from_this(), generation = generation_] {
    const std::shared_ptr<UnitRun> unit = self.lock();
    return unit && !unit->ended_ && unit->generation_ == generation;
  };
  CallBroker::Spec asked = call;
  asked.on_row = nullptr;
  asked.is_wanted = nullptr;
  world_.broker->Call(std::move(call),
                      [self = weak_from_this(), generation = generation_, asked = std::move(asked),
                       place, wish = std::move(wish), fallback_for,
                       done = std::move(done)](Result<CallBroker::Answer> answer) {
                        const std::shared_ptr<UnitRun> unit = self.lock();
                        if (!unit || unit->ended_ || unit->generation_ != generation) return;
                        unit->OnAnswer(asked, place, wish, fallback_for, std::move(answer), done);
                      });
}

bool UnitRun::Diverges(const Place& place, const CallWish& wish, const CallAddress& address,
                       const Hash& key) {
  const auto& [path, ordinal] = place;
  const auto recorded = spec_.recorded.find(place);
  if (recorded == spec_.recorded.end() || recorded->second == key) return false;
  if (world_.accept_divergence) return false;
  std::string difference;
  const Result<Json> before = world_.store->RequestOf(recorded->second);
  if (before.ok()) {
    Json now = wish.embed ? ResolvedRequest(*wish.embed) : ResolvedRequest(*wish.request);
    now.Set("address", Json::MakeObject({{"model", Json(address.model)},
                                         {"replicate", Json(address.replicate)},
                                         {"draw", Json(address.draw)},
                                         {"epoch", Json(address.epoch)}}));
    difference = DescribeDivergence(*before, now);
  }
  Stop("diverged",
       Fail(ErrorCode::kConflict,
            "path '" + path + "', call " + std::to_string(ordinal) + " (role " + wish.role +
                (wish.step.empty() ? "" : ", step " + wish.step) +
                "): this execution differs from its record: " + difference + "; nothing was sent"));
  return true;
}

void UnitRun::OnAnswer(const CallBroker::Spec& call, const Place& place, const CallWish& wish,
                       const std::string& fallback_for, Result<CallBroker::Answer> answer,
                       const CallGate::Done& done) {
  if (answer.ok()) return done(CallReply{call.key, *answer});
  const Error& error = answer.error();
  if (IsStop(error.code)) return Stop("stopped", error);
  // What an offline run lacks is no interruption; everything else may have another way.
  const ModelChoice* other = call.choice.fallback.get();
  if (other == nullptr || error.code == ErrorCode::kNotFound) {
    if (!world_.records_interruptions || !IsInterruption(error.code)) {
      return Stop("suspended", error);
    }
    journal_->WriteCall(place, call.key, error);
    return done(error);
  }
  if (world_.on_log) {
    world_.on_log(LogLevel::kWarn, spec_.run_label + ": " + call.address.model + " fell back to " +
                                       other->name + ": " + error.message);
  }
  const std::string first = fallback_for.empty() ? call.address.model : fallback_for;
  Ask(Asked(call, wish, other->name, *other), place, wish, first, done);
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
