#include "skill/unicode_text.h"

#include <algorithm>

#include "skill/unicode_tables.h"

namespace hone {
namespace {

bool In(uint32_t code, uint32_t low, uint32_t high) { return code >= low && code <= high; }

uint32_t Continuation(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return (byte & 0xC0U) == 0x80U ? byte & 0x3FU : 0xFFU;
}

void AppendCode(uint32_t code, std::string* out) {
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

}  // namespace

CodeAt CodePointAt(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0xC2 || lead > 0xF4) return {lead, 1};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (at + length > text.size()) return {lead, 1};
  uint32_t code = lead & (length == 2 ? 0x1FU : length == 3 ? 0x0FU : 0x07U);
  for (std::size_t i = 1; i < length; ++i) {
    const uint32_t part = Continuation(text, at + i);
    if (part == 0xFFU) return {lead, 1};
    code = (code << 6U) | part;
  }
  return {code, length};
}

CodeAt CodePointBefore(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && end - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  const CodeAt whole = CodePointAt(text, at);
  if (at + whole.length == end) return whole;
  return {static_cast<unsigned char>(text[end - 1]), 1};
}

bool IsPythonSpace(uint32_t code) {
  if (code < 0x80) return In(code, 9, 13) || In(code, 0x1C, 0x20);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || In(code, 0x2000, 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

uint32_t SmallLetter(uint32_t code) {
  if (code < 0x80) return In(code, 'A', 'Z') ? code + 32 : code;
  const auto run =
      std::lower_bound(kSmallRuns.begin(), kSmallRuns.end(), code,
                       [](const SmallRun& one, uint32_t wanted) { return one.last < wanted; });
  if (run == kSmallRuns.end() || code < run->first || (code - run->first) % run->step != 0) {
    return code;
  }
  return static_cast<uint32_t>(static_cast<int32_t>(code) + run->difference);
}

bool IsWordCharacter(uint32_t code) {
  if (code < 0x80) {
    return In(code, '0', '9') || In(code, 'A', 'Z') || In(code, 'a', 'z') || code == '_';
  }
  const auto range =
      std::lower_bound(kWordRanges.begin(), kWordRanges.end(), code,
                       [](const CodeRange& one, uint32_t wanted) { return one.last < wanted; });
  return range != kWordRanges.end() && code >= range->first;
}

std::string Lowered(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      out.push_back(static_cast<char>(SmallLetter(byte)));
      ++at;
      continue;
    }
    const CodeAt here = CodePointAt(text, at);
    if (here.code == 0x130) {
      out += "i\xCC\x87";  // a small i with the dot above, as Unicode has it
    } else if (here.length == 1) {
      out.push_back(text[at]);
    } else {
      AppendCode(SmallLetter(here.code), &out);
    }
    at += here.length;
  }
  return out;
}

std::string_view StripEnd(std::string_view text) {
  while (!text.empty()) {
    const CodeAt last = CodePointBefore(text, text.size());
    if (!IsPythonSpace(last.code) || (last.length == 1 && last.code >= 0x80)) break;
    text.remove_suffix(last.length);
  }
  return text;
}

std::string_view Strip(std::string_view text) {
  text = StripEnd(text);
  while (!text.empty()) {
    const CodeAt first = CodePointAt(text, 0);
    if (!IsPythonSpace(first.code) || (first.length == 1 && first.code >= 0x80)) break;
    text.remove_prefix(first.length);
  }
  return text;
}

std::vector<std::string_view> SpaceSplit(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const CodeAt here = at < text.size() ? CodePointAt(text, at) : CodeAt{' ', 1};
    if (IsPythonSpace(here.code) && !(here.length == 1 && here.code >= 0x80)) {
      if (at > begin) out.push_back(text.substr(begin, at - begin));
      begin = at + here.length;
    }
    at += here.length;
  }
  return out;
}

}  // namespace hone
