// Overlap: which held-out tasks did a run touch? A task whose span or rubric text occurs in a
// self-play task or in the evaluated skill is no longer unseen, and is reported apart.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace hone {

// `report` are the item's report tasks {id, task, rubrics, span_text?}. A rubric counts by its
// whole text and by the phrases it quotes, when they have three words or more. Gives task id ->
// "task", "skill" or "both" for those that are touched. Comparison ignores case, white space and
// punctuation.
std::map<std::string, std::string> FindOverlaps(const Json& report,
                                                const std::vector<std::string>& self_play_texts,
                                                const std::string& skill);

}  // namespace hone
