#include "engine/shard.h"

#include <charconv>

namespace hone {
namespace {

int64_t PartOf(const LoadedExperiment& loaded, const CellName& cell, int64_t count) {
  const std::size_t place = cell.seed * loaded.items.size() + cell.item;
  return static_cast<int64_t>(place) % count;
}

bool ReadNumber(std::string_view text, int64_t* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string Shard::Text() const {
  return is_whole() ? "" : std::to_string(index) + "/" + std::to_string(count);
}

Result<Shard> ParseShard(const std::string& text) {
  constexpr int64_t kMost = 100'000;
  const std::size_t slash = text.find('/');
  Shard shard;
  if (slash == std::string::npos ||
      !ReadNumber(std::string_view(text).substr(0, slash), &shard.index) ||
      !ReadNumber(std::string_view(text).substr(slash + 1), &shard.count) || shard.index < 1 ||
      shard.count < shard.index || shard.count > kMost) {
    return Invalid("--shard " + text + ": expected K/N with 1 <= K <= N, such as 3/64");
  }
  return shard;
}

bool IsInShard(const LoadedExperiment& loaded, const CellName& cell, const Shard& shard) {
  if (shard.is_whole()) return true;
  const int64_t part = PartOf(loaded, cell, shard.count);
  if (part != shard.index - 1) return false;
  if (loaded.arms[cell.arm].spec.skills_from.empty()) return true;
  return PartOf(loaded, SkillSource(loaded, cell), shard.count) == part;
}

}  // namespace hone
