#include "skill/frontmatter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "base/text.h"

namespace hone {
namespace {

using Lines = std::vector<std::string_view>;

std::size_t Indent(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool IsBlank(std::string_view line) { return Trim(line).empty(); }

bool IsComment(std::string_view line) { return Trim(line).starts_with("#"); }

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// Length of the "key" in "key:" or "key: value", or 0.
std::size_t KeyLength(std::string_view line) {
  std::size_t length = 0;
  while (length < line.size() && IsKeyCharacter(line[length])) ++length;
  if (length == 0 || length >= line.size() || line[length] != ':') return 0;
  const bool ends_well =
      length + 1 == line.size() || line[length + 1] == ' ' || line[length + 1] == '\t';
  return ends_well ? length : 0;
}

void AppendCodePoint(uint32_t code, std::string* out) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  const unsigned extra = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  const unsigned lead = extra == 1 ? 0xC0U : extra == 2 ? 0xE0U : 0xF0U;
  out->push_back(static_cast<char>(lead | (code >> (6 * extra))));
  for (unsigned i = extra; i-- > 0;) {
    out->push_back(static_cast<char>(0x80U | ((code >> (6 * i)) & 0x3FU)));
  }
}

// The escape after a backslash at text[at]; *at moves behind it. False for one that YAML lacks.
bool AppendEscape(std::string_view text, std::size_t* at, std::string* out) {
  static constexpr std::string_view kNames = "0abtnvfre \"/\\N_LP";
  static constexpr std::array<uint32_t, 17> kCodes = {
      0, 7, 8, 9, 10, 11, 12, 13, 27, ' ', '"', '/', '\\', 0x85, 0xA0, 0x2028, 0x2029};
  const char c = text[*at];
  const std::size_t named = kNames.find(c);
  ++*at;
  if (named != std::string_view::npos) {
    AppendCodePoint(kCodes[named], out);
    return true;
  }
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0 || *at + digits > text.size()) return false;
  uint32_t code = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::size_t value =
        std::string_view("0123456789abcdef").find(ToLowerAscii(text.substr(*at + i, 1)));
    if (value == std::string_view::npos) return false;
    code = code * 16 + static_cast<uint32_t>(value);
  }
  *at += digits;
  AppendCodePoint(code, out);
  return true;
}

// A line end inside a plain or quoted scalar is a space; a blank line is a line end.
std::string Folded(const Lines& lines) {
  std::string out;
  bool is_start = true;
  for (const std::string_view line : lines) {
    const std::string_view text = Trim(line);
    if (text.empty()) {
      if (!is_start) out += '\n';
      is_start = true;
      continue;
    }
    if (!is_start) out += ' ';
    out += text;
    is_start = false;
  }
  return out;
}

