#include "skill/rational.h"

#include <limits>
#include <numeric>

#include "base/result.h"

namespace hone {
namespace {

using Wide = __int128;

Rational FromWide(Wide numerator, Wide denominator) {
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  Wide a = numerator < 0 ? -numerator : numerator;
  Wide b = denominator;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  if (a > 1) {
    numerator /= a;
    denominator /= a;
  }
  constexpr Wide kMax = std::numeric_limits<int64_t>::max();
  HONE_CHECK(numerator <= kMax && numerator >= -kMax && denominator <= kMax);
  return {static_cast<int64_t>(numerator), static_cast<int64_t>(denominator)};
}

}  // namespace

Rational::Rational(int64_t numerator, int64_t denominator) {
  HONE_CHECK(denominator != 0);
  const int64_t common = std::gcd(numerator, denominator);
  const int64_t sign = denominator < 0 ? -1 : 1;
  numerator_ = sign * (numerator / common);
  denominator_ = sign * (denominator / common);
}

Rational Rational::operator+(const Rational& other) const {
  return FromWide(Wide{numerator_} * other.denominator_ + Wide{other.numerator_} * denominator_,
                  Wide{denominator_} * other.denominator_);
}

Rational Rational::operator*(const Rational& other) const {
  return FromWide(Wide{numerator_} * other.numerator_, Wide{denominator_} * other.denominator_);
}

std::strong_ordering Rational::operator<=>(const Rational& other) const {
  return Wide{numerator_} * other.denominator_ <=> Wide{other.numerator_} * denominator_;
}

std::string Rational::Text() const {
  std::string out = std::to_string(numerator_);
  if (denominator_ != 1) out += "/" + std::to_string(denominator_);
  return out;
}

double Rational::ToDouble() const {
  return static_cast<double>(numerator_) / static_cast<double>(denominator_);
}

}  // namespace hone
