// CompareSkillTexts: how alike the skills of two folders are, context by context, by the measures
// that Afterimage's comparison publishes. They compare words and characters, not what a skill is
// worth: that is what `hone eval` measures.
//
//   token_jaccard           common words over all different words; words are runs of letters,
//   digits
//                           and '_' in lower case. 1 when both texts are empty
//   sequence_ratio          difflib's ratio with its autojunk rule, as published (skill/
//                           sequence_ratio.h): in texts of 200 characters or more common letters
//                           are dropped, so it says little about prose
//   sequence_ratio_no_junk  the same without that rule
//
// Texts are compared without their frontmatter. A context that one side lacks is compared as an
// empty text and counts in no average. Ratios of texts above 50,000 characters are null.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"

namespace hone {

using SkillsByContext = std::map<std::string, std::string>;

// {summary: {total_contexts, paired_contexts, <a>_only, <b>_only, avg_token_jaccard,
//  avg_sequence_ratio, avg_sequence_ratio_no_junk}, labels: [a, b], rows: [{context_id, status,
//  <a>_words, <b>_words, token_jaccard, sequence_ratio, sequence_ratio_no_junk}]}, by context.
Json CompareSkillTexts(const std::string& label_a, const SkillsByContext& a,
                       const std::string& label_b, const SkillsByContext& b);
std::string RenderSkillComparison(const Json& comparison);

// The parts, for tests.
std::u32string WithoutFrontmatter(std::u32string_view text);
std::vector<std::string> LowerWords(std::u32string_view text);  // in order, UTF-8

}  // namespace hone
