// MersenneTwister: the numbers of Python's random.Random, so that published orders can be had
// again.
//
// MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998) seeded by its authors' init_by_array with
// the 32-bit words of the seed's magnitude, as Python does for integers. Below, Shuffle and Sample
// follow Python 3.2 to 3.13; older and newer versions may differ. New work draws from RandomStream
// (stats/random_stream.h). Not for secrets. One owner, one thread; trivially copyable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hone {

class MersenneTwister {
 public:
  // Python's Random(seed) for 0 <= seed < 2^64; for negative seeds give the magnitude.
  explicit MersenneTwister(uint64_t seed);

  uint32_t Next();
  // getrandbits(bits). REQUIRES: 1 <= bits <= 64.
  uint64_t Bits(int bits);
  // random(): uniform on [0, 1), a multiple of 2^-53.
  double Double();
  // randrange(count). REQUIRES: count > 0.
  uint64_t Below(uint64_t count);
  // randint(low, high). REQUIRES: low <= high, and high - low + 1 < 2^64.
  int64_t Int(int64_t low, int64_t high);

  template <typename T>
  void Shuffle(std::vector<T>* items) {
    for (std::size_t i = items->size(); i > 1; --i) {
      const auto k = static_cast<std::size_t>(Below(i));
      std::swap((*items)[i - 1], (*items)[k]);
    }
  }
  // sample(range(size), count): distinct positions from 0. REQUIRES: count <= size.
  std::vector<std::size_t> Sample(std::size_t size, std::size_t count);

 private:
  static constexpr std::size_t kWords = 624;
  void Seed(uint32_t seed);
  void Twist();

  std::array<uint32_t, kWords> state_{};
  std::size_t used_ = kWords;
};

}  // namespace hone
