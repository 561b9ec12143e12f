// Quantities whose unit the type must say: money in integer pico-dollars.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace hone {

// 1 USD = 10^12 pico-dollars: a token at 0.05 USD per million is 50,000 pico-dollars. int64 holds
// 9.2 million USD. Rounding is always up, so that an estimate is never below the bill.
struct PicoUsd {
  int64_t value = 0;

  static constexpr int64_t kPerUsd = 1'000'000'000'000;
  auto operator<=>(const PicoUsd&) const = default;
  PicoUsd operator+(PicoUsd other) const { return {value + other.value}; }
  PicoUsd operator-(PicoUsd other) const { return {value - other.value}; }
  PicoUsd& operator+=(PicoUsd other) {
    value += other.value;
    return *this;
  }
  PicoUsd& operator-=(PicoUsd other) {
    value -= other.value;
    return *this;
  }
  static PicoUsd FromUsd(double usd);  // rounded up
  [[nodiscard]] double ToUsd() const { return static_cast<double>(value) / 1e12; }
  [[nodiscard]] std::string Text() const;  // "$0.000123", six digits or more when below
};

// Price of `tokens` at `usd_per_million`, rounded up to a pico-dollar.
PicoUsd TokenPrice(int64_t tokens, double usd_per_million);

}  // namespace hone
