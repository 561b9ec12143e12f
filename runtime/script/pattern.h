// PatternMatcher: Lua's patterns, matched with a step count, so that no pattern can run for ever.
//
// The language is that of the Lua 5.4 manual, section 6.4.1: classes, sets, * + - ?, %b, %f,
// captures, position captures, back references and anchors; letters are ASCII letters. Every step
// is charged to the state's instruction budget. Trivially destructible on purpose: it may be alive
// when Lua raises.
#pragma once

#include <cstddef>
#include <string_view>

#include "script/vm.h"

namespace hone {

class PatternMatcher {
 public:
  static constexpr std::size_t kNoMatch = static_cast<std::size_t>(-1);
  static constexpr int kMaxCaptures = 32;

  // Borrows all three.
  PatternMatcher(Vm* vm, std::string_view subject, std::string_view pattern)
      : vm_(vm), subject_(subject), pattern_(pattern) {}

  // Where the match that begins exactly at `start` ends, or kNoMatch. A leading '^' is the
  // caller's.
  std::size_t MatchAt(std::size_t start);
  // Why the last MatchAt gave up, or null: a malformed pattern, or the budget (the Vm is aborted
  // then).
  const char* problem() const { return problem_; }

  int capture_count() const { return captures_; }
  // Pushes capture `i` (from 0); with no captures, i = 0 is the whole match. Raises on unfinished
  // ones.
  void PushCapture(lua_State* L, int i, std::size_t start, std::size_t end) const;

 private:
  static constexpr std::size_t kOpen = static_cast<std::size_t>(-1);
  static constexpr std::size_t kPosition = static_cast<std::size_t>(-2);
  struct Capture {
    std::size_t start;
    std::size_t length;
  };

  std::size_t Run(std::size_t s, std::size_t p);
  std::size_t RunItems(std::size_t s, std::size_t p);
  std::size_t Greedy(std::size_t s, std::size_t p, std::size_t item_end);
  std::size_t Lazy(std::size_t s, std::size_t p, std::size_t item_end);
  std::size_t OpenCapture(std::size_t s, std::size_t p, std::size_t kind);
  std::size_t CloseCapture(std::size_t s, std::size_t p);
  std::size_t Balance(std::size_t s, std::size_t p);
  std::size_t BackReference(std::size_t s, char digit);
  bool Frontier(std::size_t s, std::size_t set, std::size_t set_end);
  std::size_t ItemEnd(std::size_t p);
  bool Single(std::size_t s, std::size_t p, std::size_t item_end);
  bool InSet(unsigned char c, std::size_t p, std::size_t set_end) const;
  static bool InClass(unsigned char c, char name);
  bool Step();
  std::size_t Problem(const char* text);

  Vm* vm_;
  std::string_view subject_;
  std::string_view pattern_;
  Capture capture_[kMaxCaptures] = {};
  int captures_ = 0;
  int depth_ = 0;
  unsigned steps_ = 0;
  const char* problem_ = nullptr;
};

}  // namespace hone
