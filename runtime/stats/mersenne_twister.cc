#include "stats/mersenne_twister.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace hone {

MersenneTwister::MersenneTwister(uint64_t seed) {
  const std::array<uint32_t, 2> key = {static_cast<uint32_t>(seed),
                                       static_cast<uint32_t>(seed >> 32U)};
  const std::size_t words = key[1] == 0 ? 1 : 2;
  Seed(19650218U);
  std::size_t i = 1;
  for (std::size_t k = 0; k < kWords; ++k) {
    const std::size_t j = k % words;
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30U)) * 1664525U)) + key[j] +
                static_cast<uint32_t>(j);
    if (++i == kWords) {
      state_[0] = state_[kWords - 1];
      i = 1;
    }
  }
  for (std::size_t k = 1; k < kWords; ++k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30U)) * 1566083941U)) -
                static_cast<uint32_t>(i);
    if (++i == kWords) {
      state_[0] = state_[kWords - 1];
      i = 1;
    }
  }
  state_[0] = 0x80000000U;
}

void MersenneTwister::Seed(uint32_t seed) {
  state_[0] = seed;
  for (std::size_t i = 1; i < kWords; ++i) {
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30U)) + static_cast<uint32_t>(i);
  }
  used_ = kWords;
}

void MersenneTwister::Twist() {
  for (std::size_t i = 0; i < kWords; ++i) {
    const uint32_t mixed = (state_[i] & 0x80000000U) | (state_[(i + 1) % kWords] & 0x7FFFFFFFU);
    state_[i] = state_[(i + 397) % kWords] ^ (mixed >> 1U) ^ ((mixed & 1U) != 0 ? 0x9908B0DFU : 0U);
  }
  used_ = 0;
}

uint32_t MersenneTwister::Next() {
  if (used_ == kWords) Twist();
  uint32_t y = state_[used_++];
  y ^= y >> 11U;
  y ^= (y << 7U) & 0x9D2C5680U;
  y ^= (y << 15U) & 0xEFC60000U;
  return y ^ (y >> 18U);
}

uint64_t MersenneTwister::Bits(int bits) {
  if (bits <= 32) return Next() >> static_cast<unsigned>(32 - bits);
  const uint64_t low = Next();
  const uint64_t high = Next() >> static_cast<unsigned>(64 - bits);
  return (high << 32U) | low;
}

double MersenneTwister::Double() {
  const auto a = static_cast<double>(Next() >> 5U);
  const auto b = static_cast<double>(Next() >> 6U);
  return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}

uint64_t MersenneTwister::Below(uint64_t count) {
  int bits = 0;
  while (bits < 64 && (count >> static_cast<unsigned>(bits)) != 0) ++bits;
  uint64_t value = Bits(bits);
  while (value >= count) value = Bits(bits);
  return value;
}

int64_t MersenneTwister::Int(int64_t low, int64_t high) {
  const uint64_t count = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  return static_cast<int64_t>(static_cast<uint64_t>(low) + Below(count));
}

std::vector<std::size_t> MersenneTwister::Sample(std::size_t size, std::size_t count) {
  std::vector<std::size_t> out;
  out.reserve(count);
  double small = 21;
  if (count > 5) {
    small += std::pow(4, std::ceil(std::log(static_cast<double>(count) * 3) / std::log(4.0)));
  }
  if (static_cast<double>(size) <= small) {
    std::vector<std::size_t> pool(size);
    for (std::size_t i = 0; i < size; ++i) pool[i] = i;
    for (std::size_t i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(Below(size - i));
      out.push_back(pool[k]);
      pool[k] = pool[size - i - 1];
    }
    return out;
  }
  std::unordered_set<std::size_t> taken;
  for (std::size_t i = 0; i < count; ++i) {
    auto k = static_cast<std::size_t>(Below(size));
    while (!taken.insert(k).second) k = static_cast<std::size_t>(Below(size));
    out.push_back(k);
  }
  return out;
}

}  // namespace hone
