#include "skill/json_extract.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxDepth = 128;

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Where reading a value from one opening bracket ended.
struct Scan {
  enum class End { kComplete, kBroken, kUnfinished };
  End end = End::kBroken;
  std::size_t at = 0;          // one past the value, or where it broke
  bool has_key = false;        // `{"key":` was read: this was meant as JSON
  bool has_raw_space = false;  // a raw line end or tab inside a string
};

// A pushdown reader of the JSON grammar. It only decides where a value ends; RapidJSON parses it.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // REQUIRES: text[start] is '{' or '['.
  Scan Read(std::size_t start) {
    at_ = start;
    result_ = Scan();
    stack_.clear();
    expect_ = Expect::kValue;
    while (Step()) {
    }
    result_.at = at_;
    return result_;
  }

 private:
  enum class Expect { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd };

  bool Stop(Scan::End end) {
    result_.end = end;
    return false;
  }

  bool Step() {
    while (at_ < text_.size() && IsJsonSpace(text_[at_])) ++at_;
    if (at_ >= text_.size()) return Stop(Scan::End::kUnfinished);
    const char c = text_[at_];
    switch (expect_) {
      case Expect::kColon:
        if (c != ':') return Stop(Scan::End::kBroken);
        result_.has_key = true;
        ++at_;
        expect_ = Expect::kValue;
        return true;
      case Expect::kCommaOrEnd:
        if (c == ',') {
          ++at_;
          expect_ = stack_.back() == '}' ? Expect::kKey : Expect::kValue;
          return true;
        }
        return Close(c);
      case Expect::kKeyOrEnd:
        if (c == '}') return Close(c);
        [[fallthrough]];
      case Expect::kKey:
        if (c != '"') return Stop(Scan::End::kBroken);
        expect_ = Expect::kColon;
        return String();
      case Expect::kValueOrEnd:
        if (c == ']') return Close(c);
        [[fallthrough]];
      case Expect::kValue:
        return Value(c);
    }
    return false;
  }

  bool Value(char c) {
    if (c == '{' || c == '[') {
      if (stack_.size() >= kMaxDepth) return Stop(Scan::End::kBroken);
      stack_.push_back(c == '{' ? '}' : ']');
      expect_ = c == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
      ++at_;
      return true;
    }
    expect_ = Expect::kCommaOrEnd;
    if (c == '"') return String();
    if (c == 't') return Word("true");
    if (c == 'f') return Word("false");
    if (c == 'n') return Word("null");
    return Number();
  }

  bool Close(char c) {
    if (c != stack_.back()) return Stop(Scan::End::kBroken);
    stack_.pop_back();
    ++at_;
    expect_ = Expect::kCommaOrEnd;
    return stack_.empty() ? Stop(Scan::End::kComplete) : true;
  }

  bool Word(std::string_view word) {
    const std::string_view here = text_.substr(at_, word.size());
    if (here == word) {
      at_ += word.size();
      return true;
    }
    return Stop(word.starts_with(here) ? Scan::End::kUnfinished : Scan::End::kBroken);
  }

  // Which digits make a number is left to the parser; here it only has to look like one.
  bool Number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
    return at_ > begin ? true : Stop(Scan::End::kBroken);
  }

  bool String() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        ++at_;
      } else if (c == '\n' || c == '\r' || c == '\t') {
        result_.has_raw_space = true;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return Stop(Scan::End::kBroken);
      }
    }
    at_ = text_.size();
    return Stop(Scan::End::kUnfinished);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Scan result_;
  std::string stack_;  // the brackets that must close, innermost last
  Expect expect_ = Expect::kValue;
};

// One past the bracket that closes the one at `start`, minding strings; npos when there is none.
std::size_t MatchingEnd(std::string_view text, std::size_t start) {
  std::string stack;
  bool in_string = false;
  for (std::size_t i = start; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (stack.size() >= kMaxDepth) return std::string_view::npos;
      stack.push_back(c == '{' ? '}' : ']');
    } else if (c == '}' || c == ']') {
      if (c != stack.back()) return std::string_view::npos;
      stack.pop_back();
      if (stack.empty()) return i + 1;
    }
  }
  return std::string_view::npos;
}

// Is the bracket at `at` the first thing after a line that opens a fence? Looks back a bounded way.
bool FollowsFence(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongestOpening = 64;
  std::string_view before = text.substr(0, at);
  if (at > kLongestOpening) before.remove_prefix(at - kLongestOpening);
  while (!before.empty() && IsJsonSpace(before.back())) before.remove_suffix(1);
  const std::size_t line = before.rfind('\n');
  if (line == std::string_view::npos && at > kLongestOpening) return false;
  const std::string_view last = Trim(line == std::string_view::npos ? before : before.substr(line));
  return last.starts_with("```") || last.starts_with("~~~");
}

