#include "skill/prompt_template.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kOpen = "<!--";
constexpr std::string_view kClose = "-->";

const std::vector<std::string>& Roles() {
  static const std::vector<std::string> roles = {"system", "user", "assistant"};
  return roles;
}

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool IsName(std::string_view text) {
  if (text.empty() || !IsNameStart(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); });
}

int CountLines(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

// The word of a line that is one comment of one word, else "".
std::string_view CommentWord(std::string_view line) {
  line = Trim(line);
  if (!line.starts_with(kOpen) || !line.ends_with(kClose) || line.size() < 8) return "";
  const std::string_view word = Trim(line.substr(4, line.size() - 7));
  return IsName(word) ? word : "";
}

bool IsRole(std::string_view word) {
  return std::find(Roles().begin(), Roles().end(), word) != Roles().end();
}

// "" for a marker or for plain text, else the role that the line nearly names.
std::string MistakenMarker(std::string_view line) {
  const std::string_view word = CommentWord(line);
  if (word.empty()) return "";
  if (IsRole(word)) {
    return line == "<!-- " + std::string(word) + " -->" ? "" : std::string(word);
  }
  return NearestName(ToLowerAscii(word), Roles());
}

bool IsMarker(std::string_view line) {
  return !CommentWord(line).empty() && IsRole(CommentWord(line)) && MistakenMarker(line).empty();
}

std::string WithoutCarriageReturns(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return ReplaceAll(std::string(text), "\r\n", "\n");
}

}  // namespace

Error PromptTemplate::At(int line, const std::string& message) const {
  return Invalid(file_ + ":" + std::to_string(line) + ": " + message);
}

bool PromptTemplate::Uses(std::string_view variable) const {
  return std::find(variables_.begin(), variables_.end(), variable) != variables_.end();
}

Status PromptTemplate::AddMessage(std::string_view role, std::string_view text, int line) {
  const std::size_t skipped = text.find_first_not_of(" \t\n");
  if (skipped == std::string_view::npos) {
    return At(line, "the " + std::string(role) + " message is empty; write its text or remove it");
  }
  Message message{std::string(role), line, {}};
  line += CountLines(text.substr(0, skipped));
  text = Trim(text);
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) message.pieces.push_back({false, line, "", Part::Of(literal)});
    literal.clear();
  };
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    literal += text.substr(0, open);
    if (open == std::string_view::npos) break;
    line += CountLines(text.substr(0, open));
    if (open > 0 && text[open - 1] == '\\') {
      literal.back() = '{';
      literal += '{';
      text.remove_prefix(open + 2);
      continue;
    }
    const std::size_t close = text.find("}}", open);
    const bool closed = close != std::string_view::npos;
    const std::string_view inside =
        closed ? Trim(text.substr(open + 2, close - open - 2)) : std::string_view();
    if (!IsName(inside)) {
      const std::string shown = OneLine(text.substr(open, closed ? close + 2 - open : 20), 40);
      return At(line, "'" + shown +
                          "' is no variable; write {{name}} with letters, digits and "
                          "'_', or \\{{ for two braces as text");
    }
    flush();
    message.pieces.push_back({true, line, std::string(inside), {}});
    if (!Uses(inside)) variables_.emplace_back(inside);
    line += CountLines(text.substr(open, close - open));
    text.remove_prefix(close + 2);
  }
  flush();
  messages_.push_back(std::move(message));
  return Ok{};
}

Result<PromptTemplate> PromptTemplate::Parse(std::string_view text, std::string_view file) {
  PromptTemplate made;
  made.file_ = std::string(file);
  const std::string clean = WithoutCarriageReturns(text);
  std::string_view rest = clean;
  int line = 1;
  if (!IsValidUtf8(rest)) return made.At(1, "the template is not valid UTF-8; save it as UTF-8");

  const auto skip = [&](std::size_t bytes) {
    line += CountLines(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  };
  skip(std::min(rest.find_first_not_of(" \t\n"), rest.size()));
  const std::string_view top_line = rest.substr(0, rest.find('\n'));
  if (rest.starts_with(kOpen) && !IsMarker(top_line) && MistakenMarker(top_line).empty()) {
    const std::size_t close = rest.find(kClose);
    if (close == std::string_view::npos) {
      return made.At(line, "the comment at the top is not closed; end it with -->");
    }
    made.doc_ = std::string(Trim(rest.substr(4, close - 4)));
    skip(close + 3);
  }

  std::string role = "user";
  int role_line = line;
  bool is_marked = false;  // text before the first marker may be missing
  std::size_t begin = 0;
  std::size_t at = 0;
  const auto end_message = [&](std::size_t end) -> Status {
    const std::string_view body = rest.substr(begin, end - begin);
    if (!is_marked && Trim(body).empty()) return Ok{};
    return made.AddMessage(role, body, role_line);
  };
  while (at < rest.size()) {
    const std::size_t end = std::min(rest.find('\n', at), rest.size());
    const std::string_view current = rest.substr(at, end - at);
    const std::string mistaken = MistakenMarker(current);
    if (!mistaken.empty()) {
      return made.At(line, "'" + OneLine(current, 40) +
                               "' starts no message; write the line as '<!-- " + mistaken +
                               " -->'");
    }
    if (IsMarker(current)) {
      HONE_TRY(end_message(at));
      role = std::string(CommentWord(current));
      role_line = line;
      is_marked = true;
      begin = end;  // keeps the newline, so that lines count from the marker
    }
    at = end + 1;
    ++line;
  }
  HONE_TRY(end_message(rest.size()));
  if (made.messages_.empty()) return made.At(1, "the template has no text to send");
  return made;
}

Result<std::vector<PromptMessage>> PromptTemplate::Render(const PromptValues& values) const {
  std::vector<PromptMessage> out;
  for (const Message& message : messages_) {
    std::vector<Part> pieces;
    for (const Piece& piece : message.pieces) {
      if (!piece.is_variable) {
        pieces.push_back(piece.text);
        continue;
      }
      const auto found = values.find(piece.name);
      if (found == values.end()) {
        std::vector<std::string> given;
        for (const auto& [name, value] : values) given.push_back(name);
        return At(piece.line,
                  "{{" + piece.name + "}} was given no value" + NameHint(piece.name, given));
      }
      pieces.push_back(found->second);
    }
    const bool is_blank = std::all_of(pieces.begin(), pieces.end(),
                                      [](const Part& part) { return Trim(*part.text).empty(); });
    if (!is_blank) out.push_back({message.role, MergeSmallParts(pieces)});
  }
  // After the places above, which have a line: of a misspelt name they say more.
  for (const auto& [name, value] : values) {
    if (!Uses(name)) {
      return Invalid(file_ + ": the template has no {{" + name +
                     "}}, but a value for it was given" + NameHint(name, variables_));
    }
  }
  if (out.empty()) return At(messages_.front().line, "every message came out empty");
  return out;
}

std::vector<Part> MergeSmallParts(const std::vector<Part>& pieces) {
  std::vector<Part> out;
  std::string small;
  const auto flush = [&] {
    if (!small.empty()) out.push_back(Part::Of(std::move(small)));
    small.clear();
  };
  for (const Part& piece : pieces) {
    if (piece.text->size() < kOwnPartBytes) {
      small += *piece.text;
      continue;
    }
    flush();
    out.push_back(piece);
  }
  flush();
  return out;
}

}  // namespace hone
