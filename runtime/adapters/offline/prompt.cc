#include "adapters/offline/prompt.h"

#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

struct Span {
  std::size_t open = 0;  // of '<'
  std::size_t body = 0;
  std::size_t close = 0;  // of "</"
  std::size_t end = 0;
};

bool IsTagEnd(char c) { return c == '>' || c == ' ' || c == '\n'; }

// The next section at or after `from`, npos in open when there is none.
Span NextSpan(std::string_view text, std::string_view tag, std::size_t from, bool line_start) {
  const std::string opening = "<" + std::string(tag);
  const std::string closing = "</" + std::string(tag) + ">";
  for (std::size_t at = text.find(opening, from); at != std::string_view::npos;
       at = text.find(opening, at + 1)) {
    const std::size_t name_end = at + opening.size();
    if (name_end >= text.size() || !IsTagEnd(text[name_end])) continue;
    if (line_start && at > 0 && text[at - 1] != '\n') continue;
    const std::size_t bracket = text.find('>', name_end);
    if (bracket == std::string_view::npos) break;
    const std::size_t close = text.find(closing, bracket);
    if (close == std::string_view::npos) break;
    return {at, bracket + 1, close, close + closing.size()};
  }
  return {std::string_view::npos, 0, 0, 0};
}

Span FirstSpan(std::string_view text, std::string_view tag) {
  const Span strict = NextSpan(text, tag, 0, true);
  return strict.open != std::string_view::npos ? strict : NextSpan(text, tag, 0, false);
}

std::string LastParagraph(std::string_view text) {
  text = Trim(text);
  const std::size_t blank = text.rfind("\n\n");
  return std::string(Trim(blank == std::string_view::npos ? text : text.substr(blank)));
}

std::string TextOf(const ChatMessage& message) {
  std::string out;
  for (const Part& part : message.content) out += *part.text;
  return out;
}

// Cuts every <tag> section out of the text.
void Remove(std::string_view tag, std::string* text) {
  for (Span span = NextSpan(*text, tag, 0, true); span.open != std::string_view::npos;
       span = NextSpan(*text, tag, span.open, true)) {
    text->erase(span.open, span.end - span.open);
  }
}

}  // namespace

std::string Tagged::Attribute(std::string_view name) const {
  const std::string key = std::string(name) + "=\"";
  const std::size_t at = attributes.find(key);
  if (at == std::string::npos) return "";
  const std::size_t start = at + key.size();
  const std::size_t end = attributes.find('"', start);
  return end == std::string::npos ? "" : attributes.substr(start, end - start);
}

std::vector<Tagged> FindTagged(std::string_view text, std::string_view tag) {
  std::vector<Tagged> out;
  const bool strict = NextSpan(text, tag, 0, true).open != std::string_view::npos;
  for (Span span = NextSpan(text, tag, 0, strict); span.open != std::string_view::npos;
       span = NextSpan(text, tag, span.end, strict)) {
    const std::size_t name_end = span.open + 1 + tag.size();
    out.push_back({std::string(Trim(text.substr(name_end, span.body - 1 - name_end))),
                   std::string(Trim(text.substr(span.body, span.close - span.body)))});
  }
  return out;
}

std::string FirstTagged(std::string_view text, std::string_view tag) {
  const Span span = FirstSpan(text, tag);
  if (span.open == std::string_view::npos) return "";
  return std::string(Trim(text.substr(span.body, span.close - span.body)));
}

std::vector<std::string> NumberedLines(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view raw : Split(text, '\n')) {
    const std::string_view line = Trim(raw);
    if (line.empty()) continue;
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
    const bool numbered = digits > 0 && digits + 1 < line.size() &&
                          (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
    // Only the next number opens an entry: a rubric may hold a numbered line of its own.
    if (numbered && std::to_string(out.size() + 1) == line.substr(0, digits)) {
      out.emplace_back(Trim(line.substr(digits + 1)));
    } else if (!out.empty()) {
      out.back() += " ";
      out.back() += line;
    }
  }
  return out;
}

std::vector<std::string> QuotedPhrases(std::string_view text) {
  struct Pair {
    std::string_view open;
    std::string_view close;
  };
  static constexpr Pair kPairs[] = {
      {"\"", "\""}, {"\xE2\x80\x9C", "\xE2\x80\x9D"}, {"`", "`"}, {"\xC2\xAB", "\xC2\xBB"}};
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < text.size()) {
    bool found = false;
    for (const Pair& pair : kPairs) {
      if (!text.substr(at).starts_with(pair.open)) continue;
      const std::size_t start = at + pair.open.size();
      const std::size_t end = text.find(pair.close, start);
      if (end == std::string_view::npos) continue;
      if (end > start) out.emplace_back(text.substr(start, end - start));
      at = end + pair.close.size();
      found = true;
      break;
    }
    if (!found) ++at;
  }
  return out;
}

Prompt::Prompt(const ChatRequest& request) {
  bool tagged_context = false;
  for (const ChatMessage& message : request.messages) {
    std::string text = TextOf(message);
    const Span span =
        tagged_context ? Span{std::string_view::npos, 0, 0, 0} : NextSpan(text, "context", 0, true);
    if (span.open != std::string_view::npos) {
      tagged_context = true;
      context = std::string(Trim(std::string_view(text).substr(span.body, span.close - span.body)));
      text.erase(span.open, span.end - span.open);
    }
    rest += text;
    rest += "\n";
  }
  skills = FindTagged(rest, "skill");

  std::string loose = rest;
  for (const std::string_view tag : {"skill", "traces", "skills"}) Remove(tag, &loose);
  const std::vector<Tagged> tasks = FindTagged(loose, "task");
  static constexpr std::string_view kDelimiter = "<|task|>";
  if (!tasks.empty()) {
    task = tasks.back().body;
    Remove("task", &loose);
  } else if (const std::size_t at = ToLowerAscii(loose).rfind(kDelimiter);
             at != std::string::npos) {
    task = std::string(Trim(std::string_view(loose).substr(at + kDelimiter.size())));
    loose.resize(at);
  } else if (!request.messages.empty()) {
    task = LastParagraph(loose);
    const std::size_t start = loose.rfind(task);
    if (start != std::string::npos) loose.resize(start);
  }
  if (!tagged_context) context = std::string(Trim(loose));
}

}  // namespace hone::offline
