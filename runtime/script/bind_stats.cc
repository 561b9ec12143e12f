// stats.*: the numbers of stats/ for lists of a recipe, such as a gate that wants to know whether a
// better score is more than luck. Pure; what is drawn at random has a constant seed.
#include <cmath>
#include <map>

#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "stats/agreement.h"
#include "stats/gate_test.h"
#include "stats/intervals.h"
#include "stats/item_tests.h"
#include "stats/multiplicity.h"
#include "stats/paired_test.h"
#include "stats/summary.h"

namespace hone {
namespace {

Outcome PushOptional(Call* call, const std::optional<double>& value) {
  if (value) {
    lua_pushnumber(call->L, *value);
  } else {
    lua_pushnil(call->L);
  }
  return Outcome::Values(1);
}

Outcome MeanOf(Call& call) {
  ArgReader args(&call, "stats.mean");
  const std::vector<double> values = args.Numbers(1, "values");
  return args.failed() ? args.Raise() : PushOptional(&call, Mean(values));
}

Outcome SdOf(Call& call) {
  ArgReader args(&call, "stats.sd");
  const std::vector<double> values = args.Numbers(1, "values");
  return args.failed() ? args.Raise() : PushOptional(&call, StandardDeviation(values));
}

Outcome QuantileOf(Call& call) {
  ArgReader args(&call, "stats.quantile");
  const std::vector<double> values = args.Numbers(1, "values");
  const double p = args.Number(2, "p");
  call.vm.Charge(values.size() * 8);
  return args.failed() ? args.Raise() : PushOptional(&call, Quantile(values, p));
}

Outcome Wilson(Call& call) {
  ArgReader args(&call, "stats.wilson");
  const double successes = args.Number(1, "successes");
  const double trials = args.Number(2, "trials");
  if (args.failed()) return args.Raise();
  const Interval interval = WilsonInterval(successes, trials);
  lua_pushnumber(call.L, interval.low);
  lua_pushnumber(call.L, interval.high);
  return Outcome::Values(2);
}

using Fields = std::vector<std::pair<const char*, const char*>>;

// The one table argument of a function, its fields checked. Lists other than `clusters` must be as
// long as each other; `clusters` may be left out.
Result<Json> OneTable(Call* call, const std::string& function, const Fields& fields,
                      const Fields& lists) {
  lua_newtable(call->L);
  for (const Fields* each : {&fields, &lists}) {
    for (const auto& [name, type] : *each) {
      PushText(call->L, type);
      lua_setfield(call->L, -2, name);
    }
  }
  const std::string problem = FieldProblem(call->L, 1, -1, function);
  if (!problem.empty()) return Invalid(problem);
  HONE_ASSIGN(Json value, JsonFromLua(call->L, 1, function + ":"));
  const char* first = lists.front().first;
  for (const auto& [name, type] : lists) {
    if (!value.Has(name)) continue;
    if (value[name].size() != value[first].size()) {
      return Invalid(function + ": " + name + " has " + std::to_string(value[name].size()) +
                     " entries, " + first + " has " + std::to_string(value[first].size()));
    }
  }
  call->vm.Charge(value[first].size() * 64);
  return value;
}

// Small integers for the entries of a list, in the order of first appearance; without a list, each
// place is its own.
std::vector<int> LabelsOf(const Json& list, std::size_t size, std::map<std::string, int>* labels) {
  std::vector<int> out;
  for (std::size_t i = 0; i < size; ++i) {
    if (list.size() != size) {
      out.push_back(static_cast<int>(i));
      continue;
    }
    const auto next = static_cast<int>(labels->size());
    out.push_back(labels->emplace(list.items()[i].Dump(), next).first->second);
  }
  return out;
}

std::vector<int> ClustersOf(const Json& value, std::size_t size) {
  std::map<std::string, int> labels;
  return LabelsOf(value["clusters"], size, &labels);
}

// Scores of a list, each a number from 0 to 1 or a boolean.
Result<std::vector<Observation>> Scores(const Json& value, const std::string& function,
                                        const std::string& name) {
  const Json& list = value[name];
  const std::vector<int> clusters = ClustersOf(value, list.size());
  std::vector<Observation> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& each = list.items()[i];
    const double score = each.is_bool() ? (each.AsBool() ? 1.0 : 0.0) : each.AsDouble(-1);
    if (!(score >= 0 && score <= 1)) {
      return Invalid(function + ": " + name + "[" + std::to_string(i + 1) +
                     "] must be a score from 0 to 1 or a boolean");
    }
    out.push_back({0, clusters[i], static_cast<int>(i), score, 1});
  }
  return out;
}

Json OrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

void SetInterval(Json* out, const std::optional<Interval>& interval) {
  if (!interval) return;
  out->Set("low", interval->low);
  out->Set("high", interval->high);
}

Outcome PushTable(Call* call, const Json& value) {
  PushJson(call->L, value);
  return Outcome::Values(1);
}

// stats.interval{values, clusters} -> {value, low, high, n, clusters}
Outcome IntervalOf(Call& call) {
  Result<Json> value =
      OneTable(&call, "stats.interval", {}, {{"values", "list"}, {"clusters", "list?"}});
  if (!value.ok()) return Outcome::Raise(value.error());
  Result<std::vector<Observation>> scores = Scores(*value, "stats.interval", "values");
  if (!scores.ok()) return Outcome::Raise(scores.error());
  const RateEstimate estimate = EstimateRate(*scores);
  Json out = Json::MakeObject({{"value", OrNull(estimate.value)},
                               {"n", estimate.n_items},
                               {"clusters", estimate.n_clusters}});
  SetInterval(&out, estimate.interval);
  return PushTable(&call, out);
}

// stats.paired_test{a, b, clusters} -> {difference, low, high, p, exact, clusters, note}
Outcome PairedTestOf(Call& call) {
  const std::string function = "stats.paired_test";
  Result<Json> value =
      OneTable(&call, function, {}, {{"a", "list"}, {"b", "list"}, {"clusters", "list?"}});
  if (!value.ok()) return Outcome::Raise(value.error());
  Result<std::vector<Observation>> a = Scores(*value, function, "a");
  if (!a.ok()) return Outcome::Raise(a.error());
  Result<std::vector<Observation>> b = Scores(*value, function, "b");
  if (!b.ok()) return Outcome::Raise(b.error());
  call.vm.Charge(static_cast<uint64_t>(kSignFlips) * (a->size() / 8 + 1));
  const RateEstimate estimate = EstimateDifference(*a, *b);
  const PairedTest test = TestDifference(*a, *b);
  Json out = Json::MakeObject({{"difference", OrNull(estimate.value)},
                               {"p", OrNull(test.p_value)},
                               {"exact", test.is_exact},
                               {"clusters", test.n_clusters},
                               {"note", test.note}});
  SetInterval(&out, estimate.interval);
  return PushTable(&call, out);
}

// stats.kappa{a, b, clusters} -> {kappa, low, high, observed, expected}
Outcome KappaOf(Call& call) {
  Result<Json> value =
      OneTable(&call, "stats.kappa", {}, {{"a", "list"}, {"b", "list"}, {"clusters", "list?"}});
  if (!value.ok()) return Outcome::Raise(value.error());
  const std::size_t size = (*value)["a"].size();
  const std::vector<int> clusters = ClustersOf(*value, size);
  std::map<std::string, int> categories;
  const std::vector<int> a = LabelsOf((*value)["a"], size, &categories);
  const std::vector<int> b = LabelsOf((*value)["b"], size, &categories);
  std::vector<PairRating> ratings;
  for (std::size_t i = 0; i < size; ++i) ratings.push_back({clusters[i], a[i], b[i]});
  const Agreement agreement = CohenKappa(ratings);
  Json out = Json::MakeObject({{"kappa", OrNull(agreement.value)},
                               {"observed", agreement.observed},
                               {"expected", agreement.expected}});
  SetInterval(&out, agreement.interval);
  return PushTable(&call, out);
}

// stats.mcnemar(gained, lost) -> exact p, mid-p
Outcome McNemarOf(Call& call) {
  ArgReader args(&call, "stats.mcnemar");
  const int64_t gained = args.Integer(1, "gained");
  const int64_t lost = args.Integer(2, "lost");
  constexpr int64_t kMost = 1'000'000'000;
  for (const auto& [name, count] : {std::pair{"gained", gained}, {"lost", lost}}) {
    if (count < 0 || count > kMost) {
      args.Problem(std::string(name) + " must be from 0 to " + std::to_string(kMost) + ", got " +
                   std::to_string(count));
    }
  }
  if (args.failed()) return args.Raise();
  const McNemar test = McNemarTest(gained, lost);
  lua_pushnumber(call.L, test.exact);
  lua_pushnumber(call.L, test.mid);
  return Outcome::Values(2);
}

// stats.gate{candidate, current, clusters, level} -> {accept, difference, p, exact, clusters,
// changed}
Outcome GateOf(Call& call) {
  const std::string function = "stats.gate";
  Result<Json> value =
      OneTable(&call, function, {{"level", "number?"}},
               {{"candidate", "list"}, {"current", "list"}, {"clusters", "list?"}});
  if (!value.ok()) return Outcome::Raise(value.error());
  Result<std::vector<Observation>> candidate = Scores(*value, function, "candidate");
  if (!candidate.ok()) return Outcome::Raise(candidate.error());
  Result<std::vector<Observation>> current = Scores(*value, function, "current");
  if (!current.ok()) return Outcome::Raise(current.error());
  const double level = value->Has("level") ? (*value)["level"].AsDouble() : 0.05;
  if (!(level > 0 && level < 1)) {
    return Outcome::Raise(Invalid(function + ": level must be between 0 and 1"));
  }
  call.vm.Charge(static_cast<uint64_t>(kSignFlips) * (candidate->size() / 8 + 1));
  const GateTest test = TestGate(*candidate, *current, level);
  return PushTable(&call, Json::MakeObject({{"accept", test.accepts},
                                            {"difference", OrNull(test.difference)},
                                            {"p", test.p_value},
                                            {"exact", test.is_exact},
                                            {"clusters", test.n_clusters},
                                            {"changed", test.n_changed}}));
}

// stats.holm(p_values) -> corrected p-values
Outcome HolmOf(Call& call) {
  ArgReader args(&call, "stats.holm");
  const std::vector<double> values = args.Numbers(1, "p_values");
  std::vector<std::optional<double>> p_values;
  for (const double each : values) {
    if (!(each >= 0 && each <= 1)) {
      args.Problem("p_values[" + std::to_string(p_values.size() + 1) + "] must be from 0 to 1");
    }
    p_values.emplace_back(each);
  }
  if (args.failed()) return args.Raise();
  call.vm.Charge(values.size() * 16);
  Json out = Json::MakeArray();
  for (const std::optional<double>& each : HolmAdjusted(p_values)) out.Append(*each);
  return PushTable(&call, out);
}

}  // namespace

std::vector<Entry> StatsEntries() {
  return {{"mean", &Trampoline<MeanOf>},         {"sd", &Trampoline<SdOf>},
          {"quantile", &Trampoline<QuantileOf>}, {"wilson", &Trampoline<Wilson>},
          {"interval", &Trampoline<IntervalOf>}, {"paired_test", &Trampoline<PairedTestOf>},
          {"kappa", &Trampoline<KappaOf>},       {"mcnemar", &Trampoline<McNemarOf>},
          {"holm", &Trampoline<HolmOf>},         {"gate", &Trampoline<GateOf>}};
}

}  // namespace hone
