// BlockText: a growing text in which many exact searches and many edits are cheap.
//
// The bytes lie in blocks of about 2 KB. Each block keeps a filter of the four-byte groups that
// begin in it (Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13, 1970,
// one hash), so that a search looks only into blocks that may hold the needle, and an edit moves
// one block instead of the whole text. Filters may say "maybe" too often, never "no" too often.
//
// Offsets are bytes of the whole text. One owner, one thread. Bytes of any kind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

class BlockText {
 public:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  explicit BlockText(std::string_view text);

  [[nodiscard]] std::size_t size() const { return size_; }
  // The first occurrence that begins at `from` or later, or kNowhere. An empty needle is at `from`.
  [[nodiscard]] std::size_t Find(std::string_view needle, std::size_t from = 0) const;
  // At most `count` bytes from `offset`.
  [[nodiscard]] std::string Slice(std::size_t offset, std::size_t count) const;
  [[nodiscard]] std::string Text() const { return Slice(0, size_); }
  // REQUIRES: offset + count <= size().
  void Replace(std::size_t offset, std::size_t count, std::string_view content);

 private:
  static constexpr std::size_t kFilterBits = 8192;
  struct Block {
    std::string bytes;
    std::array<uint64_t, kFilterBits / 64> filter{};
  };
  struct Place {
    std::size_t block;
    std::size_t offset;
  };

  [[nodiscard]] Place At(std::size_t offset) const;
  // At most `count` bytes that follow block `block`'s offset `from`.
  void Gather(std::size_t block, std::size_t from, std::size_t count, std::string* out) const;
  // Puts the groups that begin in [from, to) of the block into its filter.
  void Mark(std::size_t block, std::size_t from, std::size_t to);
  void MarkTail(std::size_t block);
  // Replaces blocks [first, last) by new ones that hold `bytes`.
  void Rebuild(std::size_t first, std::size_t last, std::string_view bytes);

  std::vector<std::unique_ptr<Block>> blocks_;  // never empty; all but the last hold kLeast or more
  std::size_t size_ = 0;
};

}  // namespace hone
