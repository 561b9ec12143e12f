#include "stats/random_stream.h"

#include "base/hash.h"
#include "base/result.h"

namespace hone {
namespace {

constexpr uint64_t RotateLeft(uint64_t value, unsigned bits) {
  return (value << bits) | (value >> (64U - bits));
}

uint64_t SplitMix64(uint64_t* state) {
  *state += 0x9E3779B97F4A7C15U;
  uint64_t z = *state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

}  // namespace

RandomStream::RandomStream(std::string_view seed, std::string_view stream) {
  uint64_t mixer = HashFields({"random stream v1", seed, stream}).Prefix64();
  for (uint64_t& word : state_) word = SplitMix64(&mixer);
}

uint64_t RandomStream::Next() {
  const uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

uint64_t RandomStream::Below(uint64_t count) {
  HONE_CHECK(count > 0);
  // The first 2^64 mod count values would be drawn once too often: draw again.
  const uint64_t excess = (0 - count) % count;  // 2^64 mod count
  uint64_t value = Next();
  while (value < excess) value = Next();
  return value % count;
}

int64_t RandomStream::Int(int64_t low, int64_t high) {
  HONE_CHECK(low <= high);
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  const uint64_t offset = span == 0 ? Next() : Below(span);  // 0: all 2^64 values
  return static_cast<int64_t>(static_cast<uint64_t>(low) + offset);
}

double RandomStream::Double() { return static_cast<double>(Next() >> 11U) * 0x1.0p-53; }

}  // namespace hone
