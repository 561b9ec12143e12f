#include "skill/replay_score.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kMaxProbes = 1'000'000;  // keeps every fraction far from 64 bits

Result<std::size_t> IndexOf(std::string_view field, std::string_view name,
                            const std::vector<std::string>& names) {
  if (name.empty()) return std::size_t{0};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return Invalid(std::string(field) + ": there is no '" + OneLine(name, 40) + "'" +
                   NameHint(name, names));
  }
  return static_cast<std::size_t>(found - names.begin());
}

Status CheckCounts(std::size_t candidate, std::string_view set, const ProbeCounts& counts) {
  if (counts.correct >= 0 && counts.correct <= counts.valid && counts.valid <= kMaxProbes)
    return Ok{};
  return Invalid("candidate " + std::to_string(candidate + 1) + ", " + std::string(set) +
                 " probes: " + std::to_string(counts.correct) + " correct of " +
                 std::to_string(counts.valid) + " valid makes no sense");
}

Result<Rational> Thousandths(std::string_view set, double weight) {
  const double thousandths = weight * 1000;
  if (!(weight >= 0 && weight <= 1) || std::abs(thousandths - std::round(thousandths)) > 1e-6) {
    return Invalid("weights." + std::string(set) +
                   ": expected a number from 0 to 1 with at most three decimals");
  }
  return Rational(std::llround(thousandths), 1000);
}

std::optional<Rational> Factor(const ProbeCounts& counts, const ReplayRule& rule) {
  if (counts.valid == 0) {
    if (rule.empty == EmptySetRule::kSkip) return std::nullopt;
    return Rational(rule.empty == EmptySetRule::kOne ? 1 : 0);
  }
  switch (rule.smoothing) {
    case ReplaySmoothing::kNPlus1:
      return Rational(counts.correct + 1, counts.valid + 1);
    case ReplaySmoothing::kNPlus2:
      return Rational(counts.correct + 1, counts.valid + 2);
    case ReplaySmoothing::kNone:
      return Rational(counts.correct, counts.valid);
  }
  return std::nullopt;
}

Rational Combine(const CandidateScore& factors, const ReplayRule& rule) {
  const std::optional<Rational>& hard = factors.hard;
  const std::optional<Rational>& easy = factors.easy;
  switch (rule.combine) {
    case ReplayCombine::kHard:
      return hard.value_or(0);
    case ReplayCombine::kEasy:
      return easy.value_or(0);
    case ReplayCombine::kSum:
      return hard.value_or(0) + easy.value_or(0);
    case ReplayCombine::kWeighted:
      return rule.hard_weight * hard.value_or(0) + rule.easy_weight * easy.value_or(0);
    case ReplayCombine::kProduct:
      return hard || easy ? hard.value_or(1) * easy.value_or(1) : Rational(0);
  }
  return 0;
}

}  // namespace

Result<ReplayRule> ReplayRule::FromNames(std::string_view smoothing, std::string_view empty,
                                         std::string_view combine) {
  HONE_ASSIGN(const std::size_t s,
              IndexOf("smoothing", smoothing, {"n_plus_1", "n_plus_2", "none"}));
  HONE_ASSIGN(const std::size_t e, IndexOf("empty", empty, {"one", "zero", "skip"}));
  HONE_ASSIGN(const std::size_t c,
              IndexOf("combine", combine, {"product", "sum", "hard", "easy", "weighted"}));
  ReplayRule rule;
  rule.smoothing = static_cast<ReplaySmoothing>(s);
  rule.empty = static_cast<EmptySetRule>(e);
  rule.combine = static_cast<ReplayCombine>(c);
  return rule;
}

Status ReplayRule::SetWeights(double hard, double easy) {
  HONE_ASSIGN(hard_weight, Thousandths("hard", hard));
  HONE_ASSIGN(easy_weight, Thousandths("easy", easy));
  if (hard_weight == Rational(0) && easy_weight == Rational(0)) {
    return Invalid("weights: both are 0, so every candidate would score 0");
  }
  return Ok{};
}

Result<ReplayRanking> RankCandidates(const std::vector<CandidateCounts>& candidates,
                                     const ReplayRule& rule) {
  if (candidates.empty()) return Invalid("replay: there are no candidates to choose from");
  ReplayRanking out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    HONE_TRY(CheckCounts(i, "hard", candidates[i].hard));
    HONE_TRY(CheckCounts(i, "easy", candidates[i].easy));
    CandidateScore score;
    score.hard = Factor(candidates[i].hard, rule);
    score.easy = Factor(candidates[i].easy, rule);
    score.score = Combine(score, rule);
    out.scores.push_back(score);
    if (score.score > out.scores[out.best].score) out.best = i;
  }
  return out;
}

}  // namespace hone
