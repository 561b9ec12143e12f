#include "skill/sheet_ranges.h"

#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "skill/answer_scores.h"

namespace hone {
namespace {

constexpr int64_t kMaxColumn = 16'384;  // of a sheet
constexpr int64_t kMaxRow = 1'048'576;

struct Place {
  int64_t column = 0, row = 0;
};

struct Range {
  std::string sheet;  // "": the first of the right workbook
  Place first, last;
};

// "B2" or "$B$2"; nothing for anything else.
std::optional<Place> ReadPlace(std::string_view text) {
  Place out;
  std::size_t at = 0;
  const auto skip_dollar = [&] {
    if (at < text.size() && text[at] == '$') ++at;
  };
  skip_dollar();
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_small = c >= 'a' && c <= 'z';
    if (!is_small && (c < 'A' || c > 'Z')) break;
    out.column = out.column * 26 + (c - (is_small ? 'a' : 'A')) + 1;
    if (out.column > kMaxColumn) return std::nullopt;
  }
  skip_dollar();
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    out.row = out.row * 10 + (text[at] - '0');
    if (out.row > kMaxRow) return std::nullopt;
  }
  if (at != text.size() || out.column == 0 || out.row == 0) return std::nullopt;
  return out;
}

std::string NameOf(const Place& place) {
  std::string letters;
  for (int64_t left = place.column; left > 0; left = (left - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return letters + std::to_string(place.row);
}

std::optional<Range> ReadRange(std::string_view text) {
  Range out;
  const std::size_t mark = text.rfind('!');
  if (mark != std::string_view::npos) {
    std::string_view sheet = Trim(text.substr(0, mark));
    if (sheet.size() >= 2 && sheet.front() == sheet.back() &&
        (sheet.front() == '\'' || sheet.front() == '"')) {
      sheet = sheet.substr(1, sheet.size() - 2);
    }
    out.sheet = std::string(sheet);
    text = Trim(text.substr(mark + 1));
  }
  const std::size_t colon = text.find(':');
  const std::optional<Place> first = ReadPlace(Trim(text.substr(0, colon)));
  const std::optional<Place> last =
      colon == std::string_view::npos ? first : ReadPlace(Trim(text.substr(colon + 1)));
  if (!first || !last) return std::nullopt;
  out.first = *first;
  out.last = *last;
  return out;
}

// The cells of a workbook's sheets by name, found in constant time; borrowed.
class Sheets {
 public:
  using Cells = std::unordered_map<std::string_view, const Json*>;

  explicit Sheets(const Json& workbook) {
    for (const Json& sheet : workbook["sheets"].items()) {
      Cells& cells = by_name_[sheet["name"].AsString()];
      for (const auto& [name, value] : sheet["cells"].members()) cells.emplace(name, &value);
    }
  }
  // Null when there is no such sheet.
  [[nodiscard]] const Cells* Find(const std::string& sheet) const {
    const auto found = by_name_.find(sheet);
    return found == by_name_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<std::string, Cells> by_name_;
};

const Json& ValueOf(const Sheets::Cells& cells, const std::string& name) {
  static const Json empty;
  const auto found = cells.find(name);
  return found == cells.end() ? empty : *found->second;
}

class Comparison {
 public:
  Comparison(const Json& prediction, const Json& answer)
      : given_(prediction), right_(answer), first_sheet_(FirstSheet(answer)) {}

  RangesReport Run(std::string_view position) {
    for (const std::string_view part : Split(position, ',')) {
      if (Trim(part).empty()) continue;
      const std::optional<Range> range = ReadRange(Trim(part));
      if (!range) return Problem("the position '" + OneLine(part, 60) + "' is no range of cells");
      if (!Compare(*range)) return out_;
    }
    out_.same = out_.right == out_.cells;
    return out_;
  }

 private:
  RangesReport Problem(std::string text) {
    out_.problem = std::move(text);
    return out_;
  }

  // False when nothing can be compared.
  bool Compare(const Range& range) {
    const std::string& sheet = range.sheet.empty() ? first_sheet_ : range.sheet;
    const Sheets::Cells* right = right_.Find(sheet);
    if (right == nullptr) {
      return Problem("the right workbook has no sheet '" + OneLine(sheet, 60) + "'"), false;
    }
    const Sheets::Cells* given = given_.Find(sheet);
    if (given == nullptr) return Problem("there is no sheet '" + OneLine(sheet, 60) + "'"), false;
    const int64_t columns = range.last.column - range.first.column + 1;
    const int64_t rows = range.last.row - range.first.row + 1;
    if (columns <= 0 || rows <= 0) return true;
    if (out_.cells + columns * rows > RangesReport::kMaxCells) {
      return Problem("the position names more than " + std::to_string(RangesReport::kMaxCells) +
                     " cells"),
             false;
    }
    for (Place at = range.first; at.row <= range.last.row; ++at.row) {
      for (at.column = range.first.column; at.column <= range.last.column; ++at.column) {
        const std::string name = NameOf(at);
        ++out_.cells;
        const Json& value = ValueOf(*given, name);
        if (SameCell(value, ValueOf(*right, name))) {
          ++out_.right;
        } else if (out_.wrong.size() < RangesReport::kMaxWrong) {
          out_.wrong.push_back({sheet, name, value});
        }
      }
    }
    return true;
  }

  static std::string FirstSheet(const Json& workbook) {
    const Json::Array& sheets = workbook["sheets"].items();
    return sheets.empty() ? "" : sheets[0]["name"].AsString();
  }

  Sheets given_, right_;
  std::string first_sheet_;
  RangesReport out_;
};

}  // namespace

RangesReport CompareRanges(const Json& prediction, const Json& answer, std::string_view position) {
  return Comparison(prediction, answer).Run(position);
}

}  // namespace hone
