#include "skill/text_measure.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace hone {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct CodePoint {
  uint32_t value = 0;
  std::size_t length = 1;
  bool is_valid = false;
};

CodePoint Decode(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || !IsValidUtf8(text.substr(at, length)) || at + length > text.size()) return {};
  uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  return {value, length, true};
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0U | (code >> 6U)));
    out->push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xE0U | (code >> 12U)));
    out->push_back(static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)));
    out->push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  } else {
    out->push_back(static_cast<char>(0xF0U | (code >> 18U)));
    out->push_back(static_cast<char>(0x80U | ((code >> 12U) & 0x3FU)));
    out->push_back(static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)));
    out->push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  }
}

bool IsBetween(uint32_t code, uint32_t first, uint32_t last) {
  return code >= first && code <= last;
}

bool IsWordCharacter(uint32_t code) {
  if (code < 0x80) {
    return IsBetween(code, 'a', 'z') || IsBetween(code, 'A', 'Z') || IsBetween(code, '0', '9');
  }
  if (code < 0xC0) return code == 0xAA || code == 0xB5 || code == 0xBA;
  if (code == 0xD7 || code == 0xF7) return false;
  return !IsBetween(code, 0x2000, 0x206F) &&  // general punctuation
         !IsBetween(code, 0x2190, 0x2BFF) &&  // arrows, mathematics, boxes, dingbats
         !IsBetween(code, 0x3000, 0x303F) &&  // CJK punctuation
         !IsBetween(code, 0xFE10, 0xFE1F) && !IsBetween(code, 0xFE30, 0xFE6F) &&
         !IsBetween(code, 0xFF00, 0xFF0F) && !IsBetween(code, 0xFF1A, 0xFF20) &&
         !IsBetween(code, 0xFF3B, 0xFF40) && !IsBetween(code, 0xFF5B, 0xFF65) && code != 0xFEFF &&
         !IsBetween(code, 0xFFF0, 0xFFFF) && !IsBetween(code, 0x1F000, 0x1FAFF);  // emoji
}

// A character that is a word without neighbours.
bool IsIdeograph(uint32_t code) {
  return IsBetween(code, 0x3040, 0x30FF) || IsBetween(code, 0x3400, 0x4DBF) ||
         IsBetween(code, 0x4E00, 0x9FFF) || IsBetween(code, 0xAC00, 0xD7A3) ||
         IsBetween(code, 0xF900, 0xFAFF) || IsBetween(code, 0x20000, 0x3FFFF);
}

uint32_t LowerCase(uint32_t code) {
  if (IsBetween(code, 'A', 'Z')) return code + 32;
  if (IsBetween(code, 0xC0, 0xDE)) return code + 32;
  if (IsBetween(code, 0x391, 0x3A9)) return code + 32;
  if (IsBetween(code, 0x410, 0x42F)) return code + 32;
  if (IsBetween(code, 0x400, 0x40F)) return code + 80;
  return code;
}

bool IsApostrophe(uint32_t code) { return code == '\'' || code == 0x2019; }

constexpr std::array<std::string_view, 24> kAbbreviations = {
    "e.g", "i.e", "cf", "vs",  "mr",  "mrs", "ms", "dr", "prof", "st", "no",     "fig",
    "eq",  "sec", "ch", "vol", "art", "al",  "pp", "ed", "inc",  "jr", "approx", "resp"};

bool IsAbbreviation(std::string_view sentence_so_far) {
  constexpr std::size_t kLongest = 8;
  if (sentence_so_far.size() > kLongest) {
    sentence_so_far.remove_prefix(sentence_so_far.size() - kLongest);
  }
  const std::size_t before = sentence_so_far.find_last_of(" \t\n(\"");
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string last = ToLowerAscii(sentence_so_far.substr(begin));
  const bool is_initial = last.size() == 1 && last[0] >= 'a' && last[0] <= 'z';
  return is_initial ||
         std::find(kAbbreviations.begin(), kAbbreviations.end(), last) != kAbbreviations.end();
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Does a line that begins here start a Markdown block of its own?
bool StartsBlock(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  if (line.empty() || line.front() == '\n' || line.front() == '\r') return true;
  if (line.front() == '#' || line.front() == '|' || line.starts_with("```")) return true;
  if ((line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ "))) return true;
  std::size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
  return digits > 0 && digits < 4 && digits + 1 < line.size() &&
         (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
}

// Is the line that holds `at` a block of one line (heading, table row, fence)?
bool EndsWithItsLine(std::string_view text, std::size_t at) {
  const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  std::string_view line = text.substr(newline == std::string_view::npos ? 0 : newline + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return !line.empty() && (line.front() == '#' || line.front() == '|' || line.starts_with("```"));
}

// Length of what may stand between a full stop and the white space after it.
std::size_t ClosersAt(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at < text.size()) {
    if (std::string_view("\"')]*_`.!?").find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at).starts_with("\xE2\x80\x9D") ||
               text.substr(at).starts_with("\xE2\x80\x99")) {
      at += 3;
    } else {
      break;
    }
  }
  return at - begin;
}

bool IsWideStop(std::string_view here) {
  return here.starts_with("\xE3\x80\x82") || here.starts_with("\xEF\xBC\x81") ||
         here.starts_with("\xEF\xBC\x9F");
}

}  // namespace

std::size_t WordCount(std::string_view text) {
  std::size_t count = 0;
  bool in_word = false;
  for (const char c : text) {
    if (!IsSpace(c) && !in_word) ++count;
    in_word = !IsSpace(c);
  }
  return count;
}

std::string_view FirstWords(std::string_view text, std::size_t max_words) {
  std::size_t count = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsSpace(text[i])) continue;
    if ((i == 0 || IsSpace(text[i - 1])) && ++count > max_words) break;
    end = i + 1;
  }
  return text.substr(0, end);
}

std::vector<std::string> NormalWords(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) out.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint code = Decode(text, at);
    at += code.length;
    if (code.is_valid && IsApostrophe(code.value) && !word.empty() && at < text.size() &&
        IsWordCharacter(Decode(text, at).value)) {
      continue;
    }
    if (!code.is_valid || !IsWordCharacter(code.value)) {
      flush();
      continue;
    }
    const bool is_alone = IsIdeograph(code.value);
    if (is_alone) flush();
    AppendUtf8(LowerCase(code.value), &word);
    if (is_alone) flush();
  }
  flush();
  return out;
}

std::vector<std::string_view> Sentences(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  const auto end_at = [&](std::size_t end) {
    const std::string_view sentence = Trim(text.substr(begin, end - begin));
    if (!sentence.empty()) out.push_back(sentence);
    begin = end;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      if (EndsWithItsLine(text, at) || StartsBlock(text.substr(at + 1, 80))) end_at(at);
    } else if (c == '.' || c == '!' || c == '?') {
      const std::size_t end = at + 1 + ClosersAt(text, at + 1);
      const bool is_end = end == text.size() || IsSpace(text[end]);
      const bool goes_on =
          c == '.' && end == at + 1 && IsAbbreviation(text.substr(begin, at - begin));
      const std::string_view so_far = Trim(text.substr(begin, at - begin));
      const bool is_list_number = c == '.' && so_far.size() < 4 && IsNumber(so_far);
      if (is_end && !goes_on && !is_list_number) end_at(end);
      at = end - 1;
    } else if (IsWideStop(text.substr(at, 3))) {
      end_at(at + 3);
      at += 2;
    }
  }
  end_at(text.size());
  return out;
}

}  // namespace hone
