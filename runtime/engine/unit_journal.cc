#include "engine/unit_journal.h"

#include "base/text.h"
#include "store/text_refs.h"

namespace hone {
namespace {

std::string PlaceText(const Effect& effect) {
  return "path '" + effect.path + "', effect " + std::to_string(effect.ordinal) + " (" +
         effect.kind + (effect.step.empty() ? "" : ", step " + effect.step) + ")";
}

}  // namespace

Result<Hash> CommandHash(const Effect& effect) {
  HONE_ASSIGN(const Json args,
              ExtractTexts(effect.args, [](const Part& /*part*/) -> Status { return Ok{}; }));
  HONE_ASSIGN(const std::string text, args.Canonical());
  return HashFields({"hone-effect-1", effect.kind, text});
}

bool IsForgotten(const UnitJournal::Place& place, const std::string& path, int64_t from) {
  if (place.first == path) return place.second >= from;
  return path.empty() || place.first.starts_with(path + ".");
}

UnitJournal::UnitJournal(World world, JournalMap recorded)
    : world_(std::move(world)), recorded_(std::move(recorded)) {}

UnitJournal::~UnitJournal() { LetGo(); }

void UnitJournal::AddGroup(const std::string& name, std::unique_ptr<EffectGroup> group) {
  groups_[name] = std::move(group);
}

EffectGroup* UnitJournal::GroupOf(const std::string& kind) const {
  const auto found = groups_.find(kind.substr(0, kind.find('.')));
  return found == groups_.end() ? nullptr : found->second.get();
}

const JournalEntry* UnitJournal::Recorded(const Place& place) const {
  const auto found = recorded_.find(place);
  return found == recorded_.end() ? nullptr : &found->second;
}

void UnitJournal::Forget(const std::string& path, int64_t from) {
  std::erase_if(recorded_, [&](const auto& entry) { return IsForgotten(entry.first, path, from); });
}

void UnitJournal::Run(const Effect& effect, const Answer& answer) {
  EffectGroup* group = GroupOf(effect.kind);
  if (const Status checked = group->Check(effect); !checked.ok()) {
    return answer(ErrorAnswer(checked.error()));
  }
  const Result<Hash> command = CommandHash(effect);
  if (!command.ok()) return answer(ErrorAnswer(command.error()));
  commands_[{effect.path, effect.ordinal}] = *command;
  const JournalEntry* entry = Recorded({effect.path, effect.ordinal});
  if (entry == nullptr) return Execute(group, effect, *command, answer);
  if (entry->kind == effect.kind && entry->command_hash == *command) {
    return Recall(group, effect, *command, JournalEntry(*entry), answer);
  }
  if (!world_.accept_divergence) {
    const std::string difference = entry->kind == effect.kind
                                       ? "the command is another one"
                                       : "recorded " + entry->kind + ", now " + effect.kind;
    return world_.stop("diverged",
                       Fail(ErrorCode::kConflict, PlaceText(effect) +
                                                      ": this execution differs from its record: " +
                                                      difference + "; nothing was executed"));
  }
  Forget(effect.path, effect.ordinal);
  Execute(group, effect, *command, answer);
}

void UnitJournal::Recall(EffectGroup* group, const Effect& effect, const Hash& command,
                         const JournalEntry& entry, const Answer& answer) {
  const Result<Json> form = Json::Parse(entry.result_json);
  if (!form.ok()) {
    return world_.stop("failed", form.error().With(PlaceText(effect) + ": the journal"));
  }
  group->Recall(effect, *form);
  if (world_.rewrites) Write(*group, effect, command, *form);
  answer(AnswerForm(*form));
}

void UnitJournal::Execute(EffectGroup* group, const Effect& effect, const Hash& command,
                          const Answer& answer) {
  if (world_.desk == nullptr) {
    return world_.stop("failed",
                       Fail(ErrorCode::kNotFound, PlaceText(effect) + " is not in the journal"));
  }
  ++executing_;
  const auto is_current = [generation = generation_, started = *generation_] {
    return *generation == started;
  };
  const auto start = [this, is_current, group, effect, command, answer](const Status& passed) {
    if (!is_current()) return;
    if (!passed.ok()) return OnEnd(*group, effect, command, passed.error(), answer);
    group->Run(effect,
               [this, is_current, group, effect, command, answer](const Result<EffectEnd>& end) {
                 if (is_current()) OnEnd(*group, effect, command, end, answer);
               });
  };
  world_.desk->Pass(
      [this, is_current, start, leaves = group->Leaves(effect)](const Status& passed) {
        if (!is_current()) return;
        if (!passed.ok() || !leaves) return start(passed);
        world_.store->Flush(start);
      });
}

void UnitJournal::OnEnd(const EffectGroup& group, const Effect& effect, const Hash& command,
                        const Result<EffectEnd>& end, const Answer& answer) {
  --executing_;
  if (!end.ok()) {
    if (end.error().code == ErrorCode::kCancelled) return world_.stop("stopped", end.error());
    return answer(ErrorAnswer(end.error()));
  }
  const Json form = JournalForm(*end);
  Write(group, effect, command, form);
  answer(AnswerForm(form));
}

// Before the answer is given: whatever depends on it is written, or leaves, after it.
void UnitJournal::Write(const EffectGroup& group, const Effect& effect, const Hash& command,
                        const Json& form) {
  has_written_ = true;
  world_.write(
      PutJournal{world_.unit_key, effect.path, effect.ordinal, effect.kind, command, form.Dump()});
  if (std::optional<Json> row = group.RowOf(effect, form)) {
    world_.write(PutRow{world_.unit_key, "execs", effect.path, effect.ordinal, std::move(*row)});
  }
}

void UnitJournal::WriteCall(const Place& place, const Hash& key, const Error& interruption) {
  has_written_ = true;
  commands_[place] = key;
  const Json form = JournalForm(EffectEnd::Failure(interruption, true));
  world_.write(PutJournal{world_.unit_key, place.first, place.second, kCall, key, form.Dump()});
}

Error UnitJournal::RecallCall(const Place& place, const Hash& key) {
  const Result<Json> form = Json::Parse(Recorded(place)->result_json);
  if (!form.ok()) return form.error();
  const Json& error = (*form)["error"];
  const Error interruption =
      Fail(ErrorCodeFromName(error["code"].AsString()), error["message"].AsString());
  if (world_.rewrites) WriteCall(place, key, interruption);
  commands_[place] = key;
  return interruption;
}

void UnitJournal::Tell(const std::string& kind, const Json& args) {
  if (EffectGroup* group = GroupOf(kind)) group->Tell(kind, args);
}

void UnitJournal::OnDivergence(const EffectDivergence& divergence) {
  const Json both = Json::MakeObject({{"recorded", divergence.recorded}, {"now", divergence.now}});
  const JournalEntry* entry = Recorded({divergence.path, divergence.ordinal});
  if (entry != nullptr) {
    world_.write(PutJournal{world_.unit_key, divergence.path, divergence.ordinal, divergence.kind,
                            entry->command_hash, entry->result_json, both.Dump()});
  }
  world_.write(ForgetFrom{world_.unit_key, divergence.path, divergence.opened});
  Forget(divergence.path, divergence.opened);
  world_.start_again();
}

void UnitJournal::LetGo() {
  ++*generation_;
  executing_ = 0;
  for (const auto& [name, group] : groups_) group->LetGo();
}

void UnitJournal::Restart(JournalMap recorded) {
  commands_.clear();
  has_written_ = false;
  for (auto& [place, entry] : recorded) recorded_.insert_or_assign(place, std::move(entry));
}

}  // namespace hone
