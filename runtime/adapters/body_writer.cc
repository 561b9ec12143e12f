#include "adapters/body_writer.h"

namespace hone {
namespace {

constexpr std::size_t kOwnPieceBytes = 1024;  // a shorter text is cheaper to copy than to share

}  // namespace

BodyWriter& BodyWriter::Raw(std::string_view text) {
  if (text.empty()) return *this;
  text_ += text;
  last_ = text.back();
  return *this;
}

BodyWriter& BodyWriter::Quoted(std::string_view text) {
  AppendJsonString(text, &text_);
  last_ = '"';
  return *this;
}

BodyWriter& BodyWriter::Text(const std::shared_ptr<const std::string>& text, bool is_plain) {
  last_ = 'x';
  if (text->size() < kOwnPieceBytes) {
    if (is_plain) {
      text_ += *text;
    } else {
      AppendJsonStringBody(*text, &text_);
    }
    return *this;
  }
  Cut();
  pieces_.push_back({text, !is_plain});
  return *this;
}

BodyWriter& BodyWriter::Value(const Json& value) { return Raw(value.Dump()); }

BodyWriter& BodyWriter::Comma() {
  if (last_ != '{' && last_ != '[') Raw(",");
  return *this;
}

BodyWriter& BodyWriter::Key(std::string_view name) { return Comma().Quoted(name).Raw(":"); }

BodyWriter& BodyWriter::Field(std::string_view name, const Json& value) {
  return Key(name).Value(value);
}

std::vector<BodyPiece> BodyWriter::Take() {
  Cut();
  return std::move(pieces_);
}

void BodyWriter::Cut() {
  if (text_.empty()) return;
  pieces_.push_back({std::make_shared<const std::string>(std::move(text_)), false});
  text_.clear();
}

}  // namespace hone
