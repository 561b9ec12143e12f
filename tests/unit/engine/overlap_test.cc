#include "engine/overlap.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

const char* const kReport = R"j([
  {"id": "t1", "rubrics": ["The answer states \"within thirty days\""],
   "span_text": "Notice must be given within thirty days of the breach."},
  {"id": "t2", "rubrics": ["The answer states \"no\""], "span_text": "There is no warranty."}
])j";

BOOST_AUTO_TEST_SUITE(overlap)

BOOST_AUTO_TEST_CASE(finds_spans_and_quoted_phrases_whatever_the_punctuation) {
  const Json report = *Json::Parse(kReport);
  using Found = std::map<std::string, std::string>;
  BOOST_TEST((FindOverlaps(report, {}, "") == Found{}));
  BOOST_TEST(
      (FindOverlaps(report, {"It is due Within  thirty, days!"}, "") == Found{{"t1", "task"}}));
  BOOST_TEST((FindOverlaps(report, {}, "- There is NO warranty") == Found{{"t2", "skill"}}));
  BOOST_TEST((FindOverlaps(report, {"within thirty days"}, "within thirty days") ==
              Found{{"t1", "both"}}));
}

BOOST_AUTO_TEST_CASE(a_short_quote_alone_is_no_overlap) {
  BOOST_TEST(FindOverlaps(*Json::Parse(kReport), {"no"}, "no skill at all").empty());
}

BOOST_AUTO_TEST_CASE(words_are_not_cut) {
  BOOST_TEST(FindOverlaps(*Json::Parse(kReport), {"within thirty daystar"}, "").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
