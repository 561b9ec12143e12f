#include "adapters/session/control_stripper.h"

namespace hone {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\x07';

// Takes back one UTF-8 character of the last line.
void TakeBack(std::string* text) {
  while (!text->empty() && text->back() != '\n') {
    const auto byte = static_cast<unsigned char>(text->back());
    text->pop_back();
    if ((byte & 0xC0U) != 0x80U) return;
  }
}

}  // namespace

void ControlStripper::Control(char c, std::string* text) {
  if (c == '\n' || c == '\t') *text += c;
  if (c == '\b') TakeBack(text);
}

void ControlStripper::Feed(std::string_view bytes, std::string* text) {
  for (const char c : bytes) {
    switch (state_) {
      case State::kText:
        if (c == kEscape) {
          state_ = State::kEscape;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          Control(c, text);
        } else {
          *text += c;
        }
        break;
      case State::kEscape:
        if (c == '[') {
          state_ = State::kCsi;
        } else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
          state_ = State::kString;
        } else if (c >= 0x20 && c <= 0x2F) {
          state_ = State::kShort;  // "ESC ( B": one more
        } else if (c != kEscape) {
          state_ = State::kText;
        }
        break;
      case State::kShort:
        if (c < 0x20 || c > 0x2F) state_ = State::kText;
        break;
      case State::kCsi:
        if (c == kEscape) state_ = State::kEscape;
        if (c >= 0x40 && c <= 0x7E) state_ = State::kText;
        break;
      case State::kString:
        if (c == kEscape) state_ = State::kStringEscape;
        if (c == kBell || c == '\n') state_ = State::kText;  // a line end: it was no sequence
        break;
      case State::kStringEscape:
        state_ = c == kEscape ? State::kStringEscape : State::kText;
        break;
    }
  }
}

}  // namespace hone
