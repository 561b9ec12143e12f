// Choosing a learning rate: the share of the proposed changes that is as large as the share of
// failed items, and at least one.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "adapters/offline/jobs.h"

namespace hone::offline {

Json ChooseLearningRate(Job job) {
  const std::vector<Tagged> items = FindTagged(job.prompt.rest, "items");
  const double count = items.empty() ? 0 : std::atof(items[0].Attribute("count").c_str());
  const std::size_t at = job.prompt.rest.find("tasks, hard ");
  const double hard =
      at == std::string::npos ? 0 : std::atof(job.prompt.rest.c_str() + at + std::size_t{12});
  const auto rate = static_cast<int64_t>(std::ceil((1 - std::clamp(hard, 0.0, 1.0)) * count));
  return Json::MakeObject({{"learning_rate", std::max<int64_t>(rate, count > 0 ? 1 : 0)},
                           {"reasoning", "The more tasks fail, the more may change."},
                           {"confidence", "medium"},
                           {"risk_notes", Json::MakeArray()}});
}

}  // namespace hone::offline
