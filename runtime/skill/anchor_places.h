// AnchorPlaces: where in a text a missing anchor may have been meant, and what stands in a line.
//
// Lines are compared with the anchor's first line that is not blank by Dice's coefficient of their
// three-byte groups in small ASCII letters ("Measures of the amount of ecologic association between
// species", Ecology 26, 1945). In texts of many lines only those that share the anchor's rarest
// words are compared.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "skill/text_edits.h"

namespace hone {

// Borrows the text. The index is made when first needed. One thread.
class AnchorPlaces {
 public:
  explicit AnchorPlaces(std::string_view text) : text_(text) {}

  // At most three lines, best first; empty when nothing is alike.
  [[nodiscard]] std::vector<EditPlace> Nearest(std::string_view anchor);
  // The line in which a byte lies.
  [[nodiscard]] EditPlace At(std::size_t offset);

 private:
  void FindLines();
  void Index();
  [[nodiscard]] std::string_view Line(std::size_t line) const;
  [[nodiscard]] std::vector<std::size_t> LinesToCompare(std::string_view anchor);

  std::string_view text_;
  std::vector<std::size_t> starts_;  // of lines, then the size of the text
  std::unordered_map<std::string_view, std::vector<std::size_t>> lines_of_word_;
};

}  // namespace hone
