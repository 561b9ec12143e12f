// ChoiceLabel: which of several labelled choices an answer names.
//
// Source: SkillOpt's LiveMathematicianBench (bdfdc30). The answer is stripped, written in capitals
// and loses trailing '.', ')' and ':'; that is its label when a choice has it. Else a choice whose
// text equals the stripped answer, whatever the case, names itself. Else the first word of the
// answer is tried as a label. Else the answer's unparsed label is returned, which equals none.
//
// Pure. Labels are ASCII; texts are compared as Python compares them in lower case.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

struct Choice {
  std::string label;  // "A", in capitals
  std::string text;
};

std::string ChoiceLabel(std::string_view answer, const std::vector<Choice>& choices);

}  // namespace hone
