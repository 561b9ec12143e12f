#include "base/ids.h"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "base/result.h"

namespace hone {

std::string NewUid() {
  std::array<uint8_t, 16> b{};
  HONE_CHECK(getrandom(b.data(), b.size(), 0) == static_cast<ssize_t>(b.size()));
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  for (unsigned i = 0; i < 6; ++i) b[i] = static_cast<uint8_t>(now >> (8U * (5U - i)));
  b[6] = static_cast<uint8_t>(0x70U | (b[6] & 0x0FU));
  b[8] = static_cast<uint8_t>(0x80U | (b[8] & 0x3FU));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(),
                "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
                b[15]);
  return text.data();
}

}  // namespace hone
