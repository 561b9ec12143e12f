// stats.*: the numbers of stats/summary.h for lists of a recipe. Sums run in the given order.
#include "script/api_table.h"
#include "script/arg_reader.h"
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

}  // namespace

std::vector<Entry> StatsEntries() {
  return {{"mean", &Trampoline<MeanOf>},
          {"sd", &Trampoline<SdOf>},
          {"quantile", &Trampoline<QuantileOf>},
          {"wilson", &Trampoline<Wilson>}};
}

}  // namespace hone
