// TerminalScreen: the commands that follow "ESC [", and what they do to the page.
#include <algorithm>

#include "adapters/session/terminal_screen.h"

namespace hone {

void TerminalScreen::Csi(unsigned char final) {
  if (private_) {
    if (final == 'h' || final == 'l') PrivateMode(final == 'h');
    return;
  }
  const int count = Param(0, 1);
  const int column = std::min(column_, columns_ - 1);
  switch (final) {
    case 'A':
      return MoveTo(std::max(row_ - count, row_ >= top_ ? top_ : 0), column);
    case 'B':
    case 'e':
      return MoveTo(std::min(row_ + count, row_ <= bottom_ ? bottom_ : rows_ - 1), column);
    case 'C':
    case 'a':
      return MoveTo(row_, column + count);
    case 'D':
      return MoveTo(row_, column - count);
    case 'E':
      return MoveTo(row_ + count, 0);
    case 'F':
      return MoveTo(row_ - count, 0);
    case 'G':
    case '`':
      return MoveTo(row_, count - 1);
    case 'H':
    case 'f':
      return MoveTo(count - 1, Param(1, 1) - 1);
    case 'd':
      return MoveTo(count - 1, column);
    case 'J':
      return EraseDisplay(Param(0, 0));
    case 'K':
      return EraseLine(Param(0, 0));
    case 'X':
      return EraseCells(row_, column, column + count);
    case '@':
      return ShiftCells(count);
    case 'P':
      return ShiftCells(-count);
    case 'L':
      if (row_ >= top_ && row_ <= bottom_) Scroll(row_, -count);
      return;
    case 'M':
      if (row_ >= top_ && row_ <= bottom_) Scroll(row_, count);
      return;
    case 'S':
      return Scroll(top_, count);
    case 'T':
      return Scroll(top_, -count);
    case 'r': {
      const int top = count - 1;
      const int bottom = std::min(Param(1, rows_), rows_) - 1;
      if (top >= bottom) return;
      top_ = top;
      bottom_ = bottom;
      return MoveTo(0, 0);
    }
    case 's':
      saved_row_ = row_;
      saved_column_ = column_;
      return;
    case 'u':
      return MoveTo(saved_row_, saved_column_);
    default:
      return;
  }
}

void TerminalScreen::PrivateMode(bool set) {
  const bool is_screen = std::any_of(params_.begin(), params_.end(), [](int mode) {
    return mode == 47 || mode == 1047 || mode == 1049;
  });
  if (!is_screen || set == alternate_) return;
  alternate_ = set;
  std::swap(page_, other_page_);
  if (set) {
    saved_row_ = row_;
    saved_column_ = column_;
    page_.assign(static_cast<std::size_t>(rows_), Blank());
  } else {
    MoveTo(saved_row_, saved_column_);
  }
}

void TerminalScreen::MoveTo(int row, int column) {
  row_ = std::clamp(row, 0, rows_ - 1);
  column_ = std::clamp(column, 0, columns_ - 1);
}

void TerminalScreen::LineFeed() {
  if (row_ == bottom_) {
    Scroll(top_, 1);
  } else if (row_ < rows_ - 1) {
    ++row_;
  }
}

void TerminalScreen::ReverseFeed() {
  if (row_ == top_) {
    Scroll(top_, -1);
  } else if (row_ > 0) {
    --row_;
  }
}

void TerminalScreen::Scroll(int top, int lines) {
  const auto first = page_.begin() + top;
  const auto last = page_.begin() + bottom_ + 1;
  const int count = std::min(std::abs(lines), bottom_ + 1 - top);
  if (lines > 0) {
    std::rotate(first, first + count, last);
    std::fill(last - count, last, Blank());
  } else {
    std::rotate(first, last - count, last);
    std::fill(first, first + count, Blank());
  }
}

// A wide character of which one half is erased leaves a blank for the other.
void TerminalScreen::EraseCells(int row, int from, int to) {
  Row& cells = page_[static_cast<std::size_t>(row)];
  from = std::clamp(from, 0, columns_);
  to = std::clamp(to, from, columns_);
  if (from < columns_ && from > 0 && cells[static_cast<std::size_t>(from)].empty()) {
    cells[static_cast<std::size_t>(from - 1)] = " ";
  }
  if (to < columns_ && cells[static_cast<std::size_t>(to)].empty()) {
    cells[static_cast<std::size_t>(to)] = " ";
  }
  std::fill(cells.begin() + from, cells.begin() + to, " ");
}

void TerminalScreen::EraseDisplay(int what) {
  if (what == 0) {
    EraseCells(row_, column_, columns_);
    std::fill(page_.begin() + row_ + 1, page_.end(), Blank());
  } else if (what == 1) {
    std::fill(page_.begin(), page_.begin() + row_, Blank());
    EraseCells(row_, 0, column_ + 1);
  } else {
    std::fill(page_.begin(), page_.end(), Blank());
  }
}

void TerminalScreen::EraseLine(int what) {
  EraseCells(row_, what == 0 ? column_ : 0, what == 1 ? column_ + 1 : columns_);
}

void TerminalScreen::ShiftCells(int count) {
  Row& cells = page_[static_cast<std::size_t>(row_)];
  const int column = std::min(column_, columns_ - 1);
  EraseCells(row_, column, column);  // no half of a wide character moves alone
  const auto first = cells.begin() + column;
  const int by = std::min(std::abs(count), columns_ - column);
  if (count > 0) {
    std::rotate(first, cells.end() - by, cells.end());
    std::fill(first, first + by, " ");
  } else {
    std::rotate(first, first + by, cells.end());
    std::fill(cells.end() - by, cells.end(), " ");
  }
  for (auto cell = cells.begin(); cell != cells.end(); ++cell) {
    if (cell->empty() && (cell == cells.begin() || cell[-1].empty() || cell[-1] == " ")) {
      *cell = " ";
    }
  }
}

}  // namespace hone
