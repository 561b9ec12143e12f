#include "skill/unicode_text.h"

#include <algorithm>

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
  if (In(code, 0xC0, 0xDE)) return code == 0xD7 ? code : code + 32;
  if (In(code, 0x100, 0x137)) return code == 0x130 ? code : code | 1U;
  if (In(code, 0x139, 0x148)) return code % 2 == 1 ? code + 1 : code;
  if (In(code, 0x14A, 0x177)) return code | 1U;
  if (code == 0x178) return 0xFF;
  if (In(code, 0x179, 0x17E)) return code % 2 == 1 ? code + 1 : code;
  if (code == 0x386) return 0x3AC;
  if (In(code, 0x388, 0x38A)) return code + 37;
  if (code == 0x38C) return 0x3CC;
  if (code == 0x38E || code == 0x38F) return code + 63;
  if (In(code, 0x391, 0x3AB)) return code == 0x3A2 ? code : code + 32;
  if (In(code, 0x400, 0x40F)) return code + 80;
  if (In(code, 0x410, 0x42F)) return code + 32;
  if (In(code, 0x460, 0x481) || In(code, 0x48A, 0x4BF) || In(code, 0x4D0, 0x52F)) return code | 1U;
  if (In(code, 0x531, 0x556)) return code + 48;
  if (In(code, 0x1E00, 0x1E95) || In(code, 0x1EA0, 0x1EFF)) return code | 1U;
  if (code == 0x1E9E) return 0xDF;
  if (In(code, 0xFF21, 0xFF3A)) return code + 32;
  return code;
}

bool IsWordCharacter(uint32_t code) {
  if (code < 0x80) {
    return In(code, '0', '9') || In(code, 'A', 'Z') || In(code, 'a', 'z') || code == '_';
  }
  if (code < 0xC0) {
    return code == 0xAA || code == 0xB5 || code == 0xBA || In(code, 0xB2, 0xB3) || code == 0xB9 ||
           In(code, 0xBC, 0xBE);
  }
  if (code == 0xD7 || code == 0xF7) return false;
  if (In(code, 0x300, 0x36F)) return false;  // combining marks
  if (In(code, 0x2000, 0x206F) || In(code, 0x20A0, 0x20FF)) return false;
  if (In(code, 0x2190, 0x245F) || In(code, 0x2500, 0x2775) || In(code, 0x2794, 0x2BFF)) {
    return false;
  }
  if (In(code, 0x3000, 0x3004) || In(code, 0x3008, 0x3020)) return false;
  if (In(code, 0xE000, 0xF8FF) || In(code, 0xFE10, 0xFE6F)) return false;
  if (In(code, 0xFF00, 0xFF0F) || In(code, 0xFF1A, 0xFF20)) return false;
  if (In(code, 0x1F000, 0x1FAFF) && !In(code, 0x1F100, 0x1F10C)) return false;
  return true;
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
