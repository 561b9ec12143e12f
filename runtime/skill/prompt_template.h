// PromptTemplate: a Markdown file that becomes the messages of a request. Text with holes, no
// logic.
//
//   <!-- What this role does; documents the file, never sent. -->
//   <!-- system -->
//   You check answers.
//   <!-- user -->
//   <rubrics>
//   {{rubrics}}
//   </rubrics>
//
// A line that is exactly `<!-- system -->`, `<!-- user -->` or `<!-- assistant -->` starts a
// message; text before the first such line is a user message. `{{name}}` is a variable, `\{{` two
// braces as text. One comment block at the very top is the file's doc. Later comments are text.
// White space at the two ends of a message is cut from the template, never from a value. Values are
// not scanned again: a value that holds `{{x}}` or a marker line stays text. CRLF becomes LF.
//
// A value type; no I/O. Errors are kInvalidArgument and start with "file:line: ".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "base/result.h"

namespace hone {

// A piece of this size stays a part of its own, so that it is stored and sent once (LEDGER.md 8).
inline constexpr std::size_t kOwnPartBytes = 1024;

struct PromptMessage {
  std::string role;           // "system", "user" or "assistant"
  std::vector<Part> content;  // concatenated without separators; at least one
};

using PromptValues = std::map<std::string, Part, std::less<>>;

class PromptTemplate {
 public:
  // `file` is what errors name; nothing is opened.
  static Result<PromptTemplate> Parse(std::string_view text, std::string_view file);

  // Every variable of the template needs a value and every value a variable; both misses are errors
  // that name the nearest one. A message that comes out blank is left out; all blank is an error.
  [[nodiscard]] Result<std::vector<PromptMessage>> Render(const PromptValues& values) const;

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::string& doc() const { return doc_; }
  // In order of first use.
  [[nodiscard]] const std::vector<std::string>& variables() const { return variables_; }
  [[nodiscard]] bool Uses(std::string_view variable) const;

 private:
  struct Piece {
    bool is_variable = false;
    int line = 0;
    std::string name;  // of a variable
    Part text;         // of a literal
  };
  struct Message {
    std::string role;
    int line = 0;
    std::vector<Piece> pieces;
  };

  Status AddMessage(std::string_view role, std::string_view text, int line);
  [[nodiscard]] Error At(int line, const std::string& message) const;

  std::string file_;
  std::string doc_;
  std::vector<Message> messages_;
  std::vector<std::string> variables_;
};

// Neighbouring texts below kOwnPartBytes joined; larger ones as they are; empty ones dropped.
std::vector<Part> MergeSmallParts(const std::vector<Part>& pieces);

}  // namespace hone
