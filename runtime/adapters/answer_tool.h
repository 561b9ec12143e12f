// AnswerTool: a JSON answer asked of a provider that takes no schema in the request: the model is
// made to call one function whose argument is the answer. And the same in words, for a provider or
// a moment in which no call can be forced. Pure.
#pragma once

#include <string>

#include "base/json.h"

namespace hone {

struct AnswerTool {
  std::string name;  // of the function: letters, digits, '_' and '-', at most 64; "" is no tool
  Json schema;       // of its argument, always an object's
  bool is_wrapped = false;  // the answer is the member "value" of the argument

  // The answer as JSON text, out of the argument that the model gave.
  [[nodiscard]] std::string Text(const Json& argument) const;
};

// `format` is ChatRequest.format: {name, schema}. A schema of another type than object is wrapped;
// its definitions move up, so that references still lead to them.
AnswerTool MakeAnswerTool(const Json& format);

extern const char* const kAnswerToolDescription;

// "Answer with one JSON value ...", with the schema when there is one.
std::string SchemaInWords(const Json& format);

}  // namespace hone
