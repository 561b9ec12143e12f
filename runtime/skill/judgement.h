// Judgement: what a judge's answer says about the rubrics of one task, or why it says nothing.
//
// The judge answers {"verdicts": [{"rubric": 1, "status": "yes", "reason": "..."}, ...]}, one per
// rubric, numbered from 1. It says nothing about the whole: solved means every rubric passes, and
// we count that. A number is never guessed: an answer that is not complete and exact is *ungraded*,
// which the tables show apart from "no".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hone {

struct RubricVerdict {
  bool passed = false;
  std::string reason;
};

struct Judgement {
  bool graded = false;
  bool solved = false;                  // graded, and every rubric passed
  int n_pass = 0;                       // 0 when ungraded
  int n_rubrics = 0;                    // of the task, also when ungraded
  std::vector<RubricVerdict> verdicts;  // in the task's order; empty when ungraded
  std::string why;                      // the reason when ungraded, else ""

  // {graded, solved, n_pass, n_rubrics, status: ["yes", "no"...], reasons: [...], why}
  [[nodiscard]] Json ToJson() const;
};

// `finish_reason` is the provider's: "length" (cut off) and "content_filter" are never graded.
// Statuses are "yes" and "no" in any case; verdicts may come in another order, each number once.
Judgement ParseJudgement(std::string_view answer, std::string_view finish_reason, int n_rubrics);

Judgement Ungraded(int n_rubrics, std::string why);

// The response schema of the format named "verdicts", for `n_rubrics` rubrics.
Json VerdictsSchema(int n_rubrics);

}  // namespace hone
