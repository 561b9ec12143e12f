// Edits on texts. Statuses and effects of the published semantics come from the original's table
// (SkillOpt at commit bdfdc30, patch mode), restated here as a plain loop over std::string; the
// sound semantics are tables and properties of our own.
#include "skill/text_edits.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "base/text.h"
#include "skill/block_text.h"
#include "skill/unicode_text.h"
#include "support/plain_edits.h"

namespace hone {
namespace {

const std::vector<ProtectedMarks> kMarks = {{"<!-- S -->", "<!-- /S -->"},
                                            {"<!-- A -->", "<!-- /A -->"}};

TextEdit Edit(std::string op, std::string target, std::string content) {
  return {std::move(op), std::move(target), std::move(content), false, ""};
}

std::string RandomText(std::mt19937* random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {"a",
                                                   "b",
                                                   " ",
                                                   "\n",
                                                   "\r\n",
                                                   "rule",
                                                   "- item ",
                                                   "## Head\n",
                                                   "\u00e4",
                                                   "\u4e2d",
                                                   "never say the same\n",
                                                   "<!-- S -->",
                                                   "<!-- /S -->",
                                                   "<!-- A -->",
                                                   "<!-- /A -->",
                                                   "\xff"};
  std::string out;
  for (; pieces > 0; --pieces) out += kPieces[(*random)() % kPieces.size()];
  return out;
}

TextEdit RandomEdit(std::mt19937* random, const std::string& text) {
  static const std::vector<std::string> kOps = {"append", "insert_after", "replace", "delete",
                                                "Append"};
  const std::size_t from = text.empty() ? 0 : (*random)() % text.size();
  std::string target = text.substr(from, (*random)() % 12);
  if ((*random)() % 5 == 0) target = RandomText(random, 2);
  return Edit(kOps[(*random)() % 16 == 0 ? 4 : (*random)() % 4], target,
              RandomText(random, (*random)() % 5));
}

BOOST_AUTO_TEST_SUITE(text_edits)

BOOST_AUTO_TEST_CASE(published_statuses) {
  const std::string region = "<!-- S -->\nslow\n<!-- /S -->";
  struct Case {
    std::string text;
    TextEdit edit;
    std::string status, after;
  };
  const std::vector<Case> cases = {
      {"a\n\n", Edit("append", "", " new \n"), "applied_append", "a\n\nnew\n"},
      {"a\n" + region + "\n", Edit("append", "", "new"), "applied_append_before_protected_region",
       "a\n\nnew\n\n" + region + "\n"},
      {"a\n<!-- S -->b", Edit("append", "", "new"), "applied_append_before_protected_region",
       "a\n\nnew\n\n<!-- S -->b"},
      {region, Edit("append", "slow", "new"), "skipped_protected_region", region},
      {region, Edit("nothing", "slow", "new"), "skipped_protected_region", region},
      {region, Edit("replace", "<!-- /S -->", "new"), "skipped_protected_region", region},
      {"one\ntwo\nthree", Edit("insert_after", "tw", "new"), "applied_insert_after",
       "one\ntwo\n\nnew\nthree"},
      {"one\ntwo", Edit("insert_after", "two", "new"), "applied_insert_after", "one\ntwo\nnew\n"},
      {"one", Edit("insert_after", "", "new"), "applied_insert_after_fallback_append",
       "one\n\nnew\n"},
      {"one", Edit("insert_after", "x", "new"), "applied_insert_after_fallback_append",
       "one\n\nnew\n"},
      {"one" + region, Edit("insert_after", "x", "new"),
       "applied_insert_after_fallback_before_protected_region", "one\n\nnew\n\n" + region},
      {"aXaX", Edit("replace", "X", " y "), "applied_replace", "ayaX"},
      {"aX", Edit("replace", "X", ""), "applied_replace", "a"},
      {"aX", Edit("replace", "", "y"), "skipped_replace_missing_target", "aX"},
      {"aX", Edit("replace", "x", "y"), "skipped_replace_target_not_found", "aX"},
      {"aXaX", Edit("delete", "X", ""), "applied_delete", "aaX"},
      {"aX", Edit("delete", "", ""), "skipped_delete_missing_target", "aX"},
      {"aX", Edit("delete", "x", ""), "skipped_delete_target_not_found", "aX"},
      {"aX", Edit("Delete", "X", ""), "skipped_unknown_op", "aX"},
      {"a", Edit("append", "", "x<!-- S -->y<!-- /A -->"), "applied_append", "a\n\nxy\n"},
      // Begins before the region and reaches into it: executed there, refused by the sound default.
      {"ab" + region, Edit("delete", "b<!-- S", ""), "applied_delete", "a -->\nslow\n<!-- /S -->"},
  };
  for (const Case& one : cases) {
    const EditResult result = ApplyEdits(one.text, {one.edit}, EditSemantics::kPublished, kMarks);
    BOOST_TEST(result.reports[0].status == one.status, one.edit.op << " " << one.edit.target);
    BOOST_TEST(result.text == one.after);
  }
  TextEdit broken = Edit("append", "", "");
  broken.problem = "content must be text, got null";
  const EditResult result =
      ApplyEdits("a", {broken, Edit("append", "", "b"), Edit("delete", "", "")},
                 EditSemantics::kPublished, kMarks);
  BOOST_TEST(result.reports[0].status == "error");
  BOOST_TEST(result.text == "a\n\nb\n");
  BOOST_TEST((result.errors == 1 && result.applied == 1 && result.skipped == 1));
}

BOOST_AUTO_TEST_CASE(published_equals_the_plain_loop_also_over_many_blocks) {
  std::mt19937 random(11);
  for (int round = 0; round < 1500; ++round) {
    std::string text = RandomText(&random, round % 100 == 0 ? 6000 : random() % 40);
    const std::string before = text;
    std::vector<TextEdit> edits;
    for (std::size_t i = 0; i < 12; ++i) edits.push_back(RandomEdit(&random, text));
    const EditResult result = ApplyEdits(text, edits, EditSemantics::kPublished, kMarks);
    for (std::size_t i = 0; i < edits.size(); ++i) {
      const std::string status = PlainPublished(&text, edits[i], kMarks);
      BOOST_TEST_REQUIRE(result.reports[i].status == status, "round " << round << " edit " << i);
    }
    BOOST_TEST_REQUIRE((result.text == text), "round " << round);
  }
}

BOOST_AUTO_TEST_CASE(block_text_is_a_string) {
  std::mt19937 random(5);
  std::string plain = RandomText(&random, 4000);
  BlockText text(plain);
  for (int step = 0; step < 3000; ++step) {
    const std::size_t at = random() % (plain.size() + 1);
    const std::size_t most = step % 50 == 0 ? 9000 : 20;
    const std::size_t count = std::min<std::size_t>(plain.size() - at, random() % most);
    const std::string content = RandomText(&random, step % 70 == 0 ? 3000 : random() % 6);
    plain.replace(at, count, content);
    text.Replace(at, count, content);
    BOOST_TEST_REQUIRE(text.size() == plain.size());
    const std::size_t from = random() % (plain.size() + 1);
    const std::string needle =
        plain.substr(random() % (plain.size() + 1), 1 + random() % (step % 9 == 0 ? 3000 : 30));
    BOOST_TEST_REQUIRE(text.Find(needle, from) == plain.find(needle, from), "step " << step);
    if (step % 20 == 0) BOOST_TEST_REQUIRE((text.Text() == plain));
  }
}

BOOST_AUTO_TEST_CASE(sound_statuses) {
  const std::string region = "<!-- S -->\nslow\n<!-- /S -->";
  struct Case {
    std::string text;
    TextEdit edit;
    std::string status, after;
  };
  const std::vector<Case> cases = {
      {"a\n", Edit("append", "", "new\n"), "applied", "a\n\nnew\n"},
      {"a", Edit("append", "", "new"), "applied", "a\n\nnew\n"},
      {"", Edit("append", "", "new"), "applied", "new\n"},
      {"a\n\n" + region + "\n", Edit("append", "", "new"), "applied",
       "a\n\nnew\n\n" + region + "\n"},
      {region + "\nrest\n", Edit("append", "", "new"), "applied", region + "\nrest\n\nnew\n"},
      {"a\n", Edit("append", "", " \n"), "refused_empty", "a\n"},
      {"x\nnew\ny\n", Edit("append", "", "new"), "refused_duplicate", "x\nnew\ny\n"},
      {"one\ntwo\nthree", Edit("insert_after", "tw", "- new"), "applied", "one\ntwo\n- new\nthree"},
      {"one\ntwo", Edit("insert_after", "two", "new"), "applied", "one\ntwo\nnew\n"},
      {"one\ntwo\n", Edit("insert_after", "tvo", "new"), "missing_anchor", "one\ntwo\n"},
      {"one\n", Edit("insert_after", "", "new"), "missing_anchor", "one\n"},
      {"aXaX", Edit("replace", "X", "y"), "ambiguous_anchor", "aXaX"},
      {"aXa", Edit("replace", "X", " y"), "applied", "a ya"},
      {"aXa", Edit("replace", "X", "X"), "no_change", "aXa"},
      {"aXa", Edit("replace", "X", ""), "refused_empty", "aXa"},
      {"a\nX\nb\n", Edit("delete", "X", ""), "applied", "a\nb\n"},
      {"a\nX y\nb\n", Edit("delete", "X", ""), "applied", "a\n y\nb\n"},
      {"a", Edit("remove", "a", ""), "unknown_op", "a"},
      {"ab" + region, Edit("delete", "b<!-- S", ""), "refused_protected", "ab" + region},
      {region, Edit("replace", "slow", "fast"), "refused_protected", region},
      {"slow\n" + region, Edit("replace", "slow", "fast"), "applied", "fast\n" + region},
      {"a", Edit("append", "", "<!-- A -->"), "refused_protected", "a"},
      {"a <!-- S --> orphan", Edit("delete", "orphan", ""), "refused_protected",
       "a <!-- S --> orphan"},
      {"one\r\ntwo\r\nthree\r\n", Edit("replace", "one\ntwo", "1\n2"), "applied",
       "1\r\n2\r\nthree\r\n"},
      {"one\r\ntwo\r\n", Edit("insert_after", "one", "x\ny"), "applied",
       "one\r\nx\r\ny\r\ntwo\r\n"},
      {"one\r\ntwo\r\n", Edit("delete", "one", ""), "applied", "two\r\n"},
  };
  for (const Case& one : cases) {
    const EditResult result = ApplyEdits(one.text, {one.edit}, EditSemantics::kSound, kMarks);
    BOOST_TEST(result.reports[0].status == one.status, one.edit.op << " " << one.edit.target);
    BOOST_TEST(result.text == one.after);
    BOOST_TEST(result.reports[0].problem.empty() == (one.status == "applied"));
  }
}

BOOST_AUTO_TEST_CASE(sound_edits_look_at_one_base_and_name_conflicts) {
  const std::string text = "alpha\nbeta\ngamma\n";
  EditResult result = ApplyEdits(
      text, {Edit("replace", "beta", "alpha"), Edit("replace", "alpha", "ALPHA"),
             Edit("delete", "beta\ngamma", ""), Edit("insert_after", "beta", "b2"),
             Edit("append", "", "end"), Edit("append", "", "end"), Edit("append", "", "fin")});
  BOOST_TEST(result.text == "ALPHA\nalpha\nb2\ngamma\n\nend\n\nfin\n");
  BOOST_TEST(result.reports[2].status == "conflict");
  BOOST_TEST(result.reports[2].other == 1U);
  BOOST_TEST(result.reports[5].status == "refused_duplicate");
  BOOST_TEST(result.reports[5].other == 5U);
  result = ApplyEdits("x\n", {Edit("append", "", "end"), Edit("insert_after", "x", "more")});
  BOOST_TEST(result.text == "x\nmore\n\nend\n");
  result = ApplyEdits("x", {Edit("append", "", "end"), Edit("insert_after", "x", "more")});
  BOOST_TEST(result.text == "x\nmore\n\nend\n");
}

BOOST_AUTO_TEST_CASE(missing_anchors_come_with_the_nearest_lines) {
  const std::string text = "# Rules\n- always check the units\n- never round early\n\nprose\n";
  EditResult result = ApplyEdits(text, {Edit("replace", "- always check the unit of", "x")});
  BOOST_REQUIRE(result.reports[0].places.size() == 1U);
  BOOST_TEST(result.reports[0].places[0].line == 2U);
  BOOST_TEST(result.reports[0].places[0].text == "- always check the units");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "- rule number " + std::to_string(i) + " says so\n";
  result = ApplyEdits(many, {Edit("insert_after", "- rule number 4321 said so", "x")});
  BOOST_REQUIRE(!result.reports[0].places.empty());
  BOOST_TEST(result.reports[0].places[0].line == 4322U);
  result = ApplyEdits("x\nx\nx\nx\n", {Edit("delete", "x", "")});
  BOOST_TEST(result.reports[0].places.size() == 3U);
  BOOST_TEST(result.reports[0].places[2].line == 3U);
}

// Every pair of documents of up to four characters out of three.
BOOST_AUTO_TEST_CASE(a_diff_applied_gives_the_other_text_exhaustively) {
  std::vector<std::string> documents{""};
  for (std::size_t from = 0, length = 0; length < 4; ++length) {
    const std::size_t to = documents.size();
    for (; from < to; ++from) {
      for (const char letter : {'a', 'b', '\n'}) documents.push_back(documents[from] + letter);
    }
  }
  BOOST_TEST(documents.size() == 121U);
  for (const std::string& a : documents) {
    for (const std::string& b : documents) {
      const std::vector<TextEdit> edits = DiffEdits(a, b);
      const EditResult result = ApplyEdits(a, edits);
      BOOST_TEST_REQUIRE((result.text == b && result.applied == edits.size()), a << " -> " << b);
    }
  }
}

// Found by the fuzz target: the byte by which the diff tells ends of texts apart, in a text.
BOOST_AUTO_TEST_CASE(a_diff_of_texts_that_hold_its_mark) {
  const std::vector<std::string> texts = {"",        "\x01", "\x01\n1\x01-", "1\n\x01\x01",
                                          "1\x01\n", "1"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) BOOST_TEST(ApplyEdits(a, DiffEdits(a, b)).text == b);
  }
}

BOOST_AUTO_TEST_CASE(a_diff_applied_gives_the_other_text_at_random) {
  std::mt19937 random(3);
  for (int round = 0; round < 1200; ++round) {
    const std::string a = RandomText(&random, round % 40 == 0 ? 3000 : random() % 60);
    std::string b = a;
    for (std::size_t i = random() % 9; i > 0; --i) {
      const std::size_t at = random() % (b.size() + 1);
      b.replace(at, random() % 9, RandomText(&random, random() % 5));
    }
    if (round % 10 == 0) b = RandomText(&random, random() % 60);
    const std::vector<TextEdit> edits = DiffEdits(a, b);
    const EditResult result = ApplyEdits(a, edits);
    BOOST_TEST_REQUIRE((result.text == b && result.applied == edits.size()), "round " << round);
  }
}

// Whatever a model writes: every edit has one report, refused edits change nothing, regions stay
// byte for byte, valid UTF-8 stays valid, and accepted edits do not depend on their order.
BOOST_AUTO_TEST_CASE(sound_edits_keep_their_promises_at_random) {
  std::mt19937 random(29);
  const std::string region = "<!-- S -->\nkept \u00e4\n<!-- /S -->";
  for (int round = 0; round < 2500; ++round) {
    std::string text = ToValidUtf8(RandomText(&random, random() % 40));
    for (const ProtectedMarks& pair : kMarks)
      text = ReplaceAll(ReplaceAll(text, pair.first, ""), pair.last, "");
    text.insert(Utf8Prefix(text, random() % (text.size() + 1)).size(), region);
    std::vector<TextEdit> edits;
    for (std::size_t i = 0; i < 8; ++i) {
      TextEdit edit = RandomEdit(&random, text);
      edit.target = ToValidUtf8(edit.target);
      edit.content = ToValidUtf8(edit.content);
      edits.push_back(edit);
    }
    const EditResult result = ApplyEdits(text, edits, EditSemantics::kSound, kMarks);
    BOOST_TEST_REQUIRE(result.reports.size() == edits.size());
    BOOST_TEST_REQUIRE(result.applied + result.skipped + result.errors == edits.size());
    BOOST_TEST_REQUIRE((result.text.find(region) != std::string::npos), "round " << round);
    BOOST_TEST_REQUIRE(IsValidUtf8(result.text), "round " << round);
    PlainSound plain(text, kMarks);
    for (std::size_t i = 0; i < edits.size(); ++i) {
      BOOST_TEST_REQUIRE(result.reports[i].status == plain.Take(edits[i]),
                         "round " << round << " edit " << i);
    }
    BOOST_TEST_REQUIRE((result.text == plain.Text()), "round " << round);
    if (result.applied == 0) BOOST_TEST_REQUIRE((result.text == text), "round " << round);
    std::vector<TextEdit> accepted;
    for (const EditReport& report : result.reports) {
      if (report.status == "applied") accepted.push_back(edits[report.index - 1]);
    }
    BOOST_TEST_REQUIRE(
        (ApplyEdits(text, accepted, EditSemantics::kSound, kMarks).text == result.text));
    std::vector<TextEdit> moved;  // insertions at one place keep the order of the list
    for (const TextEdit& edit : accepted) {
      if (edit.op == "replace" || edit.op == "delete") moved.push_back(edit);
    }
    std::reverse(moved.begin(), moved.end());
    for (const TextEdit& edit : accepted) {
      if (edit.op != "replace" && edit.op != "delete") moved.push_back(edit);
    }
    BOOST_TEST_REQUIRE((ApplyEdits(text, moved, EditSemantics::kSound, kMarks).text == result.text),
                       "round " << round);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
