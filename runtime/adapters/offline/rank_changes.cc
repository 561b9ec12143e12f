// Ranking: of the numbered items those that most failed items support, as many as the budget says;
// by a slip two of them change places with others.
#include <algorithm>
#include <charconv>
#include <numeric>

#include "adapters/offline/jobs.h"
#include "base/text.h"

namespace hone::offline {
namespace {

// The number behind the last `label` of a line, or 0.
int64_t NumberAfter(std::string_view line, std::string_view label) {
  const std::size_t at = line.rfind(label);
  int64_t value = 0;
  if (at == std::string_view::npos) return 0;
  line.remove_prefix(at + label.size());
  std::from_chars(line.data(), line.data() + line.size(), value);
  return value;
}

}  // namespace

Json RankChanges(Job job) {
  std::vector<int64_t> support;
  const std::string items = FirstTagged(job.prompt.rest, "items");
  for (const std::string_view line : Split(items, '\n')) {
    // An item may go over several lines; its fields stand in the order of their names.
    if (line.starts_with("[" + std::to_string(support.size()) + "] ")) support.push_back(0);
    if (!support.empty() && line.find("support_count=") != std::string_view::npos) {
      support.back() = NumberAfter(line, "support_count=");
    }
  }
  std::vector<std::size_t> order(support.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return support[a] > support[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (job.slips.Chance(job.options.slip)) {
      std::swap(order[i], order[job.slips.Below(order.size())]);
    }
  }
  const int64_t budget = NumberAfter(FirstTagged(job.prompt.rest, "budget"), "Choose ");
  Json chosen = Json::MakeArray();
  for (std::size_t i = 0; i < order.size() && static_cast<int64_t>(i) < budget; ++i) {
    chosen.Append(static_cast<int64_t>(order[i]));
  }
  return Json::MakeObject(
      {{"reasoning", "Those that most items support."}, {"selected_indices", std::move(chosen)}});
}

}  // namespace hone::offline
