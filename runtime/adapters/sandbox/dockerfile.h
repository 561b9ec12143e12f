// Dockerfile: the text of one, taken apart. Pure.
//
// The subset is what files of one stage over a local image use: FROM, RUN (shell and exec form,
// continuation lines, here-documents), COPY and ADD of local files (--chown, --chmod), ENV, ARG,
// WORKDIR, USER, SHELL; LABEL, EXPOSE, CMD, ENTRYPOINT, VOLUME, HEALTHCHECK, STOPSIGNAL and
// MAINTAINER are accepted and have no effect. Anything else is one error with file and line.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

struct DockerHeredoc {
  std::string name, text;
  bool expands = true;  // variables in it: no, when its name was quoted
};

struct DockerInstruction {
  int line = 0;
  std::string keyword;  // in capitals
  std::map<std::string, std::string> flags;
  std::string text;                              // what follows, continuation lines joined
  std::optional<std::vector<std::string>> list;  // when that is a JSON list of texts
  std::vector<DockerHeredoc> heredocs;
};

// `file` is its name in errors. The first instruction but ARG is the only FROM.
Result<std::vector<DockerInstruction>> ParseDockerfile(std::string_view text,
                                                       const std::string& file);

using DockerVariables = std::map<std::string, std::string>;

// Words as Docker has them: quotes and backslashes are taken away, and $name, ${name},
// ${name:-word} and ${name:+word} are replaced but in single quotes. Unknown variables are empty.
Result<std::vector<std::string>> DockerWords(std::string_view text, const DockerVariables& values);
// The same without splitting at blanks.
Result<std::string> ExpandDockerText(std::string_view text, const DockerVariables& values);
// Only the variables; quotes stay. For here-documents.
Result<std::string> ExpandDockerVariables(std::string_view text, const DockerVariables& values);

}  // namespace hone
