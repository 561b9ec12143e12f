// Guide: the SKILL.md that the offline evolver writes. It learns only from what was seen:
// procedures and notes of a manual that a solver's transcript shows; where there are none it has
// nothing to say but general advice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/offline/procedures.h"
#include "adapters/offline/slips.h"

namespace hone::offline {

// What of `seen` is worth noting for a task: at most two procedures that the task has names for and
// that speak of it (else the one that speaks of it most), with a few rules each, and the notes of
// the same document that speak of it; the best ones first, as far as `attention` (tokens) goes.
// What the task itself says is no note. With probability `slip` a procedure is forgotten.
Instructions Learn(std::string_view seen, std::string_view task, int64_t attention, double slip,
                   Slips* slips);

// A procedure with a heading that is there replaces it; notes are kept once, the first few.
// The notes of a guide without procedures (advice) give way to the first procedure that is learned.
void MergeInto(const Instructions& learned, Instructions* guide);

bool IsEmpty(const Instructions& guide);
// Things that are always true and help nobody.
Instructions GeneralAdvice();

// A skill whose description lists the headings, for that is what a solver chooses by. `category` is
// a key of its header when it is not empty, as SkillsBench's skills have it.
std::string RenderGuide(std::string_view name, std::string_view category,
                        const Instructions& guide);

}  // namespace hone::offline
