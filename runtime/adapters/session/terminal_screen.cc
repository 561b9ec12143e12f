#include "adapters/session/terminal_screen.h"

#include <algorithm>

namespace hone {
namespace {

constexpr unsigned char kEscape = 0x1B;
constexpr std::size_t kMaxParams = 16;
constexpr int kMaxParam = 9999;
constexpr std::size_t kMaxCellBytes = 32;  // a character with its marks
constexpr uint32_t kReplacement = 0xFFFD;
constexpr int kTab = 8;

struct Range {
  uint32_t first, last;
};

bool IsIn(uint32_t code, std::initializer_list<Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

bool IsMark(uint32_t code) {
  return IsIn(code, {{0x300, 0x36F},
                     {0x483, 0x489},
                     {0x591, 0x5BD},
                     {0x610, 0x61A},
                     {0x64B, 0x65F},
                     {0x200B, 0x200F},
                     {0x20D0, 0x20FF},
                     {0xFE00, 0xFE0F},
                     {0xFE20, 0xFE2F}});
}

bool IsWide(uint32_t code) {
  return IsIn(code, {{0x1100, 0x115F},
                     {0x2E80, 0x303E},
                     {0x3041, 0xA4CF},
                     {0xAC00, 0xD7A3},
                     {0xF900, 0xFAFF},
                     {0xFE30, 0xFE6F},
                     {0xFF00, 0xFF60},
                     {0xFFE0, 0xFFE6},
                     {0x1F300, 0x1F64F},
                     {0x1F680, 0x1F6FF},
                     {0x1F900, 0x1F9FF},
                     {0x20000, 0x3FFFD}});
}

std::string Utf8(uint32_t code) {
  std::string text;
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    text += static_cast<char>(0x80U | (code >> 12U & 0x3FU));
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
  }
  if (code >= 0x80) text += static_cast<char>(0x80U | (code & 0x3FU));
  return text;
}

}  // namespace

TerminalScreen::TerminalScreen(int rows, int columns)
    : rows_(std::clamp(rows, kMinSize, kMaxRows)),
      columns_(std::clamp(columns, kMinSize, kMaxColumns)),
      bottom_(rows_ - 1) {
  Reset();
}

void TerminalScreen::Reset() {
  page_.assign(static_cast<std::size_t>(rows_), Blank());
  other_page_ = page_;
  alternate_ = false;
  row_ = column_ = saved_row_ = saved_column_ = top_ = 0;
  bottom_ = rows_ - 1;
}

void TerminalScreen::Feed(std::string_view bytes) {
  for (const char c : bytes) Byte(static_cast<unsigned char>(c));
}

std::string TerminalScreen::Text() const {
  std::string text;
  std::size_t kept = 0;
  for (const Row& row : page_) {
    for (const std::string& cell : row) text += cell;
    while (!text.empty() && text.back() == ' ') text.pop_back();
    if (!text.empty() && text.back() != '\n') kept = text.size();
    text += '\n';
  }
  text.resize(kept);
  return text;
}

void TerminalScreen::Byte(unsigned char byte) {
  switch (state_) {
    case State::kText:
      if (byte == kEscape) {
        state_ = State::kEscape;
      } else if (byte < 0x20 || byte == 0x7F) {
        Control(byte);
      } else {
        Decode(byte);
      }
      break;
    case State::kEscape:
      Escape(byte);
      break;
    case State::kShort:
      if (byte < 0x20 || byte > 0x2F) state_ = State::kText;
      break;
    case State::kCsi:
      if (byte == kEscape) {
        state_ = State::kEscape;
      } else if (byte >= '0' && byte <= '9') {
        if (params_.empty()) params_.push_back(0);
        params_.back() = std::min(kMaxParam, params_.back() * 10 + (byte - '0'));
      } else if (byte == ';') {
        if (params_.empty()) params_.push_back(0);
        if (params_.size() < kMaxParams) params_.push_back(0);
      } else if (byte == '?' || byte == '>' || byte == '=') {
        private_ = true;
      } else if (byte >= 0x40 && byte <= 0x7E) {
        state_ = State::kText;
        Csi(byte);
      } else if (byte < 0x20) {
        Control(byte);
      }
      break;
    case State::kString:
      if (byte == kEscape) state_ = State::kStringEscape;
      if (byte == 0x07 || byte == '\n') state_ = State::kText;
      break;
    case State::kStringEscape:
      state_ = byte == kEscape ? State::kStringEscape : State::kText;
      break;
  }
}

void TerminalScreen::Decode(unsigned char byte) {
  if (n_expected_ == 0) {
    if (byte < 0x80) return Print(byte);
    n_expected_ = byte >= 0xF0 && byte < 0xF5   ? 4
                  : byte >= 0xE0 && byte < 0xF0 ? 3
                  : byte >= 0xC2 && byte < 0xE0 ? 2
                                                : 0;
    if (n_expected_ == 0) return Print(kReplacement);
    pending_[0] = byte;
    n_pending_ = 1;
    return;
  }
  if ((byte & 0xC0U) != 0x80U) {
    n_expected_ = 0;
    Print(kReplacement);
    return Decode(byte);
  }
  pending_[static_cast<std::size_t>(n_pending_++)] = byte;
  if (n_pending_ < n_expected_) return;
  uint32_t code = pending_[0] & (0xFFU >> (n_expected_ + 1));
  for (int i = 1; i < n_expected_; ++i) {
    code = code << 6U | (pending_[static_cast<std::size_t>(i)] & 0x3FU);
  }
  const uint32_t least = n_expected_ == 2 ? 0x80 : n_expected_ == 3 ? 0x800 : 0x10000;
  n_expected_ = 0;
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  Print(code < least || code > 0x10FFFF || is_surrogate ? kReplacement : code);
}

void TerminalScreen::Print(uint32_t code) {
  if (code >= 0x80 && code < 0xA0) return;  // C1 controls
  if (IsMark(code)) {
    if (column_ == 0) return;
    std::string& cell =
        page_[static_cast<std::size_t>(row_)][static_cast<std::size_t>(column_ - 1)];
    if (!cell.empty() && cell.size() < kMaxCellBytes) cell += Utf8(code);
    return;
  }
  const int width = IsWide(code) && columns_ > 1 ? 2 : 1;
  if (column_ + width > columns_) {
    column_ = 0;
    LineFeed();
  }
  // Half of a wide character that is written over is a blank.
  EraseCells(row_, column_, column_ + width);
  Row& row = page_[static_cast<std::size_t>(row_)];
  row[static_cast<std::size_t>(column_)] = Utf8(code);
  if (width == 2) row[static_cast<std::size_t>(column_ + 1)].clear();
  column_ += width;
}

void TerminalScreen::Control(unsigned char byte) {
  n_expected_ = 0;
  switch (byte) {
    case '\r':
      column_ = 0;
      break;
    case '\n':
    case '\v':
    case '\f':
      LineFeed();
      break;
    case '\b':
      column_ = std::max(0, std::min(column_, columns_ - 1) - 1);
      break;
    case '\t':
      column_ = std::min(columns_ - 1, (column_ / kTab + 1) * kTab);
      break;
    default:
      break;
  }
}

void TerminalScreen::Escape(unsigned char byte) {
  state_ = State::kText;
  switch (byte) {
    case '[':
      state_ = State::kCsi;
      params_.clear();
      private_ = false;
      break;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      state_ = State::kString;
      break;
    case '7':
      saved_row_ = row_;
      saved_column_ = column_;
      break;
    case '8':
      MoveTo(saved_row_, saved_column_);
      break;
    case 'D':
      LineFeed();
      break;
    case 'E':
      column_ = 0;
      LineFeed();
      break;
    case 'M':
      ReverseFeed();
      break;
    case 'c':
      Reset();
      break;
    case kEscape:
      state_ = State::kEscape;
      break;
    default:
      if (byte >= 0x20 && byte <= 0x2F) state_ = State::kShort;
      break;
  }
}

int TerminalScreen::Param(std::size_t index, int fallback) const {
  return index < params_.size() && params_[index] != 0 ? params_[index] : fallback;
}

}  // namespace hone
