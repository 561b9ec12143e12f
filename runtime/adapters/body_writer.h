// BodyWriter: a JSON request body written from small text and large shared texts. Small things are
// gathered; a large text becomes a piece of its own that shares its memory with every other request
// that holds it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "ports/http_client.h"

namespace hone {

class BodyWriter {
 public:
  BodyWriter& Raw(std::string_view text);
  BodyWriter& Quoted(std::string_view text);  // a whole string literal
  // Inside a string literal; `is_plain` when nothing in it needs an escape (base64).
  BodyWriter& Text(const std::shared_ptr<const std::string>& text, bool is_plain = false);
  BodyWriter& Value(const Json& value);
  // `,"name":value`, or without the comma right after an opening brace.
  BodyWriter& Field(std::string_view name, const Json& value);
  BodyWriter& Key(std::string_view name);  // `,"name":`
  BodyWriter& Comma();                     // unless something was just opened
  std::vector<BodyPiece> Take();

 private:
  void Cut();

  std::string text_;
  char last_ = '\0';  // the last byte written, wherever it went
  std::vector<BodyPiece> pieces_;
};

}  // namespace hone
