#include "base/units.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace hone {

PicoUsd PicoUsd::FromUsd(double usd) {
  return {static_cast<int64_t>(std::ceil(usd * 1e12 - 1e-3))};
}

std::string PicoUsd::Text() const {
  std::array<char, 48> buffer{};
  const double usd = ToUsd();
  const char* form = (usd == 0 || usd >= 0.01) ? "$%.2f" : "$%.6f";
  std::snprintf(buffer.data(), buffer.size(), form, usd);
  return buffer.data();
}

PicoUsd TokenPrice(int64_t tokens, double usd_per_million) {
  // One token at 1 USD per million costs 10^6 pico-dollars. The thousandth is room for the rounding
  // of a decimal price, so that 0.1 does not become one pico-dollar too many.
  const auto pico_per_token = static_cast<int64_t>(std::ceil(usd_per_million * 1e6 - 1e-3));
  return {tokens * pico_per_token};
}

}  // namespace hone
