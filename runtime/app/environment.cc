#include "app/environment.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

bool IsVariableName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool ok =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!ok) return false;
  }
  return true;
}

// The value behind '=': nothing when a quote is not closed or something follows it.
std::optional<std::string> ParseValue(std::string_view text) {
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) {
    const std::size_t comment = text.find(" #");
    return std::string(Trim(text.substr(0, comment)));
  }
  const char quote = text[0];
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == quote) {
      const std::string_view rest = Trim(text.substr(i + 1));
      if (!rest.empty() && rest[0] != '#') return std::nullopt;
      return value;
    }
    if (c == '\\' && quote == '"' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    value += c;
  }
  return std::nullopt;
}

// "OPENAI" of "OPENAI_BASE_URL"; "" when the name does not say where requests go.
std::string ProviderOfAddress(const std::string& name) {
  for (const std::string_view suffix : {"_BASE_URL", "_ENDPOINT", "_API_BASE"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return "";
}

}  // namespace

Result<std::map<std::string, std::string>> ParseDotenv(std::string_view text,
                                                       const std::string& file) {
  std::map<std::string, std::string> values;
  int number = 0;
  for (std::string_view line : Split(text, '\n')) {
    const std::string where = file + ":" + std::to_string(++number);
    line = Trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("export ")) line = Trim(line.substr(7));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return Invalid(where + ": expected NAME=value");
    const std::string name(Trim(line.substr(0, equals)));
    if (!IsVariableName(name)) {
      return Invalid(where + ": the part before '=' is not the name of a variable");
    }
    std::optional<std::string> value = ParseValue(Trim(line.substr(equals + 1)));
    if (!value)
      return Invalid(where + ": the quotes around the value of " + name + " do not match");
    values[name] = std::move(*value);
  }
  return values;
}

Result<Environment> Environment::Of(Lookup process, std::string_view dotenv,
                                    const std::string& file) {
  Environment environment;
  environment.process_ = std::move(process);
  HONE_ASSIGN(environment.dotenv_, ParseDotenv(dotenv, file));
  for (const auto& [name, value] : environment.dotenv_) {
    const std::string provider = ProviderOfAddress(name);
    const std::string key = provider + "_API_KEY";
    if (provider.empty() || environment.SourceOf(name) != ".env") continue;
    if (environment.SourceOf(key) == "environment") {
      return Fail(ErrorCode::kRefused, file + " sets " + name + " while " + key +
                                           " comes from your environment: a file in the working "
                                           "folder may not say where your key goes; export " +
                                           name + " yourself, or put both into " + file);
    }
  }
  return environment;
}

Result<Environment> Environment::Load() {
  std::string text;
  std::ifstream file(".env", std::ios::binary);
  if (file) {
    std::ostringstream content;
    content << file.rdbuf();
    text = content.str();
  }
  return Of(
      [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
      },
      text, ".env");
}

std::optional<std::string> Environment::Get(const std::string& name) const {
  std::optional<std::string> value = process_(name);
  if (!value) {
    const auto found = dotenv_.find(name);
    if (found != dotenv_.end()) value = found->second;
  }
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string_view Environment::SourceOf(const std::string& name) const {
  if (process_(name)) return Get(name) ? "environment" : "";
  return Get(name) ? ".env" : "";
}

}  // namespace hone
