#include <boost/test/unit_test.hpp>

#include "data/context_choice.h"
#include "data/document_clusters.h"
#include "skill/shingles.h"
#include "unit/data/sample_files.h"

namespace hone {
namespace {

std::vector<std::size_t> Groups(const std::vector<std::string>& texts) {
  std::vector<std::vector<uint64_t>> sets;
  for (const std::string& text : texts) sets.push_back(ShingleSet(text, 8).hashes());
  return JoinNearDuplicates(sets, 0.5);
}

BOOST_AUTO_TEST_CASE(a_text_held_by_another_is_joined_with_it) {
  const std::string kettle = SampleDocument("kettle", 10);
  const std::string part = kettle.substr(kettle.size() / 3, kettle.size() / 4);
  const std::string spoon = SampleDocument("spoon", 10);
  const std::vector<std::size_t> expected = {0, 1, 0, 3};
  const auto groups = Groups({kettle, spoon, part, SampleDocument("lamp", 10)});
  BOOST_TEST(groups == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(joining_is_transitive_and_ignores_layout) {
  const std::string a = SampleDocument("kettle", 6);
  const std::string b = SampleDocument("spoon", 6);
  std::string upper = b;
  for (char& c : upper) c = c == '\n' ? ' ' : static_cast<char>(std::toupper(c));
  const std::vector<std::size_t> expected = {0, 0, 0, 3};
  const auto groups = Groups({a, a + b, upper, ""});
  BOOST_TEST(groups == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_threshold_is_on_the_smaller_set) {
  // 10 of 20 shared: joined at 0.5. 9 of 20: not.
  std::vector<uint64_t> a;
  std::vector<uint64_t> half;
  std::vector<uint64_t> less;
  for (uint64_t i = 0; i < 100; ++i) a.push_back(i);
  for (uint64_t i = 90; i < 110; ++i) half.push_back(i);
  for (uint64_t i = 0; i < 9; ++i) less.push_back(i);
  for (uint64_t i = 200; i < 211; ++i) less.push_back(i);
  const std::vector<std::size_t> expected = {0, 0, 2};
  const auto groups = JoinNearDuplicates({a, half, less}, 0.5);
  BOOST_TEST(groups == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(places_are_dealt_over_clusters_sources_and_length) {
  std::vector<Choosable> items;
  for (int i = 0; i < 9; ++i) items.push_back({"big", "big"});
  for (int i = 0; i < 2; ++i) items.push_back({"pair", i == 0 ? "p1" : "p2"});
  items.push_back({"small", "small"});
  const auto expect = [&](std::size_t most, std::size_t per_source,
                          const std::vector<std::size_t>& wanted) {
    const auto chosen = ChooseSpread(items, most, per_source);
    BOOST_TEST(chosen == wanted, boost::test_tools::per_element());
  };
  expect(3, 0, {4, 9, 11});
  expect(6, 0, {1, 4, 7, 9, 10, 11});
  expect(0, 2, {2, 6, 9, 10, 11});
  expect(100, 0, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}

}  // namespace
}  // namespace hone
