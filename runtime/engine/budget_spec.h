// BudgetSpec: the limits that an experiment file sets to its spending.
//
//   budget = {
//     usd = 200, calls = 50000,                 -- of the experiment, in all its sessions
//     per_arm = { usd = 40 },                   -- of every arm
//     arms = { ["Ctx2Skill"] = { usd = 100 } }, -- of this arm, instead of per_arm
//     per_unit = { usd = 2, calls = 400 },      -- of every unit (a recipe on an item, an
//     evaluation) providers = { openai = { usd = 150 } },
//   }
//   budget = 200                                -- the same as { usd = 200 }
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/units.h"

namespace hone {

struct SpendLimits {
  std::optional<PicoUsd> usd{};
  std::optional<int64_t> calls{};  // calls bought

  [[nodiscard]] bool any() const { return usd || calls; }
  [[nodiscard]] SpendLimits Share(double part) const;  // rounded down
};

struct BudgetSpec {
  SpendLimits whole{}, per_arm{}, per_unit{};
  std::map<std::string, SpendLimits> arms{}, providers{};  // by name

  [[nodiscard]] bool limits_usd() const;
  // Whether something below the experiment as a whole has a limit.
  [[nodiscard]] bool is_divided() const;
  // For one of several sessions that run at the same time. A unit is whole in one of them.
  [[nodiscard]] BudgetSpec Share(double part) const;
};

// `value` is the experiment's `budget`, null for none. Errors name `file`, field and nearest name.
Result<BudgetSpec> ReadBudget(const std::string& file, const Json& value);

}  // namespace hone
