// Means, quantiles and the interval of a single proportion. Sums run in the given order.
#pragma once

#include <optional>
#include <vector>

namespace hone {

struct Interval {
  double low = 0;
  double high = 0;
};

// Nothing for an empty list.
std::optional<double> Mean(const std::vector<double>& values);
// Sample standard deviation (n - 1), two passes; nothing below two values.
std::optional<double> StandardDeviation(const std::vector<double>& values);
// The p-quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan, "Sample
// quantiles in statistical packages", 1996). p is clamped to [0, 1]; nothing for an empty list.
std::optional<double> Quantile(std::vector<double> values, double p);
// The 95 % score interval of a proportion (Wilson, "Probable inference, the law of succession, and
// statistical inference", 1927): for independent trials only, not for items that share a cluster.
// [0, 1] when trials is 0. Counts may be fractional (weighted); successes is clamped to the trials.
Interval WilsonInterval(double successes, double trials);
// The 95 % interval that never covers less, of counts (Clopper and Pearson, "The use of confidence
// or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934).
Interval ClopperPearsonInterval(double successes, double trials);

}  // namespace hone
