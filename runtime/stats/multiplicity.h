// Multiplicity: p-values corrected for how many differences a table tests. Missing p-values stay
// missing and do not count. The results are in the order of the arguments. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

namespace hone {

// Holm's step-down adjustment ("A simple sequentially rejective multiple test procedure",
// Scandinavian Journal of Statistics 6, 1979): those at or below 0.05 hold *all* with 95 %, however
// the tests depend on each other.
std::vector<std::optional<double>> HolmAdjusted(const std::vector<std::optional<double>>& p_values);

// Benjamini and Hochberg's step-up adjustment ("Controlling the false discovery rate", JRSS B 57,
// 1995): of those at or below 0.05, one in twenty is expected to be false. For independent or
// positively dependent tests (several arms against one baseline are).
std::vector<std::optional<double>> BenjaminiHochbergAdjusted(
    const std::vector<std::optional<double>>& p_values);

}  // namespace hone
