#include "report/attempt_set.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace hone {

bool InHeadline(const ReportAttempt& attempt) { return !attempt.touched && !attempt.exposed; }

AttemptSet::AttemptSet(const ReportData& data, const std::vector<ReportAttempt>& attempts)
    : data_(data),
      of_arm_(data.arms.size(), {0, 0}),
      attempts_(attempts),
      signatures_(data.arms.size(), std::vector<Hash>(data.replicates.size())),
      rank_(data.replicates.size(), 0) {
  for (std::size_t i = 0; i < data.replicates.size(); ++i) {
    for (const std::string& other : data.replicates) {
      rank_[i] += IsBeforeReplicate(other, data.replicates[i]) ? 1 : 0;
    }
  }
  // Attempts are sorted by arm, replicate and place. Tasks apart from the headline count for the
  // signature, too: what other arms touched says nothing about these answers.
  for (std::size_t begin = 0; begin < attempts.size();) {
    const int arm = attempts[begin].arm;
    const int replicate = attempts[begin].replicate;
    std::size_t end = begin;
    Sha256 sha;
    for (;
         end < attempts.size() && attempts[end].arm == arm && attempts[end].replicate == replicate;
         ++end) {
      const ReportAttempt& attempt = attempts[end];
      sha.Field(std::to_string(attempt.task_label) + " " + std::to_string(attempt.answer) + " " +
                (attempt.graded ? std::to_string(attempt.n_pass) : "ungraded"));
    }
    const auto at = static_cast<std::size_t>(arm);
    signatures_[at][static_cast<std::size_t>(replicate)] = sha.Finish();
    if (of_arm_[at].second == 0) of_arm_[at].first = begin;
    of_arm_[at].second = end;
    begin = end;
  }
}

Attempts AttemptSet::Of(int arm, const Keep& keep) const {
  Attempts out;
  const auto [begin, end] = of_arm_[static_cast<std::size_t>(arm)];
  for (std::size_t i = begin; i < end; ++i) {
    if (keep(attempts_[i])) out.push_back(&attempts_[i]);
  }
  return out;
}

AttemptPairs AttemptSet::Paired(const Attempts& arm, const Attempts& baseline) {
  const auto place = [](const ReportAttempt& attempt) {
    return (static_cast<int64_t>(attempt.replicate) << 32U) | attempt.task_label;
  };
  std::unordered_map<int64_t, const ReportAttempt*> others;
  others.reserve(baseline.size());
  for (const ReportAttempt* attempt : baseline) others[place(*attempt)] = attempt;
  AttemptPairs out;
  for (const ReportAttempt* attempt : arm) {
    const auto other = others.find(place(*attempt));
    if (other != others.end()) out.emplace_back(attempt, other->second);
  }
  return out;
}

std::set<int> AttemptSet::Copies(const std::vector<int>& arms,
                                 const std::set<int>& replicates) const {
  std::set<int> copies;
  std::set<std::vector<Hash>> seen;
  // In natural order, so that it is the same one that stays whatever the order of `seeds`.
  std::vector<int> order(replicates.begin(), replicates.end());
  std::sort(order.begin(), order.end(), [this](int a, int b) {
    return rank_[static_cast<std::size_t>(a)] < rank_[static_cast<std::size_t>(b)];
  });
  for (const int replicate : order) {
    std::vector<Hash> key;
    for (const int arm : arms) {
      key.push_back(
          signatures_[static_cast<std::size_t>(arm)][static_cast<std::size_t>(replicate)]);
    }
    if (!seen.insert(std::move(key)).second) copies.insert(replicate);
  }
  return copies;
}

Observation AttemptSet::Solved(const ReportAttempt& attempt) const {
  Observation out;
  out.run = rank_[static_cast<std::size_t>(attempt.replicate)];
  out.cluster = attempt.cluster_label;
  out.item = attempt.task_label;
  out.value = attempt.solved ? 1 : 0;
  return out;
}

Observation AttemptSet::Score(const ReportAttempt& attempt) const {
  Observation out = Solved(attempt);
  out.value = *attempt.score;
  return out;
}

Observation AttemptSet::Rubrics(const ReportAttempt& attempt) const {
  Observation out = Solved(attempt);
  out.weight = static_cast<double>(attempt.n_rubrics);
  out.value = attempt.n_rubrics > 0
                  ? static_cast<double>(attempt.n_pass) / static_cast<double>(attempt.n_rubrics)
                  : 0;
  return out;
}

std::set<int> ReplicatesOf(const Attempts& attempts) {
  std::set<int> out;
  for (const ReportAttempt* attempt : attempts) out.insert(attempt->replicate);
  return out;
}

int64_t CountClusters(const Attempts& attempts) {
  std::set<int> clusters;
  for (const ReportAttempt* attempt : attempts) clusters.insert(attempt->cluster_label);
  return static_cast<int64_t>(clusters.size());
}

TableRate SolvedRate(const Attempts& attempts, bool ungraded_counts) {
  TableRate rate;
  for (const ReportAttempt* attempt : attempts) {
    if (!attempt->graded && !ungraded_counts) continue;
    rate.hits += attempt->solved ? 1 : 0;
    rate.n += 1;
  }
  return rate;
}

}  // namespace hone
