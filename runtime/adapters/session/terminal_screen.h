// TerminalScreen: what a person would see of a terminal of fixed size, as text.
//
// Understood of VT100 and xterm: printing with wrapping, CR LF BS TAB, cursor movement (CSI A B C D
// E F G H d f, ESC 7 8, CSI s u), erasing (J K X), inserting and deleting (@ P L M), scrolling (S
// T, ESC D E M, scroll region r), the alternate screen (?1049, ?47), reset. Everything else is
// skipped. UTF-8 is decoded; a combining mark joins the character before it, wide ones take two
// columns. Whatever comes in, the cursor stays on the screen and memory is rows x columns.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

class TerminalScreen {
 public:
  static constexpr int kMinSize = 1, kMaxRows = 500, kMaxColumns = 1000;

  TerminalScreen(int rows, int columns);  // clamped to the limits above

  void Feed(std::string_view bytes);
  // Rows joined by "\n", without blanks at their ends and empty rows at the end.
  [[nodiscard]] std::string Text() const;
  [[nodiscard]] int row() const { return row_; }        // of the cursor, from 0
  [[nodiscard]] int column() const { return column_; }  // may be columns() after the last one
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int columns() const { return columns_; }

 private:
  // One column: UTF-8 text of a character with its marks; "" is the right half of a wide one.
  using Row = std::vector<std::string>;
  using Page = std::vector<Row>;
  enum class State { kText, kEscape, kShort, kCsi, kString, kStringEscape };

  [[nodiscard]] Row Blank() const { return Row(static_cast<std::size_t>(columns_), " "); }
  void Byte(unsigned char byte);
  void Decode(unsigned char byte);
  void Print(uint32_t code);
  void Control(unsigned char byte);
  void Escape(unsigned char byte);
  void Csi(unsigned char final);
  void PrivateMode(bool set);
  void MoveTo(int row, int column);
  void LineFeed();
  void ReverseFeed();
  void Scroll(int top, int lines);  // the region from `top` down; negative: downwards
  void EraseCells(int row, int from, int to);
  void EraseDisplay(int what);
  void EraseLine(int what);
  void ShiftCells(int count);  // at the cursor: positive inserts blanks, negative deletes
  void Reset();
  [[nodiscard]] int Param(std::size_t index, int fallback) const;

  const int rows_, columns_;
  Page page_, other_page_;
  bool alternate_ = false;
  int row_ = 0, column_ = 0;
  int saved_row_ = 0, saved_column_ = 0;
  int top_ = 0, bottom_;  // of the scroll region
  State state_ = State::kText;
  bool private_ = false;
  std::vector<int> params_;
  std::array<unsigned char, 4> pending_{};  // an unfinished UTF-8 character
  int n_pending_ = 0, n_expected_ = 0;
};

}  // namespace hone
