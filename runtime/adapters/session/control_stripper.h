// ControlStripper: the output of a terminal as plain text. Escape sequences (CSI, OSC, DCS and the
// short ones) and control characters are left out, "\r\n" is "\n", and a backspace takes back the
// character before it in the same line. Sequences may be cut anywhere between two feeds.
#pragma once

#include <string>
#include <string_view>

namespace hone {

class ControlStripper {
 public:
  // Appends what `bytes` say to `*text`, which holds what was appended before (a backspace reaches
  // back into it).
  void Feed(std::string_view bytes, std::string* text);

 private:
  enum class State { kText, kEscape, kShort, kCsi, kString, kStringEscape };
  void Control(char c, std::string* text);

  State state_ = State::kText;
};

}  // namespace hone
