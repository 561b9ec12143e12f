// The words of result_table.h: how a number is written, the same in every rendering.
#include <array>
#include <cmath>
#include <cstdio>

#include "report/result_table.h"

namespace hone {
namespace {

// Fixed digits after the point; never "-0.0".
std::string Fixed(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  const double rounded = std::round(value * scale) / scale;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, rounded == 0 ? 0.0 : rounded);
  return buffer.data();
}

std::string Points(double share) {
  const std::string text = Fixed(share * 100, 1);
  return text[0] == '-' || text == "0.0" ? text : "+" + text;
}

}  // namespace

std::string PercentText(double share) { return Fixed(share * 100, 1) + "%"; }

std::string RateText(const TableRate& rate) {
  if (!rate.defined()) return "-";
  std::string text = Fixed(rate.value() * 100, 1);
  if (rate.interval) {
    text += " [" + Fixed(rate.interval->low * 100, 1) + ", " + Fixed(rate.interval->high * 100, 1) +
            "]";
  }
  return text;
}

std::string DifferenceText(const PairedDifference& difference) {
  if (difference.pairs == 0) return "no common tasks";
  std::string text = Points(difference.value);
  if (difference.interval) {
    text +=
        " [" + Points(difference.interval->low) + ", " + Points(difference.interval->high) + "]";
  }
  return text;
}

std::string MarkText(const PairedDifference& difference) {
  if (difference.pairs == 0) return "";
  if (!difference.p_holm) return "too few clusters to test";
  const double p = *difference.p_holm;
  std::string text = p < 0.001 ? "p<0.001" : "p=" + Fixed(p, 3);
  if (p < 0.01) {
    text += " **";
  } else if (p < 0.05) {
    text += " *";
  }
  return difference.replicates < 2 ? text + " (items only)" : text;
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
