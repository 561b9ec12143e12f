// Prompt: the tagged sections of a chat request (<context>, <task>, <skill name="...">, ...).
//
// A section begins at a tag at the start of a line (else at the first tag anywhere that is also
// closed) and ends at its closing tag. What stands inside <context> is never searched for other
// tags: a document may speak of <task>. Immutable; borrows nothing from the request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/chat_model.h"

namespace hone::offline {

struct Tagged {
  std::string attributes;  // what stands between the tag's name and '>'
  std::string body;        // trimmed

  // Value of name="value" among the attributes, "" when absent.
  [[nodiscard]] std::string Attribute(std::string_view name) const;
};

// Every <tag ...>body</tag> of a text, in order, not nested in itself.
std::vector<Tagged> FindTagged(std::string_view text, std::string_view tag);
std::string FirstTagged(std::string_view text, std::string_view tag);  // its body, "" when absent

// The lines "1. ..." of a numbered list, without numbers; further lines of an entry are joined to
// it.
std::vector<std::string> NumberedLines(std::string_view text);

// Phrases between double quotes (straight or typographic) or backticks, in order.
std::vector<std::string> QuotedPhrases(std::string_view text);

struct Prompt {
  explicit Prompt(const ChatRequest& request);

  std::string context;         // inside <context>; else everything that is no skill and no task
  std::string task;            // <task> outside traces; else behind the last <|task|>; else the
                               // last paragraph of the last message
  std::string rest;            // all messages without the context
  std::vector<Tagged> skills;  // <skill ...> blocks, in order
};

}  // namespace hone::offline
