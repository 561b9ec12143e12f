#include "stats/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"

namespace hone {
namespace {

// std::lgamma writes a global (signgam); this is Lanczos' form, g = 7, 9 terms (Lanczos, "A
// precision approximation of the gamma function", 1964), for x > 0: relative error below 1e-14.
double LogGamma(double x) {
  constexpr double kTerms[] = {0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                               771.32342877765313,   -176.61502916214059,   12.507343278686905,
                               -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  const double shifted = x - 1;
  double sum = kTerms[0];
  for (int i = 1; i < 9; ++i) sum += kTerms[i] / (shifted + i);
  const double t = shifted + 7.5;
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  return kHalfLogTwoPi + (shifted + 0.5) * std::log(t) - t + std::log(sum);
}

// The continued fraction of I_x(a, b) without its factor, for x < (a + 1) / (a + b + 2).
double BetaFraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  constexpr int kMostTerms = 10'000;  // about sqrt(max(a, b)) are needed
  const auto away = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away(1 - (a + b) * x / (a + 1));
  double product = d;
  for (int m = 1; m <= kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const double step = d * c;
    product *= step;
    if (std::fabs(step - 1) < 1e-15) break;
  }
  return product;
}

// The root of an increasing function by bisection until the ends are neighbours.
template <typename F>
double Bisect(double low, double high, double target, const F& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) < target ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double NormalQuantile(double p) {
  HONE_CHECK(p > 0 && p < 1);
  if (p > 0.5) return -NormalQuantile(1 - p);
  return Bisect(-40, 0, p, NormalCdf);
}

double BetaCdf(double x, double a, double b) {
  HONE_CHECK(a > 0 && b > 0);
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double log_factor =
      LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * std::log(x) + b * std::log1p(-x);
  const double factor = std::exp(log_factor);
  if (x < (a + 1) / (a + b + 2)) return std::min(1.0, factor * BetaFraction(x, a, b) / a);
  return std::max(0.0, 1 - factor * BetaFraction(1 - x, b, a) / b);
}

double BetaQuantile(double p, double a, double b) {
  HONE_CHECK(p >= 0 && p <= 1);
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (p > 0.5) return 1 - BetaQuantile(1 - p, b, a);
  // Newton's steps on log I against log x, which is nearly a line in the lower tail; a step that
  // leaves the bracket halves it instead.
  const double log_p = std::log(p);
  double low = -700;
  double high = 0;
  const double log_beta = LogGamma(a) + LogGamma(b) - LogGamma(a + b);
  double at = std::clamp((log_p + std::log(a) + log_beta) / a, -690.0, -1e-3);
  for (int i = 0; i < 200; ++i) {
    const double x = std::exp(at);
    const double value = BetaCdf(x, a, b);
    const double error = value > 0 ? std::log(value) - log_p : -1e3;
    (error < 0 ? low : high) = at;
    const double slope =
        value > 0 ? std::exp(a * at + (b - 1) * std::log1p(-x) - log_beta) / value : 0;
    double next = slope > 0 ? at - error / slope : low;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    const double step = std::fabs(next - at);
    at = next;
    if (step < 1e-15 * std::max(1.0, std::fabs(at)) || !(low < high)) break;
  }
  return std::exp(at);
}

double StudentTwoSided(double t, double df) {
  HONE_CHECK(df > 0);
  if (std::isinf(t)) return 0;
  if (std::isinf(df)) return 2 * NormalCdf(-std::fabs(t));
  return BetaCdf(df / (df + t * t), df / 2, 0.5);
}

double StudentQuantile(double p, double df) {
  HONE_CHECK(p > 0 && p < 1 && df > 0);
  if (std::isinf(df)) return NormalQuantile(p);
  if (p == 0.5) return 0;
  const double tail = std::min(p, 1 - p);
  const double x = BetaQuantile(2 * tail, df / 2, 0.5);
  const double t = x > 0 ? std::sqrt(df * (1 - x) / x) : std::numeric_limits<double>::infinity();
  return p > 0.5 ? t : -t;
}

double BinomialCdf(double k, double n, double p) {
  HONE_CHECK(n >= 0 && p >= 0 && p <= 1);
  k = std::floor(k);
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  return BetaCdf(1 - p, n - k, k + 1);
}

}  // namespace hone
