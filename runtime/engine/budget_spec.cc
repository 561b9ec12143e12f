#include "engine/budget_spec.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

constexpr double kMostUsd = 9e6;  // what integer pico-dollars hold

class BudgetReader {
 public:
  explicit BudgetReader(const std::string& file) : file_(file) {}

  Result<BudgetSpec> Read(const Json& value) const {
    BudgetSpec spec;
    if (value.is_null()) return spec;
    if (value.is_number()) {
      HONE_ASSIGN(spec.whole.usd, Usd("budget", value));
      return spec;
    }
    HONE_TRY(
        CheckFields("budget", value, {"usd", "calls", "per_arm", "per_unit", "arms", "providers"}));
    HONE_ASSIGN(spec.whole, LimitsOf("budget", value));
    HONE_ASSIGN(spec.per_arm, Part("budget.per_arm", value["per_arm"]));
    HONE_ASSIGN(spec.per_unit, Part("budget.per_unit", value["per_unit"]));
    HONE_ASSIGN(spec.arms, Named("budget.arms", value["arms"]));
    HONE_ASSIGN(spec.providers, Named("budget.providers", value["providers"]));
    return spec;
  }

 private:
  Error Wrong(const std::string& place, const std::string& text) const {
    return Invalid(file_ + ": " + place + ": " + text);
  }

  Status CheckFields(const std::string& place, const Json& value,
                     const std::vector<std::string>& known) const {
    if (!value.is_object()) {
      return Wrong(place,
                   "expected a table such as { usd = 200 }, got " + std::string(value.type_name()));
    }
    for (const auto& [key, member] : value.members()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      return Wrong(place + "." + key, "unknown field" + NameHint(key, known));
    }
    return Ok{};
  }

  Result<PicoUsd> Usd(const std::string& place, const Json& value) const {
    const double usd = value.AsDouble();
    if (!value.is_number() || !(usd >= 0 && usd <= kMostUsd)) {
      return Wrong(place, "expected a number of dollars, at least 0");
    }
    return PicoUsd::FromUsd(usd);
  }

  Result<SpendLimits> LimitsOf(const std::string& place, const Json& value) const {
    SpendLimits limits;
    if (value.Has("usd")) {
      HONE_ASSIGN(limits.usd, Usd(place + ".usd", value["usd"]));
    }
    if (value.Has("calls")) {
      if (!value["calls"].is_int() || value["calls"].AsInt() < 0) {
        return Wrong(place + ".calls", "expected a whole number of calls, at least 0");
      }
      limits.calls = value["calls"].AsInt();
    }
    return limits;
  }

  Result<SpendLimits> Part(const std::string& place, const Json& value) const {
    if (value.is_null()) return SpendLimits{};
    HONE_TRY(CheckFields(place, value, {"usd", "calls"}));
    return LimitsOf(place, value);
  }

  Result<std::map<std::string, SpendLimits>> Named(const std::string& place,
                                                   const Json& value) const {
    std::map<std::string, SpendLimits> out;
    if (value.is_null()) return out;
    if (!value.is_object()) {
      return Wrong(
          place, "expected a table of name = { usd = 10 }, got " + std::string(value.type_name()));
    }
    for (const auto& [name, limits] : value.members()) {
      HONE_ASSIGN(out[name], Part(place + "." + name, limits));
    }
    return out;
  }

  const std::string& file_;
};

}  // namespace

SpendLimits SpendLimits::Share(double part) const {
  SpendLimits out;
  if (usd) {
    out.usd = PicoUsd{static_cast<int64_t>(std::floor(static_cast<double>(usd->value) * part))};
  }
  if (calls) out.calls = static_cast<int64_t>(std::floor(static_cast<double>(*calls) * part));
  return out;
}

bool BudgetSpec::limits_usd() const {
  bool any = whole.usd || per_arm.usd || per_unit.usd;
  for (const auto& [name, limits] : arms) any = any || limits.usd;
  for (const auto& [name, limits] : providers) any = any || limits.usd;
  return any;
}

bool BudgetSpec::is_divided() const {
  return per_arm.any() || per_unit.any() || !arms.empty() || !providers.empty();
}

BudgetSpec BudgetSpec::Share(double part) const {
  if (part >= 1) return *this;
  BudgetSpec out = *this;
  out.whole = whole.Share(part);
  out.per_arm = per_arm.Share(part);
  for (auto& [name, limits] : out.arms) limits = limits.Share(part);
  for (auto& [name, limits] : out.providers) limits = limits.Share(part);
  return out;
}

Result<BudgetSpec> ReadBudget(const std::string& file, const Json& value) {
  return BudgetReader(file).Read(value);
}

}  // namespace hone
