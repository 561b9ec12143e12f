#include "script/pattern.h"

#include <cstring>

#include "script/trampoline.h"

namespace hone {
namespace {

constexpr int kMaxDepth = 200;
constexpr unsigned kStepsPerCharge = 256;

bool IsLower(unsigned char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsGraph(unsigned char c) { return c > ' ' && c < 0x7F; }
bool IsAlnum(unsigned char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); }

}  // namespace

bool PatternMatcher::Step() {
  if (problem_ != nullptr) return false;
  if (++steps_ % kStepsPerCharge == 0 && !vm_->Charge(kStepsPerCharge)) {
    problem_ = "pattern matching took too long";
    return false;
  }
  return true;
}

std::size_t PatternMatcher::Problem(const char* text) {
  if (problem_ == nullptr) problem_ = text;
  return kNoMatch;
}

std::size_t PatternMatcher::MatchAt(std::size_t start) {
  captures_ = 0;
  depth_ = 0;
  return Run(start, 0);
}

std::size_t PatternMatcher::Run(std::size_t s, std::size_t p) {
  if (depth_ >= kMaxDepth) return Problem("pattern too complex");
  ++depth_;
  const std::size_t end = RunItems(s, p);
  --depth_;
  return problem_ == nullptr ? end : kNoMatch;
}

std::size_t PatternMatcher::RunItems(std::size_t s, std::size_t p) {
  while (p < pattern_.size()) {
    if (!Step()) return kNoMatch;
    const char c = pattern_[p];
    const char following = p + 1 < pattern_.size() ? pattern_[p + 1] : '\0';
    if (c == '(') {
      return following == ')' ? OpenCapture(s, p + 2, kPosition) : OpenCapture(s, p + 1, kOpen);
    }
    if (c == ')') return CloseCapture(s, p + 1);
    if (c == '$' && p + 1 == pattern_.size()) return s == subject_.size() ? s : kNoMatch;
    if (c == '%' && following == 'b') {
      s = Balance(s, p + 2);
      if (s == kNoMatch) return kNoMatch;
      p += 4;
      continue;
    }
    if (c == '%' && following == 'f') {
      p += 2;
      if (p >= pattern_.size() || pattern_[p] != '[')
        return Problem("missing '[' after '%f' in pattern");
      const std::size_t set_end = ItemEnd(p);
      if (problem_ != nullptr || !Frontier(s, p, set_end)) return kNoMatch;
      p = set_end;
      continue;
    }
    if (c == '%' && IsDigit(static_cast<unsigned char>(following))) {
      s = BackReference(s, following);
      if (s == kNoMatch) return kNoMatch;
      p += 2;
      continue;
    }
    const std::size_t item_end = ItemEnd(p);
    if (problem_ != nullptr) return kNoMatch;
    const char repeat = item_end < pattern_.size() ? pattern_[item_end] : '\0';
    if (repeat == '*') return Greedy(s, p, item_end);
    if (repeat == '-') return Lazy(s, p, item_end);
    const bool fits = Single(s, p, item_end);
    if (repeat == '+') return fits ? Greedy(s + 1, p, item_end) : kNoMatch;
    if (repeat == '?') {
      if (fits) {
        const std::size_t end = Run(s + 1, item_end + 1);
        if (end != kNoMatch || problem_ != nullptr) return end;
      }
      p = item_end + 1;
      continue;
    }
    if (!fits) return kNoMatch;
    ++s;
    p = item_end;
  }
  return s;
}

std::size_t PatternMatcher::Greedy(std::size_t s, std::size_t p, std::size_t item_end) {
  std::size_t count = 0;
  while (Single(s + count, p, item_end)) {
    if (!Step()) return kNoMatch;
    ++count;
  }
  for (;; --count) {
    const std::size_t end = Run(s + count, item_end + 1);
    if (end != kNoMatch || problem_ != nullptr || count == 0) return end;
  }
}

std::size_t PatternMatcher::Lazy(std::size_t s, std::size_t p, std::size_t item_end) {
  while (true) {
    const std::size_t end = Run(s, item_end + 1);
    if (end != kNoMatch || problem_ != nullptr) return end;
    if (!Step() || !Single(s, p, item_end)) return kNoMatch;
    ++s;
  }
}

std::size_t PatternMatcher::OpenCapture(std::size_t s, std::size_t p, std::size_t kind) {
  if (captures_ >= kMaxCaptures) return Problem("too many captures");
  capture_[captures_] = {s, kind};
  ++captures_;
  const std::size_t end = Run(s, p);
  if (end == kNoMatch) --captures_;
  return end;
}

std::size_t PatternMatcher::CloseCapture(std::size_t s, std::size_t p) {
  int open = captures_ - 1;
  while (open >= 0 && capture_[open].length != kOpen) --open;
  if (open < 0) return Problem("invalid pattern: ')' without '('");
  capture_[open].length = s - capture_[open].start;
  const std::size_t end = Run(s, p);
  if (end == kNoMatch) capture_[open].length = kOpen;
  return end;
}

std::size_t PatternMatcher::Balance(std::size_t s, std::size_t p) {
  if (p + 1 >= pattern_.size()) return Problem("missing arguments to '%b' in pattern");
  if (s >= subject_.size() || subject_[s] != pattern_[p]) return kNoMatch;
  std::size_t level = 1;
  for (std::size_t i = s + 1; i < subject_.size(); ++i) {
    if (!Step()) return kNoMatch;
    if (subject_[i] == pattern_[p + 1]) {
      if (--level == 0) return i + 1;
    } else if (subject_[i] == pattern_[p]) {
      ++level;
    }
  }
  return kNoMatch;
}

std::size_t PatternMatcher::BackReference(std::size_t s, char digit) {
  const int i = digit - '1';
  if (i < 0 || i >= captures_ || capture_[i].length == kOpen) {
    return Problem("invalid capture index in pattern");
  }
  if (capture_[i].length == kPosition) return kNoMatch;  // a position is no text to find again
  const std::string_view text = subject_.substr(capture_[i].start, capture_[i].length);
  steps_ += static_cast<unsigned>(text.size() / 64);
  if (!vm_->Charge(text.size() / 64)) return Problem("pattern matching took too long");
  return subject_.substr(s, text.size()) == text ? s + text.size() : kNoMatch;
}

bool PatternMatcher::Frontier(std::size_t s, std::size_t set, std::size_t set_end) {
  const auto before = static_cast<unsigned char>(s == 0 ? '\0' : subject_[s - 1]);
  const auto here = static_cast<unsigned char>(s < subject_.size() ? subject_[s] : '\0');
  return !InSet(before, set, set_end) && InSet(here, set, set_end);
}

// The position after the single item at `p`: a character, %x or a set.
std::size_t PatternMatcher::ItemEnd(std::size_t p) {
  const char c = pattern_[p++];
  if (c == '%') {
    if (p >= pattern_.size()) return Problem("malformed pattern (ends with '%')");
    return p + 1;
  }
  if (c != '[') return p;
  if (p < pattern_.size() && pattern_[p] == '^') ++p;
  bool is_first = true;  // a ']' right after '[' or '[^' is a member
  while (true) {
    if (p >= pattern_.size()) return Problem("malformed pattern (missing ']')");
    const char member = pattern_[p++];
    if (member == ']' && !is_first) return p;
    is_first = false;
    if (member == '%') {
      if (p >= pattern_.size()) return Problem("malformed pattern (missing ']')");
      ++p;
    }
  }
}

bool PatternMatcher::Single(std::size_t s, std::size_t p, std::size_t item_end) {
  if (s >= subject_.size()) return false;
  const auto c = static_cast<unsigned char>(subject_[s]);
  switch (pattern_[p]) {
    case '.':
      return true;
    case '%':
      return InClass(c, pattern_[p + 1]);
    case '[':
      return InSet(c, p, item_end);
    default:
      return static_cast<unsigned char>(pattern_[p]) == c;
  }
}

// `p` is at '[', `set_end` after ']'.
bool PatternMatcher::InSet(unsigned char c, std::size_t p, std::size_t set_end) const {
  const std::size_t last = set_end - 1;
  ++p;
  const bool wanted = pattern_[p] != '^';
  if (!wanted) ++p;
  while (p < last) {
    if (pattern_[p] == '%') {
      if (InClass(c, pattern_[p + 1])) return wanted;
      p += 2;
    } else if (p + 2 < last && pattern_[p + 1] == '-') {
      if (static_cast<unsigned char>(pattern_[p]) <= c &&
          c <= static_cast<unsigned char>(pattern_[p + 2])) {
        return wanted;
      }
      p += 3;
    } else {
      if (static_cast<unsigned char>(pattern_[p]) == c) return wanted;
      ++p;
    }
  }
  return !wanted;
}

bool PatternMatcher::InClass(unsigned char c, char name) {
  const char lower =
      IsUpper(static_cast<unsigned char>(name)) ? static_cast<char>(name + 32) : name;
  bool in = false;
  switch (lower) {
    case 'a':
      in = IsLower(c) || IsUpper(c);
      break;
    case 'c':
      in = c < ' ' || c == 0x7F;
      break;
    case 'd':
      in = IsDigit(c);
      break;
    case 'g':
      in = IsGraph(c);
      break;
    case 'l':
      in = IsLower(c);
      break;
    case 'p':
      in = IsGraph(c) && !IsAlnum(c);
      break;
    case 's':
      in = c == ' ' || (c >= '\t' && c <= '\r');
      break;
    case 'u':
      in = IsUpper(c);
      break;
    case 'w':
      in = IsAlnum(c);
      break;
    case 'x':
      in = IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      break;
    default:
      return static_cast<unsigned char>(name) == c;
  }
  return lower == name ? in : !in;
}

void PatternMatcher::PushCapture(lua_State* L, int i, std::size_t start, std::size_t end) const {
  if (i >= captures_) {
    if (i != 0) luaL_error(L, "invalid capture index %%%d", i + 1);
    PushText(L, subject_.substr(start, end - start));
    return;
  }
  const Capture& capture = capture_[i];
  if (capture.length == kOpen) luaL_error(L, "unfinished capture");
  if (capture.length == kPosition) {
    lua_pushinteger(L, static_cast<lua_Integer>(capture.start) + 1);
  } else {
    PushText(L, subject_.substr(capture.start, capture.length));
  }
}

}  // namespace hone
