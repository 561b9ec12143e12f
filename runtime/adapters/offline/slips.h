// Slips: the offline reader's only source of chance, a counter-based stream from a call's seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::offline {

class Slips {
 public:
  explicit Slips(uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea and Flood 2014).
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  bool Chance(double probability) {
    return static_cast<double>(Next() >> 11U) * 0x1.0p-53 < probability;
  }
  // Uniform in [0, n). REQUIRES: n > 0.
  std::size_t Below(std::size_t n) { return static_cast<std::size_t>(Next() % n); }

  template <typename T>
  void Shuffle(std::vector<T>* items) {
    for (std::size_t i = items->size(); i > 1; --i) std::swap((*items)[i - 1], (*items)[Below(i)]);
  }

 private:
  uint64_t state_;
};

}  // namespace hone::offline
