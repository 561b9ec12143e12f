// Sweep: which parameters an experiment varies over which values, and the candidates that come of
// it. Pure.
//
//   sweep  = { iterations = { 1, 3, 5 }, weight = log_uniform(0.1, 10) },
//   search = { method = "grid", ... } or "grid",
//   where  = { { "probes", "<=", "tasks" }, ... },
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct SweepDimension {
  std::string name;          // of a parameter of the recipe
  std::vector<Json> values;  // of a list; empty for a range
  bool is_log = false;       // a range that is even in the logarithm
  double min = 0, max = 0;
};

// `left op right`: left names a parameter; right names one, too, or is a value.
struct SweepConstraint {
  std::string left, op;
  Json right;
};

struct SearchSpec {
  // How candidates are made and dropped:
  //   grid     every combination of the lists, all of them evaluated on all selection tasks
  //   random   `trials` points of a seeded low-discrepancy sequence
  //   halving  after each rung the best 1/eta go on to eta times as many items
  //   racing   after each rung those that an anytime-valid paired test finds worse are dropped
  std::string method;             // "": random where a range is swept, else grid
  std::string arm;                // the arm that is varied; "": the first one
  std::optional<int64_t> trials;  // random candidates also for halving and racing
  std::optional<double> select;   // share of the clusters set aside as selection items
  std::string seed = "1";         // of random candidates, of the set-aside and of the item order
  int64_t eta = 3;                // halving
  int64_t rung = 0;               // items of the first rung (racing: of each); 0: by itself
  double level = 0.05;            // racing: chance that the best one is dropped, at most
  std::vector<SweepDimension> dimensions;  // by name
  std::vector<SweepConstraint> where;
  bool has_sweep = false;  // else the recipe's own default sweep is taken
};

// The `sweep`, `search` and `where` of an experiment's value; nothing when it has none of them.
Result<std::optional<SearchSpec>> ReadSearch(const std::string& file, const Json& value);

// Dimensions of a `sweep` table; `path` is its field path.
Result<std::vector<SweepDimension>> ReadSweep(const std::string& file, const std::string& path,
                                              const Json& sweep);

struct SweepCandidate {
  Json settings;     // the swept parameters with their values
  std::string name;  // "iterations=3 smoothing=none"
};

// Gives a search that names no method its default. REQUIRES: dimensions are known.
void ChooseMethod(SearchSpec* search);

// Every candidate, in a fixed order: of a grid the last dimension varies fastest; a longer random
// sequence begins with the shorter one. `declared` is kDescription.params of the recipe; `resolve`
// gives all parameter values under some settings (or what is wrong with them). Combinations that
// break a constraint are left out; none left is an error, as is a name that is no parameter.
Result<std::vector<SweepCandidate>> MakeCandidates(
    const std::string& file, const SearchSpec& search, const Json& declared,
    const std::function<Result<Json>(const Json& settings)>& resolve);

}  // namespace hone
