#include "stats/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/result.h"
#include "stats/distributions.h"

namespace hone {
namespace {

// Sums over items that the coefficients are functions of; they subtract, for the jackknife.
struct Sums {
  double items = 0;
  double agreeing = 0;        // sum over items of the share of pairs that agree
  std::vector<double> first;  // by category: what judge a said, or the mean share of judges
  std::vector<double> second;

  void Add(const Sums& other, double sign) {
    items += sign * other.items;
    agreeing += sign * other.agreeing;
    first.resize(std::max(first.size(), other.first.size()), 0.0);
    second.resize(std::max(second.size(), other.second.size()), 0.0);
    for (std::size_t i = 0; i < other.first.size(); ++i) first[i] += sign * other.first[i];
    for (std::size_t i = 0; i < other.second.size(); ++i) second[i] += sign * other.second[i];
  }
};

// (observed - expected) / (1 - expected), with what habit gives of these sums.
template <typename Expected>
std::optional<double> Coefficient(const Sums& sums, const Expected& expected) {
  if (!(sums.items > 0.5)) return std::nullopt;
  const double by_habit = expected(sums);
  if (!(by_habit < 1 - 1e-12)) return std::nullopt;
  return (sums.agreeing / sums.items - by_habit) / (1 - by_habit);
}

template <typename Expected>
Agreement Jackknifed(const std::map<int, Sums>& clusters, double level, const Expected& expected) {
  HONE_CHECK(level > 0 && level < 1);
  Sums all;
  for (const auto& [label, sums] : clusters) all.Add(sums, 1);
  Agreement out;
  out.n_items = static_cast<int>(std::lround(all.items));
  if (out.n_items == 0) return out;
  out.observed = all.agreeing / all.items;
  out.expected = expected(all);
  out.value = Coefficient(all, expected);
  if (!out.value || clusters.size() < 2) return out;
  std::vector<double> without;
  for (const auto& [label, sums] : clusters) {
    Sums rest = all;
    rest.Add(sums, -1);
    const std::optional<double> value = Coefficient(rest, expected);
    if (!value) return out;  // one cluster holds all that varies
    without.push_back(*value);
  }
  const auto k = static_cast<double>(without.size());
  const double mean = *Mean(without);
  double squares = 0;
  for (const double each : without) squares += (each - mean) * (each - mean);
  const double half = StudentQuantile((1 + level) / 2, k - 1) * std::sqrt(squares * (k - 1) / k);
  out.interval = Interval{std::max(-1.0, *out.value - half), std::min(1.0, *out.value + half)};
  return out;
}

std::map<int, Sums> SumsOf(const std::vector<CountRating>& ratings) {
  std::map<int, Sums> clusters;
  for (const CountRating& each : ratings) {
    double judges = 0;
    double agreeing = 0;
    for (const int count : each.counts) {
      HONE_CHECK(count >= 0);
      judges += count;
      agreeing += static_cast<double>(count) * (count - 1);
    }
    if (judges < 2) continue;
    Sums item;
    item.items = 1;
    item.agreeing = agreeing / (judges * (judges - 1));
    for (const int count : each.counts) item.first.push_back(count / judges);
    clusters[each.cluster].Add(item, 1);
  }
  return clusters;
}

}  // namespace

Agreement CohenKappa(const std::vector<PairRating>& ratings, double level) {
  std::map<int, Sums> clusters;
  for (const PairRating& each : ratings) {
    HONE_CHECK(each.a >= 0 && each.b >= 0);
    Sums item;
    item.items = 1;
    item.agreeing = each.a == each.b ? 1 : 0;
    item.first.resize(static_cast<std::size_t>(each.a) + 1, 0.0);
    item.first.back() = 1;
    item.second.resize(static_cast<std::size_t>(each.b) + 1, 0.0);
    item.second.back() = 1;
    clusters[each.cluster].Add(item, 1);
  }
  return Jackknifed(clusters, level, [](const Sums& sums) {
    double both = 0;
    for (std::size_t i = 0; i < std::min(sums.first.size(), sums.second.size()); ++i) {
      both += sums.first[i] * sums.second[i];
    }
    return both / (sums.items * sums.items);
  });
}

Agreement FleissKappa(const std::vector<CountRating>& ratings, double level) {
  // The share of a category among all ratings; with equally many judges, the mean over items.
  return Jackknifed(SumsOf(ratings), level, [](const Sums& sums) {
    double out = 0;
    for (const double each : sums.first) out += each * each;
    return out / (sums.items * sums.items);
  });
}

Agreement GwetAc1(const std::vector<CountRating>& ratings, double level) {
  std::size_t categories = 2;  // a category that nobody used is one all the same
  for (const CountRating& each : ratings) categories = std::max(categories, each.counts.size());
  return Jackknifed(SumsOf(ratings), level, [categories](const Sums& sums) {
    double out = 0;
    for (const double each : sums.first) out += each / sums.items * (1 - each / sums.items);
    return out / (static_cast<double>(categories) - 1);
  });
}

}  // namespace hone
