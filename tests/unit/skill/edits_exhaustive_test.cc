// Every edit on every tiny document, against the plain models of tests/support/plain_edits.h.
#include <boost/test/unit_test.hpp>

#include "base/json.h"
#include "skill/text_edits.h"
#include "support/plain_edits.h"

namespace hone {
namespace {

// One byte each: tiny documents have room for whole regions and for halves of them.
const std::vector<ProtectedMarks> kTiny = {{"<", ">"}};

// All texts of up to `most` tokens.
std::vector<std::string> Texts(const std::vector<std::string>& tokens, int most) {
  std::vector<std::string> out = {""};
  std::size_t from = 0;
  for (int length = 0; length < most; ++length) {
    const std::size_t to = out.size();
    for (; from < to; ++from) {
      for (const std::string& token : tokens) out.push_back(out[from] + token);
    }
  }
  return out;
}

std::vector<TextEdit> Edits(const std::vector<std::string>& targets,
                            const std::vector<std::string>& contents) {
  std::vector<TextEdit> out;
  for (const std::string op : {"append", "insert_after", "replace", "delete", "Delete"}) {
    for (const std::string& target : targets) {
      for (const std::string& content : contents) out.push_back({op, target, content, false, ""});
    }
  }
  return out;
}

std::string Shown(const std::string& text, const std::vector<TextEdit>& edits) {
  std::string out = Json(text).Dump();
  for (const TextEdit& edit : edits) {
    out += " " + edit.op + " " + Json(edit.target).Dump() + " " + Json(edit.content).Dump();
  }
  return out;
}

void SamePublished(const std::string& text, const std::vector<TextEdit>& edits) {
  const EditResult result = ApplyEdits(text, edits, EditSemantics::kPublished, kTiny);
  std::string plain = text;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const std::string status = PlainPublished(&plain, edits[i], kTiny);
    if (result.reports[i].status == status) continue;
    BOOST_FAIL(Shown(text, edits) + ": " + result.reports[i].status + ", plainly " + status);
  }
  if (result.text != plain) {
    BOOST_FAIL(Shown(text, edits) + ": " + Json(result.text).Dump() + ", plainly " +
               Json(plain).Dump());
  }
}

void SameSound(const std::string& text, const std::vector<TextEdit>& edits) {
  const EditResult result = ApplyEdits(text, edits, EditSemantics::kSound, kTiny);
  PlainSound plain(text, kTiny);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const std::string status = plain.Take(edits[i]);
    if (result.reports[i].status == status) continue;
    BOOST_FAIL(Shown(text, edits) + ": " + result.reports[i].status + ", plainly " + status);
  }
  if (result.text != plain.Text()) {
    BOOST_FAIL(Shown(text, edits) + ": " + Json(result.text).Dump() + ", plainly " +
               Json(plain.Text()).Dump());
  }
}

BOOST_AUTO_TEST_SUITE(edits_exhaustive)

BOOST_AUTO_TEST_CASE(every_edit_on_every_text_of_three_characters) {
  const std::vector<std::string> letters = {"a", " ", "\n", "<", ">"};
  const std::vector<TextEdit> edits = Edits(Texts(letters, 2), {"", "a", " a\n", "b<c>", "a\nb"});
  int64_t checked = 0;
  for (const std::string& text : Texts(letters, 3)) {
    for (const TextEdit& edit : edits) {
      SamePublished(text, {edit});
      SameSound(text, {edit});
      ++checked;
    }
  }
  BOOST_TEST(checked == 156 * 5 * 31 * 5);
}

BOOST_AUTO_TEST_CASE(every_two_edits_on_every_text_of_three_characters) {
  const std::vector<std::string> letters = {"a", "\n", "<", ">"};
  const std::vector<TextEdit> edits = Edits({"a", "\n", "<"}, {"b", "a\n"});
  for (const std::string& text : Texts(letters, 3)) {
    for (const TextEdit& first : edits) {
      for (const TextEdit& second : edits) {
        SamePublished(text, {first, second});
        SameSound(text, {first, second});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_edit_on_every_text_with_either_line_ending) {
  const std::vector<TextEdit> edits =
      Edits(Texts({"a", "\n", "\r\n", "\r"}, 2), {"b", "b\nc", "b\r\nc\n", "\n"});
  for (const std::string& text : Texts({"a", "\n", "\r\n", "\r"}, 4)) {
    for (const TextEdit& edit : edits) SameSound(text, {edit});
  }
}

// Multi-byte characters are bytes like any other as long as whole ones are named.
BOOST_AUTO_TEST_CASE(every_edit_on_every_text_of_wide_characters) {
  const std::vector<std::string> letters = {"\u00e4", "\u4e2d", "\U0001F600", "\u00a0", "\n"};
  const std::vector<TextEdit> edits = Edits(Texts(letters, 1), {"\u00e4", "\u2003\u4e2d\u2003"});
  for (const std::string& text : Texts(letters, 3)) {
    for (const TextEdit& edit : edits) {
      SamePublished(text, {edit});
      SameSound(text, {edit});
      BOOST_REQUIRE(IsValidUtf8(ApplyEdits(text, {edit}).text));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
