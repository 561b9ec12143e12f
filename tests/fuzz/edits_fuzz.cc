// A fuzz target: a text and edits out of any bytes; both semantics must do what the plain models do
// (tests/support/plain_edits.h), and a diff between any two texts must turn one into the other.
//
// With clang and -DHONE_FUZZ=ON it is a libFuzzer program; without, fuzz/replay.cc gives it random
// inputs. Input: fields separated by bytes 0xFF; the first is the text, then op, target and content
// of each edit in turn, the op by its first byte.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "skill/text_edits.h"
#include "support/plain_edits.h"

namespace hone {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kMostEdits = 12;
const std::vector<ProtectedMarks> kMarks = {{"<!-- S -->", "<!-- /S -->"}, {"<", ">"}};

[[noreturn]] void Differ(const char* what, const std::string& got, const std::string& wanted) {
  std::fprintf(stderr, "%s: '%s', plainly '%s'\n", what, got.c_str(), wanted.c_str());
  std::abort();
}

void Same(const char* what, const std::string& got, const std::string& wanted) {
  if (got != wanted) Differ(what, got, wanted);
}

TextEdit EditOf(const std::string& op, const std::string& target, const std::string& content) {
  static const std::vector<std::string> ops = {"append", "insert_after", "replace", "delete", "no"};
  const std::size_t which = op.empty() ? 0 : static_cast<unsigned char>(op[0]) % ops.size();
  return {ops[which], target, content, false, ""};
}

void CheckInput(const std::string& input) {
  std::vector<std::string> fields = {""};
  for (const char byte : input) {
    if (byte == '\xFF') {
      fields.emplace_back();
    } else {
      fields.back() += byte;
    }
  }
  const std::string& text = fields[0];
  std::vector<TextEdit> edits;
  for (std::size_t i = 1; i + 2 < fields.size() && edits.size() < kMostEdits; i += 3) {
    edits.push_back(EditOf(fields[i], fields[i + 1], fields[i + 2]));
  }
  const EditResult published = ApplyEdits(text, edits, EditSemantics::kPublished, kMarks);
  const EditResult sound = ApplyEdits(text, edits, EditSemantics::kSound, kMarks);
  std::string plain = text;
  PlainSound plain_sound(text, kMarks);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    Same("published status", published.reports[i].status, PlainPublished(&plain, edits[i], kMarks));
    Same("sound status", sound.reports[i].status, plain_sound.Take(edits[i]));
  }
  Same("published text", published.text, plain);
  Same("sound text", sound.text, plain_sound.Text());
  for (const std::string& other : {published.text, sound.text, fields.back()}) {
    Same("diff", ApplyEdits(text, DiffEdits(text, other)).text, other);
    Same("diff back", ApplyEdits(other, DiffEdits(other, text)).text, text);
  }
}

}  // namespace
}  // namespace hone

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size > hone::kMostBytes) return 0;
  hone::CheckInput(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
