// Rational: an exact fraction of two 64-bit integers, for scores that are compared and never
// rounded.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace hone {

// Always in lowest terms with a positive denominator. Sums and products of fractions whose
// denominators are below 2^31 are exact; REQUIRES that results fit 64 bits.
class Rational {
 public:
  Rational() = default;
  Rational(int64_t value) : numerator_(value) {}     // NOLINT: implicit by design
  Rational(int64_t numerator, int64_t denominator);  // REQUIRES: denominator != 0

  [[nodiscard]] int64_t numerator() const { return numerator_; }
  [[nodiscard]] int64_t denominator() const { return denominator_; }

  Rational operator+(const Rational& other) const;
  Rational operator*(const Rational& other) const;
  bool operator==(const Rational& other) const = default;
  std::strong_ordering operator<=>(const Rational& other) const;

  [[nodiscard]] std::string Text() const;  // "3/4", "1", "-2/3"
  [[nodiscard]] double ToDouble() const;   // for display and plots only

 private:
  int64_t numerator_ = 0;
  int64_t denominator_ = 1;
};

}  // namespace hone