// Content of a quoted scalar that begins with its quote; nothing when it is not one whole scalar.
std::optional<std::string> Unquoted(std::string_view text) {
  const char quote = text[0];
  std::string out;
  std::size_t at = 1;
  while (at < text.size()) {
    const char c = text[at++];
    if (c == quote) {
      if (quote == '\'' && at < text.size() && text[at] == '\'') {
        out += '\'';
        ++at;
        continue;
      }
      const std::string_view rest = Trim(text.substr(at));
      if (!rest.empty() && !rest.starts_with("#")) return std::nullopt;
      return out;
    }
    if (c == '\\' && quote == '"') {
      if (at >= text.size() || !AppendEscape(text, &at, &out)) return std::nullopt;
      continue;
    }
    out += c;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const Lines& lines, int first_line) : lines_(lines), first_line_(first_line) {}

  std::vector<FrontmatterField> ReadMap(std::size_t indent, bool may_nest) {
    std::vector<FrontmatterField> fields;
    while (at_ < lines_.size()) {
      const std::string_view line = lines_[at_];
      if (IsBlank(line) || IsComment(line)) {
        ++at_;
        continue;
      }
      if (Indent(line) < indent) break;
      const std::string_view text = line.substr(Indent(line));
      if (line.starts_with('\t')) Note("a tab cannot indent; use spaces");
      if (Indent(line) > indent) Note("unexpected indentation");
      const std::size_t length = KeyLength(Trim(text));
      if (length == 0) {
        Note("'" + OneLine(text, 40) + "' is no 'key: value' line");
        ++at_;
        continue;
      }
      FrontmatterField field;
      field.key = std::string(Trim(text).substr(0, length));
      field.line = first_line_ + static_cast<int>(at_);
      const bool is_repeated = std::any_of(
          fields.begin(), fields.end(), [&](const auto& other) { return other.key == field.key; });
      if (is_repeated) Note("'" + field.key + "' is there twice; the first is taken");
      ReadValue(Trim(Trim(text).substr(length + 1)), Indent(line), may_nest, &field);
      if (!is_repeated) fields.push_back(std::move(field));
    }
    return fields;
  }

  std::vector<FrontmatterNote> TakeNotes() { return std::move(notes_); }

 private:
  void Note(std::string text) {
    notes_.push_back(
        {first_line_ + static_cast<int>(std::min(at_, lines_.size())), std::move(text)});
  }

  // The following lines that belong to the value of a key at `indent`; at_ moves behind them.
  Lines TakeDeeper(std::size_t indent) {
    Lines deeper;
    while (at_ < lines_.size() && (IsBlank(lines_[at_]) || Indent(lines_[at_]) > indent ||
                                   lines_[at_].starts_with('\t'))) {
      deeper.push_back(lines_[at_++]);
    }
    while (!deeper.empty() && IsBlank(deeper.back())) deeper.pop_back();
    return deeper;
  }

  void ReadValue(std::string_view first, std::size_t indent, bool may_nest,
                 FrontmatterField* field) {
    if (first.starts_with("#")) first = "";
    if (first.empty()) {
      std::size_t next = at_ + 1;
      while (next < lines_.size() && (IsBlank(lines_[next]) || IsComment(lines_[next]))) ++next;
      const bool is_map = may_nest && next < lines_.size() && Indent(lines_[next]) > indent &&
                          KeyLength(lines_[next].substr(Indent(lines_[next]))) > 0;
      if (is_map) {
        at_ = next;
        field->members = ReadMap(Indent(lines_[next]), false);
        return;
      }
    }
    if (first.starts_with('|') || first.starts_with('>')) {
      const std::string_view header = Trim(first.substr(1, first.find('#', 1) - 1));
      if (header.find_first_not_of("+-123456789") == std::string_view::npos) {
        ++at_;
        field->value = std::string(Trim(Block(TakeDeeper(indent), first[0] == '>')));
        return;
      }
    }
    const std::size_t line = at_++;
    Lines all = TakeDeeper(indent);
    const std::size_t after = at_;
    at_ = line;
    if (first.empty() && !all.empty() && Trim(all[0]).starts_with("- ")) {
      Note("'" + field->key + "' must be one text, not a list");
      for (std::string_view& item : all) {
        item = Trim(item);
        if (item.starts_with("- ")) item.remove_prefix(2);
      }
    }
    all.insert(all.begin(), first);
    field->value = Scalar(Folded(all));
    at_ = after;
  }

  static std::string Block(const Lines& lines, bool is_folded) {
    if (is_folded) return Folded(lines);
    std::size_t indent = std::string_view::npos;
    for (const std::string_view line : lines) {
      if (!IsBlank(line)) indent = std::min(indent, Indent(line));
    }
    std::string out;
    for (const std::string_view line : lines) {
      if (!IsBlank(line)) out += line.substr(indent);
      out += '\n';
    }
    return out;
  }

  std::string Scalar(std::string text) {
    text = std::string(Trim(text));
    if (text.empty()) return text;
    if (text[0] == '"' || text[0] == '\'') {
      if (auto inside = Unquoted(text)) return std::string(Trim(*inside));
      Note("the quotes do not close or hold an unknown escape; taken as plain text");
      return text;
    }
    const std::size_t comment = text.find(" #");
    if (comment != std::string::npos) text = std::string(Trim(text.substr(0, comment)));
    if (text.find(": ") != std::string::npos || text.ends_with(':')) {
      Note("a text with ': ' must be quoted");
    } else if (std::string_view("[]{}&*!%@`|>,?").find(text[0]) != std::string_view::npos ||
               text.starts_with("- ")) {
      Note("a text that begins with '" + text.substr(0, 1) + "' must be quoted");
    }
    return text;
  }

  const Lines& lines_;
  int first_line_;
  std::size_t at_ = 0;
  std::vector<FrontmatterNote> notes_;
};

bool IsPlainSafe(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kReserved = {
      "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"};
  const auto first = static_cast<unsigned char>(text.empty() ? 0 : text[0]);
  const bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!is_letter || text.ends_with(':') || Trim(text).size() != text.size()) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos ||
      text.find("---") != std::string_view::npos) {
    return false;
  }
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    return false;
  }
  const std::string lower = ToLowerAscii(text);
  return std::find(kReserved.begin(), kReserved.end(), lower) == kReserved.end();
}

}  // namespace

Frontmatter ReadFrontmatter(const std::vector<std::string_view>& lines, int first_line) {
  Reader reader(lines, first_line);
  Frontmatter out;
  out.fields = reader.ReadMap(0, true);
  out.notes = reader.TakeNotes();
  return out;
}

std::string YamlScalar(std::string_view text) {
  if (IsPlainSafe(text)) return std::string(text);
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
               text.substr(i).starts_with("---")) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
      out += escaped.data();
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace hone
