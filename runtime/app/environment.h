// Environment: the user's variables, with a .env file of the working folder underneath.
//
// A .env never overrides a variable that is set. It may come with somebody else's files, so it may
// not send the user's keys elsewhere: a *_BASE_URL or *_ENDPOINT from .env is refused when the key
// of the same provider comes from the real environment. Values are never logged.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

class Environment {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  // The process's environment and ./.env, when there is one.
  static Result<Environment> Load();
  // `dotenv` is the text of a .env file, `file` its name in errors.
  static Result<Environment> Of(Lookup process, std::string_view dotenv, const std::string& file);

  // Nothing when unset or empty.
  [[nodiscard]] std::optional<std::string> Get(const std::string& name) const;
  // "environment", ".env" or "" for an unset one.
  [[nodiscard]] std::string_view SourceOf(const std::string& name) const;

 private:
  Lookup process_;
  std::map<std::string, std::string> dotenv_;
};

// NAME=value lines of a .env file: blank lines, # comments, an `export ` in front, single quotes
// (verbatim) and double quotes (\n \t \" \\ \$). Errors name file and line, never a value.
Result<std::map<std::string, std::string>> ParseDotenv(std::string_view text,
                                                       const std::string& file);

}  // namespace hone
