// RandomStream: numbers that look random and are a function of a seed text alone, on any machine.
//
// xoshiro256** 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
// 47, 2021), its 256 bits of state taken from SHA-256 of the seed fields through SplitMix64
// (Steele, Lea and Flood, OOPSLA 2014). Not for secrets. One owner, one thread; copying copies the
// position. The outputs for a seed never change: recorded runs depend on them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

class RandomStream {
 public:
  // `stream` names one of many independent streams of a seed, such as a path of a unit.
  explicit RandomStream(std::string_view seed, std::string_view stream = "");

  uint64_t Next();
  // Uniform on [0, count), without modulo bias. REQUIRES: count > 0.
  uint64_t Below(uint64_t count);
  // Uniform on [low, high]. REQUIRES: low <= high.
  int64_t Int(int64_t low, int64_t high);
  // Uniform on [0, 1): a multiple of 2^-53.
  double Double();

  // Fisher and Yates' shuffle, from the last element down.
  template <typename T>
  void Shuffle(std::vector<T>* items) {
    for (std::size_t i = items->size(); i > 1; --i) {
      std::swap((*items)[i - 1], (*items)[static_cast<std::size_t>(Below(i))]);
    }
  }

 private:
  std::array<uint64_t, 4> state_{};
};

}  // namespace hone
