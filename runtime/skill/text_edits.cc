#include "skill/text_edits.h"

namespace hone {

std::string_view FirstCharacters(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0) break;
  }
  return text.substr(0, at);
}

EditResult ApplyEdits(std::string_view text, const std::vector<TextEdit>& edits,
                      EditSemantics semantics, const std::vector<ProtectedMarks>& marks) {
  return semantics == EditSemantics::kPublished ? ApplyPublishedEdits(text, edits, marks)
                                                : ApplySoundEdits(text, edits, marks);
}

}  // namespace hone
