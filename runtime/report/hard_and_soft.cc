#include "report/hard_and_soft.h"

#include <algorithm>

#include "report/text_grid.h"

namespace hone {
namespace {

bool HasScores(const ResultTable& table) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [](const ArmRow& row) { return row.score.n > 0; });
}

Json BoundsOf(const std::optional<Interval>& interval) {
  return interval ? Json::MakeArray({interval->low, interval->high}) : Json();
}

}  // namespace

Json HardAndSoft(const ResultTable& table) {
  Json out = Json::MakeObject();
  if (!HasScores(table)) return out;
  for (const ArmRow& row : table.rows) {
    const bool any = row.solved.defined();
    out.Set(row.name, Json::MakeObject({{"n", row.solved.n},
                                        {"hard", any ? Json(row.solved.value()) : Json()},
                                        {"hard_interval", BoundsOf(row.solved.interval)},
                                        {"soft", row.score.n > 0 ? Json(row.score.mean) : Json()},
                                        {"soft_interval", BoundsOf(row.score.interval)},
                                        {"infrastructure", row.infrastructure},
                                        {"ungraded", row.ungraded}}));
  }
  return out;
}

std::string RenderHardAndSoft(const ResultTable& table) {
  const auto right = TextGrid::Align::kRight;
  TextGrid grid;
  grid.AddColumn("variant");
  for (const char* column : {"n", "hard %", "soft %", "infrastructure", "ungraded"}) {
    grid.AddColumn(column, right);
  }
  for (const ArmRow& row : table.rows) {
    grid.AddRow({row.name, std::to_string(row.solved.n), RateText(row.solved), ScoreText(row.score),
                 std::to_string(row.infrastructure), std::to_string(row.ungraded)});
  }
  return grid.Render() +
         "\nhard: solved; soft: mean score; [low, high]: 95 %, over clusters; what failed in the "
         "world is not in n\n";
}

}  // namespace hone
