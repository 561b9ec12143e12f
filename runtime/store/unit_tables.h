// The tables whose rows belong to a unit.
#pragma once

#include <array>
#include <string_view>

namespace hone {

// What a program records, in an order in which it can be emptied: referring tables first; rubrics
// and verdicts go with their tasks and attempts.
inline constexpr std::array<std::string_view, 13> kRecordedTables = {
    "skill_uses", "steps",  "replays", "probes",  "selections", "gates",  "edits",
    "attempts",   "skills", "tasks",   "metrics", "artifacts",  "commits"};

// What the engine records of effects. `place` is the column with the effect's ordinal.
struct EffectTable {
  std::string_view name, place;
};
inline constexpr std::array<EffectTable, 3> kEffectTables = {
    {{"execs", "n"}, {"journal", "ordinal"}, {"uses", "ordinal"}}};

}  // namespace hone
