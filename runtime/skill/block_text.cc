#include "skill/block_text.h"

#include <algorithm>
#include <cstring>

namespace hone {
namespace {

constexpr std::size_t kUsual = 2048;
constexpr std::size_t kMost = 4096;
constexpr std::size_t kLeast = 256;
constexpr std::size_t kGroup = 4;
// Groups of a needle that are asked about lie in its first bytes, so that a block and its
// successor together hold them all.
constexpr std::size_t kReach = 128;
constexpr std::size_t kMostAsked = 8;

uint32_t Bit(const char* group) {
  uint32_t value = 0;
  std::memcpy(&value, group, kGroup);
  return (value * 2654435761U) >> 19U;  // Knuth's multiplicative hash to 13 bits
}

// memmem, with the byte searches of one-byte needles left to memchr.
std::size_t FindIn(std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return BlockText::kNowhere;
  const void* found = memmem(text.data(), text.size(), needle.data(), needle.size());
  if (found == nullptr) return BlockText::kNowhere;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

BlockText::BlockText(std::string_view text) : size_(text.size()) { Rebuild(0, 0, text); }

BlockText::Place BlockText::At(std::size_t offset) const {
  std::size_t block = 0;
  while (block + 1 < blocks_.size() && offset >= blocks_[block]->bytes.size()) {
    offset -= blocks_[block]->bytes.size();
    ++block;
  }
  return {block, offset};
}

void BlockText::Gather(std::size_t block, std::size_t from, std::size_t count,
                       std::string* out) const {
  for (; count > 0 && block < blocks_.size(); ++block, from = 0) {
    const std::string& bytes = blocks_[block]->bytes;
    const std::size_t take = std::min(count, bytes.size() - from);
    out->append(bytes, from, take);
    count -= take;
  }
}

std::string BlockText::Slice(std::size_t offset, std::size_t count) const {
  std::string out;
  if (offset >= size_) return out;
  count = std::min(count, size_ - offset);
  out.reserve(count);
  const Place place = At(offset);
  Gather(place.block, place.offset, count, &out);
  return out;
}

void BlockText::Mark(std::size_t block, std::size_t from, std::size_t to) {
  Block& marked = *blocks_[block];
  const std::string& bytes = marked.bytes;
  const auto mark = [&marked](const char* group) {
    const uint32_t bit = Bit(group);
    marked.filter[bit / 64] |= uint64_t{1} << (bit % 64);
  };
  to = std::min(to, bytes.size());
  std::size_t at = from;
  for (; at < to && at + kGroup <= bytes.size(); ++at) mark(bytes.data() + at);
  if (at >= to) return;
  std::string rest(bytes, at);
  const std::size_t own = rest.size();
  Gather(block + 1, 0, kGroup - 1, &rest);
  for (std::size_t i = 0; i < own && at + i < to && i + kGroup <= rest.size(); ++i) {
    mark(rest.data() + i);
  }
}

void BlockText::MarkTail(std::size_t block) {
  const std::size_t size = blocks_[block]->bytes.size();
  Mark(block, size - std::min(size, kGroup - 1), size);
}

void BlockText::Rebuild(std::size_t first, std::size_t last, std::string_view bytes) {
  std::vector<std::unique_ptr<Block>> made;
  while (!bytes.empty()) {
    std::size_t take = std::min(bytes.size(), kUsual);
    if (bytes.size() - take < kUsual / 2) take = bytes.size();
    made.push_back(std::make_unique<Block>());
    made.back()->bytes.reserve(kMost);
    made.back()->bytes = bytes.substr(0, take);
    bytes.remove_prefix(take);
  }
  if (made.empty() && first == 0 && last == blocks_.size()) {
    made.push_back(std::make_unique<Block>());
  }
  const std::size_t count = made.size();
  const auto begin = blocks_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = blocks_.begin() + static_cast<std::ptrdiff_t>(last);
  const auto after = blocks_.erase(begin, end);
  blocks_.insert(after, std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
  for (std::size_t block = first; block < first + count; ++block) {
    Mark(block, 0, blocks_[block]->bytes.size());
  }
  if (first > 0) MarkTail(first - 1);
}

void BlockText::Replace(std::size_t offset, std::size_t count, std::string_view content) {
  const Place begin = At(offset);
  size_ = size_ - count + content.size();
  Block& block = *blocks_[begin.block];
  const std::size_t grown =
      block.bytes.size() - std::min(count, block.bytes.size()) + content.size();
  const bool alone = begin.offset + count <= block.bytes.size();
  if (alone && grown <= kMost && (grown >= kLeast || blocks_.size() == 1)) {
    block.bytes.replace(begin.offset, count, content);
    const std::size_t from = begin.offset - std::min(begin.offset, kGroup - 1);
    Mark(begin.block, from, begin.offset + content.size());
    if (begin.offset < kGroup - 1 && begin.block > 0) MarkTail(begin.block - 1);
    return;
  }
  std::size_t last = begin.block;
  std::size_t end = begin.offset + count;  // within block `last`
  while (end > blocks_[last]->bytes.size()) end -= blocks_[last++]->bytes.size();
  std::string bytes(block.bytes, 0, begin.offset);
  bytes += content;
  bytes.append(blocks_[last]->bytes, end, std::string::npos);
  std::size_t first = begin.block;
  ++last;
  // A small rest joins its neighbours.
  while (bytes.size() < kUsual / 2 && last < blocks_.size()) bytes += blocks_[last++]->bytes;
  if (bytes.size() < kUsual / 2 && first > 0) bytes.insert(0, blocks_[--first]->bytes);
  Rebuild(first, last, bytes);
}

std::size_t BlockText::Find(std::string_view needle, std::size_t from) const {
  if (from > size_ || needle.size() > size_ - from) return kNowhere;
  if (needle.empty()) return from;
  std::array<uint32_t, kMostAsked> asked{};
  std::size_t count = 0;
  if (needle.size() >= kGroup && blocks_.size() > 1) {
    const std::size_t groups = std::min(needle.size(), kReach) - kGroup + 1;
    count = std::min(groups, kMostAsked);
    for (std::size_t i = 0; i < count; ++i) asked[i] = Bit(needle.data() + i * groups / count);
  }
  enum class May { kNot, kAcross, kInside };
  const auto may_begin_in = [&](std::size_t block) {
    const auto& here = blocks_[block]->filter;
    const auto& next = blocks_[std::min(block + 1, blocks_.size() - 1)]->filter;
    May may = May::kInside;
    for (std::size_t i = 0; i < count; ++i) {
      const uint64_t bit = uint64_t{1} << (asked[i] % 64);
      if ((here[asked[i] / 64] & bit) != 0) continue;
      if ((next[asked[i] / 64] & bit) == 0) return May::kNot;
      may = May::kAcross;
    }
    return may;
  };
  Place place = At(from);
  std::size_t base = from - place.offset;  // offset of the block's first byte
  std::string seam;
  for (std::size_t block = place.block; block < blocks_.size(); ++block, place.offset = 0) {
    const std::string_view bytes = blocks_[block]->bytes;
    const May may = may_begin_in(block);
    if (may != May::kNot) {
      const std::size_t inside =
          may == May::kInside ? FindIn(bytes.substr(place.offset), needle) : kNowhere;
      if (inside != kNowhere) return base + place.offset + inside;
      // Occurrences that begin here and end in a later block.
      const std::size_t tail = std::min(needle.size() - 1, bytes.size() - place.offset);
      if (tail > 0 && block + 1 < blocks_.size()) {
        seam.assign(bytes.substr(bytes.size() - tail));
        Gather(block + 1, 0, needle.size() - 1, &seam);
        const std::size_t across = FindIn(seam, needle);
        if (across != kNowhere && across < tail) return base + bytes.size() - tail + across;
      }
    }
    base += bytes.size();
  }
  return kNowhere;
}

}  // namespace hone
