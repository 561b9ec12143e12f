// PublishedNumbers: a reference CSV with the columns table, block, backbone, method_or_row, column,
// value, one published number a line.
//
// A name of the reference is found whatever its case, blanks and punctuation, so that the arm "Base
// model" finds the row "Base Model" and the category "Rule System Application" the column
// rule_system_application.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

class PublishedNumbers {
 public:
  struct Place {
    std::string table{}, block{}, backbone{};  // "" is any
    std::string row{}, column{};
  };

  // `file` is for messages. Errors name the line.
  static Result<PublishedNumbers> Parse(std::string_view csv, const std::string& file);

  // The first of the places that fit, in file order.
  [[nodiscard]] std::optional<double> Find(const Place& place) const;
  // How many backbones the reference has (within table and block).
  [[nodiscard]] std::vector<std::string> Backbones(const Place& place) const;
  // Letters and digits, in lower case.
  static std::string Plain(std::string_view name);

 private:
  struct Line {
    std::string table, block, backbone, row, column;  // plain
    std::string backbone_name;
    double value = 0;
  };
  static bool Fits(const Line& line, const Place& place);

  std::vector<Line> lines_;
};

// The records of a CSV text (RFC 4180). kBadResponse: an open quote.
Result<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text);

}  // namespace hone
