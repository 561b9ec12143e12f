// Shards: a partition of the cells that keeps the arms of an item together.
#include "engine/shard.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>

namespace hone {
namespace {

namespace data = boost::unit_test::data;

LoadedExperiment ExperimentOf(std::size_t items, std::size_t seeds, bool takes_others) {
  LoadedExperiment loaded;
  for (std::size_t i = 0; i < seeds; ++i) loaded.experiment.seeds.push_back(std::to_string(i));
  for (std::size_t i = 0; i < items; ++i) {
    Item item;
    item.id = item.cluster = "item" + std::to_string(i);
    loaded.items.push_back(item);
  }
  LoadedArm base, variant, taker;
  base.spec.name = "base";
  variant.spec.name = "variant";
  taker.spec.name = "taker";
  taker.spec.skills_from = "base";
  taker.spec.skill_map = takes_others ? "another_unit" : "own";
  loaded.arms = {base, variant, taker};
  return loaded;
}

BOOST_AUTO_TEST_SUITE(shards)

BOOST_AUTO_TEST_CASE(every_cell_is_in_one_part_and_parts_are_of_equal_size) {
  for (const int64_t count : {1, 2, 3, 7, 16, 100}) {
    const LoadedExperiment loaded = ExperimentOf(13, 3, false);
    std::map<int64_t, int> sizes;
    for (const CellName& cell : PlanCells(loaded, {})) {
      int64_t owner = 0;
      for (int64_t index = 1; index <= count; ++index) {
        if (!IsInShard(loaded, cell, {index, count})) continue;
        BOOST_TEST(owner == 0);
        owner = index;
      }
      BOOST_TEST_REQUIRE(owner != 0);
      ++sizes[owner];
      // All arms of the item and replicate.
      for (std::size_t arm = 0; arm < 3; ++arm) {
        BOOST_TEST(IsInShard(loaded, {arm, cell.seed, cell.item}, {owner, count}));
      }
    }
    for (const auto& [index, size] : sizes) BOOST_TEST(size - sizes.begin()->second <= 3);
  }
}

BOOST_AUTO_TEST_CASE(a_cell_that_needs_another_part_waits_for_the_merge) {
  const LoadedExperiment loaded = ExperimentOf(4, 1, true);
  for (std::size_t item = 0; item < 4; ++item) {
    for (int64_t index = 1; index <= 4; ++index) {
      BOOST_TEST(!IsInShard(loaded, {2, 0, item}, {index, 4}));
    }
    BOOST_TEST(IsInShard(loaded, {2, 0, item}, {1, 1}));
  }
}

BOOST_DATA_TEST_CASE(what_is_no_shard_is_refused,
                     data::make({"", "3", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/2/3", "1/ 2",
                                 "1/9999999", "1.5/3"}),
                     text) {
  const auto shard = ParseShard(text);
  BOOST_REQUIRE(!shard.ok());
  BOOST_TEST(shard.error().message.find("expected K/N") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_shard_is_read_as_it_is_written) {
  BOOST_TEST(ParseShard("3/64")->Text() == "3/64");
  BOOST_TEST(ParseShard("1/1")->is_whole());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