std::string EscapeRawSpace(std::string_view value) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (in_string && c == '\n') {
      out += "\\n";
    } else if (in_string && c == '\r') {
      out += "\\r";
    } else if (in_string && c == '\t') {
      out += "\\t";
    } else {
      out += c;
      if (in_string && c == '\\') out += value[++i];
      if (c == '"') in_string = !in_string;
    }
  }
  return out;
}

std::string Place(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? at : at - newline - 1;
  return "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1);
}

struct Candidate {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_object = false;
  bool is_fenced = false;
  bool has_raw_space = false;
  int fit = 0;  // how well it fits the schema; 0 also without one
};

constexpr int kFits = 2;  // Candidate::fit: the type and every key; 1: the type and some keys

// The better of two candidates, the earlier one first.
bool IsBetter(const Candidate& challenger, const Candidate& holder) {
  if (challenger.fit != holder.fit) return challenger.fit > holder.fit;
  if (challenger.is_fenced != holder.is_fenced) return challenger.is_fenced;
  return challenger.is_object && !holder.is_object;
}

// Whether the schema's type, one or a list of them, allows this one; without a type all are.
bool AllowsType(const Json& schema, std::string_view type) {
  const Json& named = schema["type"];
  if (named.is_null()) return true;
  if (named.is_string()) return named.AsString() == type;
  return std::any_of(named.items().begin(), named.items().end(),
                     [&](const Json& one) { return one.AsString() == type; });
}

int FitOf(const Json& value, const Json& schema) {
  if (!AllowsType(schema, value.is_object() ? "object" : "array")) return 0;
  if (!value.is_object()) return kFits;
  std::vector<std::string> keys;
  for (const Json& key : schema["required"].items()) keys.push_back(key.AsString());
  if (keys.empty()) {
    for (const auto& [key, property] : schema["properties"].members()) keys.push_back(key);
  }
  const auto present = std::count_if(keys.begin(), keys.end(),
                                     [&](const std::string& key) { return value.Has(key); });
  if (present == static_cast<std::ptrdiff_t>(keys.size())) return kFits;
  return present > 0 ? 1 : 0;
}

std::string_view WithoutThinking(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (!trimmed.starts_with("<think>")) return text;
  const std::size_t end = trimmed.find("</think>");
  return end == std::string_view::npos ? text : trimmed.substr(end + 8);
}

Result<Json> Parsed(std::string_view text, const Candidate& candidate) {
  const std::string_view chosen = text.substr(candidate.begin, candidate.end - candidate.begin);
  return candidate.has_raw_space ? Json::Parse(EscapeRawSpace(chosen)) : Json::Parse(chosen);
}

}  // namespace

Result<Json> ExtractJson(std::string_view whole, JsonShape want, const Json& schema) {
  const std::string_view text = WithoutThinking(whole);
  Scanner scanner(text);
  std::optional<Candidate> best;
  std::string problem;  // the first thing that was meant as JSON and is none
  std::size_t at = 0;
  while ((at = text.find_first_of("{[", at)) != std::string_view::npos) {
    const Scan scan = scanner.Read(at);
    if (scan.end == Scan::End::kComplete) {
      const bool is_object = text[at] == '{';
      const bool fits = want == JsonShape::kAny || (want == JsonShape::kObject) == is_object;
      Candidate found{at, scan.at, is_object, FollowsFence(text, at), scan.has_raw_space};
      if (schema.is_object()) {
        const Result<Json> value = Parsed(text, found);
        if (value.ok()) found.fit = FitOf(*value, schema);
      }
      if (fits && (!best || IsBetter(found, *best))) best = found;
      at = scan.at;
      continue;
    }
    if (scan.end == Scan::End::kUnfinished) {
      if (problem.empty()) problem = "its JSON is cut off; it begins at " + Place(text, at);
      break;  // what stands inside a value that was cut off is not the answer
    }
    if (scan.has_key && problem.empty()) {
      problem = "its JSON is malformed at " + Place(text, scan.at);
    }
    const std::size_t end = MatchingEnd(text, at);
    if (end == std::string_view::npos && scan.has_key) break;
    at = end == std::string_view::npos ? at + 1 : end;
  }
  const bool is_an_example = schema.is_object() && best && best->fit < kFits && !problem.empty();
  if (!best || is_an_example) {
    if (problem.empty()) {
      problem = want == JsonShape::kObject  ? "it holds no JSON object"
                : want == JsonShape::kArray ? "it holds no JSON array"
                                            : "it holds no JSON object or array";
    }
    return Fail(ErrorCode::kBadResponse, "the answer cannot be used: " + problem);
  }
  Result<Json> parsed = Parsed(text, *best);
  if (!parsed.ok()) {
    return Fail(ErrorCode::kBadResponse, "the answer cannot be used: " + parsed.error().message);
  }
  return parsed;
}

}  // namespace hone
