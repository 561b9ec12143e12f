// The words of result_table.h: how a number is written, the same in every rendering.
#include <array>
#include <cmath>
#include <cstdio>

#include "report/result_table.h"
#include "stats/paired_test.h"

namespace hone {

// Fixed digits after the point; never "-0.0".
std::string FixedText(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  const double rounded = std::round(value * scale) / scale;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, rounded == 0 ? 0.0 : rounded);
  return buffer.data();
}

std::string PointsText(double share) {
  const std::string text = FixedText(share * 100, 1);
  return text[0] == '-' || text == "0.0" ? text : "+" + text;
}

std::string PercentText(double share) { return FixedText(share * 100, 1) + "%"; }

std::string RateText(const TableRate& rate) {
  if (!rate.defined()) return "-";
  std::string text = FixedText(rate.value() * 100, 1);
  if (rate.interval) {
    text += " [" + FixedText(rate.interval->low * 100, 1) + ", " +
            FixedText(rate.interval->high * 100, 1) + "]";
  }
  return text;
}

std::string ScoreText(const ScoreMean& score) {
  if (score.n == 0) return "-";
  std::string text = FixedText(score.mean * 100, 1);
  if (score.interval) {
    text += " [" + FixedText(score.interval->low * 100, 1) + ", " +
            FixedText(score.interval->high * 100, 1) + "]";
  }
  return text;
}

std::string DifferenceText(const PairedDifference& difference) {
  if (difference.pairs == 0) return "no common tasks";
  std::string text = PointsText(difference.value);
  if (difference.interval) {
    text += " [" + PointsText(difference.interval->low) + ", " +
            PointsText(difference.interval->high) + "]";
  }
  return text;
}

std::string MarkText(const PairedDifference& difference) {
  if (difference.pairs == 0) return "";
  if (!difference.p_holm) return "too few clusters to test";
  const double p = *difference.p_holm;
  std::string text = p < 0.001 ? "p<0.001" : "p=" + FixedText(p, 3);
  if (IsMarked(p, difference.p_of_runs)) {
    text += p <= 0.01 ? " **" : " *";
  } else if (p <= 0.05 && difference.p_of_runs) {
    text += ", runs p=" + FixedText(*difference.p_of_runs, 3);
  }
  return difference.replicates < 2 ? text + " (items only)" : text;
}

std::string BoundsText(const PairedDifference& difference) {
  if (!difference.bounds) return "";
  return PointsText(difference.bounds->low) + " to " + PointsText(difference.bounds->high);
}

std::string PValueText(const std::optional<double>& p) {
  if (!p) return "-";
  return *p < 0.001 ? "<0.001" : FixedText(*p, 3);
}

std::string PublishedText(const std::optional<PublishedValue>& published) {
  return published ? FixedText(published->percent, 1) : "-";
}

std::string MetricText(const MetricMean& mean) {
  if (mean.n == 0) return "-";
  std::string out = FixedText(mean.mean, 1);
  if (mean.interval) {
    out += " [" + FixedText(mean.interval->low, 1) + ", " + FixedText(mean.interval->high, 1) + "]";
  }
  return out;
}

std::string PublishedDifferenceText(const std::optional<PublishedValue>& published) {
  if (!published) return "-";
  if (!published->difference) return "not comparable";
  return PointsText(*published->difference / 100);
}

std::string TasksText(const ArmRow& row) {
  if (row.tasks_min == row.tasks_max) return std::to_string(row.tasks_max);
  return std::to_string(row.tasks_min) + "-" + std::to_string(row.tasks_max);
}

std::string ReplicatesText(const ArmRow& row) {
  std::string text = std::to_string(row.replicates);
  const int64_t distinct = row.replicates - row.identical_replicates;
  if (row.identical_replicates > 0) {
    text +=
        distinct == 1 ? " identical (items only)" : " (" + std::to_string(distinct) + " distinct)";
  } else if (distinct == 1) {
    text += " (items only)";
  }
  return text;
}

std::string CostText(PicoUsd cost, int64_t calls_without_price) {
  if (calls_without_price == 0) return cost.Text();
  if (cost.value == 0) return "no price";
  return cost.Text() + " + " + std::to_string(calls_without_price) + " without price";
}

}  // namespace hone
