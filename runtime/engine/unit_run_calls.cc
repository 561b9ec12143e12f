// The calls of a unit: draw, key and address of each, its record, its fallbacks, its answer.
#include <algorithm>
#include <charconv>

#include "engine/divergence.h"
#include "engine/unit_run.h"
#include "primitives/call_key.h"

namespace hone {
namespace {

// Interruptions are the world's fault, also a request that the provider refuses; stops are ours.
bool IsStop(ErrorCode code) {
  return code == ErrorCode::kOverBudget || code == ErrorCode::kCancelled;
}

}  // namespace

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

}  // namespace hone
