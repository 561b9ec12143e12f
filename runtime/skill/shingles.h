// Shingles: the overlapping runs of `width` normal words of a text, to tell how much of one text
// stands in another. Containment is Broder's c(A, B) = |S(A) & S(B)| / |S(A)| ("On the resemblance
// and containment of documents", 1997); resemblance is the Jaccard index of the same sets.
//
// Words are those of NormalWords (skill/text_measure.h), so white space, case and punctuation do
// not count. A text with fewer words than the width is one shingle of all its words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

class ShingleSet {
 public:
  explicit ShingleSet(std::string_view text, std::size_t width = 5);

  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  // One hash per distinct shingle, ascending: for indexes over many texts.
  [[nodiscard]] const std::vector<uint64_t>& hashes() const { return hashes_; }
  // 0 when this set is empty. REQUIRES: both sets have the same width.
  [[nodiscard]] double ContainedIn(const ShingleSet& other) const;
  [[nodiscard]] double Resemblance(const ShingleSet& other) const;  // 0 when both are empty

 private:
  [[nodiscard]] std::size_t CommonWith(const ShingleSet& other) const;

  std::size_t width_;
  std::vector<uint64_t> hashes_;  // sorted, unique
};

// A text in normal form, for many questions about one long text.
class NormalText {
 public:
  explicit NormalText(std::string_view text);

  // Does the whole of `needle` occur here as consecutive words? False for a needle without words.
  [[nodiscard]] bool Contains(const NormalText& needle) const;
  [[nodiscard]] bool empty() const { return text_.size() < 2; }

 private:
  std::string text_;  // " word word word "
};

// Does `needle` occur in `text` when white space, case and punctuation do not count?
bool OccursIn(std::string_view needle, std::string_view text);

}  // namespace hone
