#include "report/text_grid.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

struct Range {
  uint32_t first, last;
};

// Coarse blocks of Unicode's East Asian Width W and F, and of emoji presentation.
constexpr std::array<Range, 9> kWide = {{{0x1100, 0x115F},
                                         {0x2E80, 0x303E},
                                         {0x3041, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0xFFE0, 0xFFE6},
                                         {0x1F300, 0x3FFFD}}};
// Combining marks, joiners and variation selectors.
constexpr std::array<Range, 7> kZero = {{{0x0300, 0x036F},
                                         {0x0483, 0x0489},
                                         {0x0591, 0x05BD},
                                         {0x200B, 0x200D},
                                         {0x20D0, 0x20FF},
                                         {0xFE00, 0xFE0F},
                                         {0xFE20, 0xFE2F}}};

template <std::size_t N>
bool Within(const std::array<Range, N>& ranges, uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

// The character at `at` and its length in bytes. REQUIRES: valid UTF-8.
std::pair<uint32_t, std::size_t> CodeAt(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t length = 1;
  uint32_t code = lead;
  if (lead >= 0xF0) {
    length = 4;
    code = lead & 0x07U;
  } else if (lead >= 0xE0) {
    length = 3;
    code = lead & 0x0FU;
  } else if (lead >= 0xC0) {
    length = 2;
    code = lead & 0x1FU;
  }
  length = std::min(length, text.size() - at);
  for (std::size_t i = 1; i < length; ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  return {code, length};
}

std::size_t WidthOf(uint32_t code) {
  if (Within(kZero, code)) return 0;
  return Within(kWide, code) ? 2 : 1;
}

std::string OneSafeLine(std::string_view text);

// `text` safe, on one line and at most `columns` wide; megabytes are cut before they are looked at.
std::string Fit(std::string_view text, std::size_t columns) {
  const std::size_t most = columns * 16 + 64;
  if (text.size() <= most) return CutToWidth(OneSafeLine(text), columns);
  const std::string safe = OneSafeLine(Utf8Prefix(text, most));
  const std::string cut = CutToWidth(safe, columns);
  return cut == safe ? cut + "..." : cut;
}

std::string OneSafeLine(std::string_view text) {
  std::string safe = TerminalSafe(text);
  for (char& c : safe) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return safe;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = CodeAt(text, at);
    width += WidthOf(code);
    at += length;
  }
  return width;
}

std::string CutToWidth(std::string_view text, std::size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  const std::size_t room = columns > 3 ? columns - 3 : 0;
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto [code, length] = CodeAt(text, at);
    if (width + WidthOf(code) > room) break;
    width += WidthOf(code);
    at += length;
  }
  return std::string(text.substr(0, at)) + "...";
}

void TextGrid::AddColumn(std::string title, Align align, std::size_t max_width) {
  columns_.push_back({CutToWidth(OneSafeLine(title), max_width), align, max_width});
}

void TextGrid::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = Fit(cells[i], columns_[i].max_width);
  if (under_heading_ && !cells.empty()) cells.front().insert(0, "  ");
  rows_.push_back({std::move(cells), false});
}

void TextGrid::AddHeading(std::string text) {
  rows_.push_back({{Fit(text, 100)}, true});
  under_heading_ = true;
}

std::string TextGrid::Render(std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = DisplayWidth(columns_[i].title);
    for (const Row& row : rows_) {
      if (!row.is_heading) width = std::max(width, DisplayWidth(row.cells[i]));
    }
    widths.push_back(width);
  }
  std::string out;
  const auto add_line = [&](const auto& cell_of) {
    std::string line(indent);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string cell = cell_of(i);
      const std::string pad(widths[i] - DisplayWidth(cell), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].align == Align::kLeft ? cell + pad : pad + cell;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  };
  add_line([&](std::size_t i) { return columns_[i].title; });
  add_line([&](std::size_t i) { return std::string(widths[i], '-'); });
  for (const Row& row : rows_) {
    if (row.is_heading) {
      out += std::string(indent) + row.cells.front() + "\n";
    } else {
      add_line([&](std::size_t i) { return row.cells[i]; });
    }
  }
  return out;
}

std::string WrapLines(std::string_view text, std::size_t columns, std::string_view hang) {
  std::string out;
  std::string line;
  const std::string safe = OneSafeLine(text);
  for (std::string_view word : Split(safe, ' ')) {
    // A word longer than a line is broken where the line ends.
    while (DisplayWidth(word) > columns - hang.size()) {
      const std::string_view head = Utf8Prefix(word, columns - hang.size());
      if (!line.empty() && line != hang) out += line + "\n";
      out += (out.empty() && line.empty() ? "" : std::string(hang)) + std::string(head) + "\n";
      line = std::string(hang);
      word.remove_prefix(head.size());
    }
    const bool is_first = line.empty() || line == hang;
    if (!is_first && DisplayWidth(line) + 1 + DisplayWidth(word) > columns) {
      out += line + "\n";
      line = std::string(hang);
      line += word;
    } else {
      if (!is_first) line += ' ';
      line += word;
    }
  }
  return out + line + "\n";
}

}  // namespace hone
