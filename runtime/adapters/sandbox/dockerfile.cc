#include "adapters/sandbox/dockerfile.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int kDeepest = 20;  // of variables within the words of variables

struct Keyword {
  const char* name;
  std::vector<std::string> flags;
  bool has_heredocs = false;
};

const std::vector<Keyword>& Keywords() {
  static const std::vector<Keyword> keywords = {
      {"FROM", {"platform"}},
      {"RUN", {}, true},
      {"COPY", {"chown", "chmod", "link"}, true},
      {"ADD", {"chown", "chmod", "link"}, true},
      {"ENV", {}},
      {"ARG", {}},
      {"WORKDIR", {}},
      {"USER", {}},
      {"SHELL", {}},
      {"LABEL", {}},
      {"EXPOSE", {}},
      {"CMD", {}},
      {"ENTRYPOINT", {}},
      {"VOLUME", {}},
      {"HEALTHCHECK", {"interval", "timeout", "start-period", "start-interval", "retries"}},
      {"STOPSIGNAL", {}},
      {"MAINTAINER", {}}};
  return keywords;
}

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsNamePart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && (IsBlank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view TrimStart(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : lines_(Split(text, '\n')), file_(file) {}

  Result<std::vector<DockerInstruction>> Parse() {
    std::vector<DockerInstruction> out;
    while (true) {
      SkipIdle();
      if (at_ == lines_.size()) break;
      HONE_ASSIGN(DockerInstruction one, Next());
      HONE_TRY(CheckOrder(out, one));
      out.push_back(std::move(one));
    }
    if (!has_from_) return Invalid(file_ + ": there is no FROM: it names the image to build on");
    return out;
  }

 private:
  Error At(int line, const std::string& text) const {
    return Invalid(file_ + ":" + std::to_string(line) + ": " + text);
  }

  void SkipIdle() {
    while (at_ < lines_.size()) {
      const std::string_view line = TrimStart(TrimEnd(lines_[at_]));
      if (!line.empty() && line.front() != '#') return;
      ++at_;
    }
  }

  // Lines joined at their backslashes, without the comments in between.
  std::string LogicalLine() {
    std::string joined;
    while (at_ < lines_.size()) {
      const std::string_view line = TrimEnd(lines_[at_++]);
      const std::string_view inner = TrimStart(line);
      if (!joined.empty() && (inner.empty() || inner.front() == '#')) continue;
      if (!line.ends_with('\\')) return joined + std::string(line);
      joined += line.substr(0, line.size() - 1);
    }
    return joined;
  }

  Result<DockerInstruction> Next() {
    DockerInstruction one;
    one.line = static_cast<int>(at_) + 1;
    const std::string logical = LogicalLine();
    std::string_view rest = TrimStart(logical);
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string word(rest.substr(0, end));
    rest = TrimStart(rest.substr(end));
    for (const char c : word) {
      one.keyword += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    const auto& known = Keywords();
    const auto keyword = std::find_if(
        known.begin(), known.end(), [&](const Keyword& each) { return one.keyword == each.name; });
    if (keyword == known.end()) {
      std::vector<std::string> names;
      for (const Keyword& each : known) names.emplace_back(each.name);
      return At(one.line, "'" + OneLine(word, 40) + "' is no instruction that can be built" +
                              NameHint(one.keyword, names));
    }
    HONE_TRY(ReadFlags(*keyword, &rest, &one));
    one.text = std::string(TrimEnd(rest));
    if (one.text.empty()) return At(one.line, one.keyword + " needs something after it");
    if (one.text.front() == '[') ReadList(&one);
    if (keyword->has_heredocs && !one.list) HONE_TRY(ReadHeredocs(&one));
    return one;
  }

  Status ReadFlags(const Keyword& keyword, std::string_view* rest, DockerInstruction* one) const {
    while (rest->starts_with("--")) {
      const std::size_t end = std::min(rest->find_first_of(" \t"), rest->size());
      const std::string_view flag = rest->substr(2, end - 2);
      const std::size_t equals = flag.find('=');
      const std::string name(flag.substr(0, equals));
      if (std::find(keyword.flags.begin(), keyword.flags.end(), name) == keyword.flags.end()) {
        return At(one->line, one->keyword + " --" + OneLine(name, 40) + " is not supported");
      }
      one->flags[name] = equals == std::string_view::npos ? "" : flag.substr(equals + 1);
      *rest = TrimStart(rest->substr(end));
    }
    return Ok{};
  }

  static void ReadList(DockerInstruction* one) {
    const Result<Json> json = Json::Parse(one->text);
    if (!json.ok() || !json->is_array()) return;
    std::vector<std::string> words;
    for (const Json& item : json->items()) {
      if (!item.is_string()) return;
      words.push_back(item.AsString());
    }
    one->list = std::move(words);
  }

  Status ReadHeredocs(DockerInstruction* one) {
    char quote = 0;
    const std::string& text = one->text;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
      const char c = text[i];
      if (quote != 0) {
        quote = c == quote ? '\0' : quote;
        continue;
      }
      if (c == '\'' || c == '"') quote = c;
      if (c == '\\') ++i;
      if (c != '<' || text[i + 1] != '<') continue;
      std::size_t at = i + 2;
      if (text[at] == '<') {  // <<< is a here-string of the shell
        i = at;
        continue;
      }
      const bool strips = text[at] == '-';
      if (strips) ++at;
      const char mark = at < text.size() && (text[at] == '"' || text[at] == '\'') ? text[at] : '\0';
      if (mark != 0) ++at;
      if (at >= text.size() || !IsNameStart(text[at])) continue;
      DockerHeredoc doc;
      doc.expands = mark == 0;
      while (at < text.size() && IsNamePart(text[at])) doc.name += text[at++];
      HONE_TRY(ReadHeredoc(one->line, strips, &doc));
      one->heredocs.push_back(std::move(doc));
      i = at;
    }
    return Ok{};
  }

  Status ReadHeredoc(int line_number, bool strips, DockerHeredoc* doc) {
    while (at_ < lines_.size()) {
      std::string_view line = lines_[at_++];
      if (line.ends_with('\r')) line.remove_suffix(1);
      while (strips && line.starts_with('\t')) line.remove_prefix(1);
      if (line == doc->name) return Ok{};
      doc->text += std::string(line) + "\n";
    }
    return At(line_number, "the here-document " + doc->name + " has no end");
  }

  Status CheckOrder(const std::vector<DockerInstruction>& before, const DockerInstruction& one) {
    if (one.keyword == "FROM") {
      if (has_from_) {
        return At(one.line, "a second FROM: builds of several stages are not supported");
      }
      has_from_ = true;
    } else if (!has_from_ && one.keyword != "ARG") {
      return At(one.line, one.keyword + " before FROM" +
                              (before.empty() ? "" : ": only ARG may stand there"));
    }
    return Ok{};
  }

  std::vector<std::string_view> lines_;
  const std::string& file_;
  std::size_t at_ = 0;
  bool has_from_ = false;
};

std::string OneWord(std::vector<std::string> words) {
  return words.empty() ? std::string() : std::move(words[0]);
}

class Expander {
 public:
  Expander(std::string_view text, const DockerVariables& values, int depth = 0)
      : text_(text), values_(values), depth_(depth) {}

  Result<std::vector<std::string>> Words(bool splits, bool keeps_quotes) {
    std::vector<std::string> words;
    bool has_word = false;
    std::string word;
    char quote = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (splits && quote == 0 && IsBlank(c)) {
        if (has_word) words.push_back(std::exchange(word, ""));
        has_word = false;
        ++at_;
        continue;
      }
      has_word = true;
      if (c == '$' && (quote != '\'' || keeps_quotes)) {
        HONE_ASSIGN(const std::string value, Variable());
        word += value;
        continue;
      }
      ++at_;
      if (c == '\\' && keeps_quotes) {
        if (at_ < text_.size() && text_[at_] != '$') word += c;
        if (at_ < text_.size()) word += text_[at_++];
      } else if (keeps_quotes) {
        word += c;
      } else if (c == '\\' && quote != '\'' && at_ < text_.size()) {
        // In double quotes a backslash stays before what it cannot escape.
        if (quote == '"' && std::string_view("\"\\$").find(text_[at_]) == std::string_view::npos) {
          word += c;
        }
        word += text_[at_++];
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    }
    if (quote != 0) return Invalid(std::string("a quote ") + quote + " that does not end");
    if (has_word) words.push_back(std::move(word));
    return words;
  }

 private:
  // At a '$'; leaves at what follows the variable.
  Result<std::string> Variable() {
    ++at_;
    const bool braced = at_ < text_.size() && text_[at_] == '{';
    if (braced) ++at_;
    std::string name;
    while (at_ < text_.size() && IsNamePart(text_[at_])) name += text_[at_++];
    if (!braced) {
      const auto found = values_.find(name);
      if (name.empty()) return std::string("$");
      return found == values_.end() ? std::string() : found->second;
    }
    const std::size_t close = Close();
    if (name.empty() || close == std::string_view::npos) {
      return Invalid("'${' that is no variable with an end");
    }
    const std::string_view inner = text_.substr(at_, close - at_);
    at_ = close + 1;
    const auto found = values_.find(name);
    const bool is_set = found != values_.end() && !found->second.empty();
    if (inner.empty()) return is_set ? found->second : std::string();
    if (inner.starts_with(":-") || inner.starts_with(":+")) {
      if (inner[1] == '-' && is_set) return found->second;
      if (inner[1] == '+' && !is_set) return std::string();
      if (depth_ == kDeepest) return Invalid("variables nested too deeply");
      HONE_ASSIGN(std::vector<std::string> words,
                  Expander(inner.substr(2), values_, depth_ + 1).Words(false, false));
      return OneWord(std::move(words));
    }
    return Invalid("'${" + name + std::string(inner.substr(0, 20)) +
                   "}': only ${name}, ${name:-word} and ${name:+word} are supported");
  }

  // The brace that ends the one that was opened last.
  [[nodiscard]] std::size_t Close() const {
    int depth = 1;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      if (text_[i] == '{') ++depth;
      if (text_[i] == '}' && --depth == 0) return i;
    }
    return std::string_view::npos;
  }

  std::string_view text_;
  const DockerVariables& values_;
  int depth_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<DockerInstruction>> ParseDockerfile(std::string_view text,
                                                       const std::string& file) {
  return Parser(text, file).Parse();
}

Result<std::vector<std::string>> DockerWords(std::string_view text, const DockerVariables& values) {
  return Expander(text, values).Words(/*splits=*/true, /*keeps_quotes=*/false);
}

Result<std::string> ExpandDockerText(std::string_view text, const DockerVariables& values) {
  HONE_ASSIGN(std::vector<std::string> words,
              Expander(text, values).Words(/*splits=*/false, /*keeps_quotes=*/false));
  return OneWord(std::move(words));
}

Result<std::string> ExpandDockerVariables(std::string_view text, const DockerVariables& values) {
  HONE_ASSIGN(std::vector<std::string> words,
              Expander(text, values).Words(/*splits=*/false, /*keeps_quotes=*/true));
  return OneWord(std::move(words));
}

}  // namespace hone
