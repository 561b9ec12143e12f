#include "engine/search.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

// `n` items in clusters of two; arm 0 is varied, the candidates are 1 to `candidates`.
LoadedExperiment Study(const std::string& method, std::size_t n, std::size_t candidates) {
  LoadedExperiment out;
  out.search = LoadedSearch{};
  out.search->spec.method = method;
  for (std::size_t i = 0; i < n; ++i) {
    Item item;
    item.id = "item " + std::to_string(i);
    item.cluster = "cluster " + std::to_string(i / 2);
    item.select_hashes = {HashOf(item.id)};
    out.items.push_back(std::move(item));
  }
  out.arms.resize(candidates + 1);
  for (std::size_t i = 1; i <= candidates; ++i) out.search->candidates.push_back(i);
  return out;
}

// Every arm solves the first `solved[arm]` of the 10 tasks of each item.
Search::Scores ScoresOf(const SearchRound& round, const std::vector<int64_t>& solved) {
  Search::Scores out;
  for (const std::size_t arm : round.arms) {
    for (const std::size_t item : round.items) out[{arm, item}] = {solved[arm], 10};
  }
  return out;
}

struct Outcome {
  std::vector<std::size_t> items;  // of each rung
  std::vector<std::size_t> arms;
  std::map<std::size_t, std::string> last;  // action by arm
  std::size_t winner = 0;
};

Outcome Play(const LoadedExperiment& study, const std::vector<int64_t>& solved) {
  Outcome out;
  Search search(study);
  while (const auto round = search.Next()) {
    out.items.push_back(round->items.size());
    out.arms.push_back(round->arms.size());
    for (const SearchDecision& decision : search.Decide(ScoresOf(*round, solved))) {
      BOOST_TEST(decision.rung == static_cast<int>(out.items.size()));
      BOOST_TEST(!decision.reason.empty());
      out.last[decision.arm] = decision.action;
    }
  }
  out.winner = search.winner();
  return out;
}

BOOST_AUTO_TEST_SUITE(search)

BOOST_AUTO_TEST_CASE(a_grid_decides_once_on_everything) {
  const LoadedExperiment study = Study("grid", 6, 3);
  const Outcome got = Play(study, {4, 3, 6, 5});
  BOOST_TEST((got.items == std::vector<std::size_t>{6}));
  BOOST_TEST((got.arms == std::vector<std::size_t>{4}));
  BOOST_TEST(got.winner == 2U);
  BOOST_TEST(got.last.at(2) == "win");
  BOOST_TEST(got.last.at(0) == "keep");  // the varied arm is reported in any case
  BOOST_TEST(got.last.at(1) == "drop");
}

BOOST_AUTO_TEST_CASE(ties_go_to_the_varied_arm_then_to_the_first) {
  BOOST_TEST(Play(Study("grid", 4, 2), {5, 5, 5}).winner == 0U);
  BOOST_TEST(Play(Study("grid", 4, 3), {4, 5, 6, 6}).winner == 2U);
}

BOOST_AUTO_TEST_CASE(halving_gives_more_items_to_fewer_candidates) {
  const Outcome got = Play(Study("halving", 27, 9), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  BOOST_TEST((got.items == std::vector<std::size_t>{3, 9, 27}));
  BOOST_TEST((got.arms == std::vector<std::size_t>{10, 4, 2}));  // the varied one in each
  BOOST_TEST(got.winner == 9U);
  BOOST_TEST(got.last.at(1) == "drop");
}

BOOST_AUTO_TEST_CASE(a_rung_begins_with_the_items_of_the_one_before) {
  const LoadedExperiment study = Study("halving", 27, 9);
  Search search(study);
  std::vector<std::size_t> before;
  while (const auto round = search.Next()) {
    BOOST_TEST(std::equal(before.begin(), before.end(), round->items.begin()));
    before = round->items;
    (void)search.Decide(ScoresOf(*round, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
  }
  BOOST_TEST(search.winner() == 0U);
}

BOOST_AUTO_TEST_CASE(more_data_does_not_reorder_what_was_there) {
  const LoadedExperiment small = Study("halving", 9, 4);
  const LoadedExperiment large = Study("halving", 90, 4);
  const auto order = [](const LoadedExperiment& study) {
    Search search(study);
    std::vector<std::size_t> items;
    while (const auto round = search.Next()) {
      items = round->items;
      (void)search.Decide(ScoresOf(*round, {5, 5, 5, 5, 5}));
    }
    return items;
  };
  std::vector<std::size_t> kept = order(large);
  std::erase_if(kept, [](std::size_t item) { return item >= 9; });
  BOOST_TEST(kept == order(small));
}

BOOST_AUTO_TEST_CASE(halving_sizes) {
  const auto sizes = [](std::size_t items, std::size_t candidates, std::size_t eta,
                        std::size_t first) { return HalvingSizes(items, candidates, eta, first); };
  using Sizes = std::vector<std::size_t>;
  BOOST_TEST((sizes(27, 9, 3, 1) == Sizes{3, 9, 27}));
  BOOST_TEST((sizes(27, 9, 3, 4) == Sizes{9, 27}));
  BOOST_TEST((sizes(27, 1, 3, 1) == Sizes{27}));
  BOOST_TEST((sizes(1, 9, 3, 1) == Sizes{1}));
  BOOST_TEST((sizes(10, 100, 2, 2) == Sizes{2, 3, 5, 10}));
}

// 40 clusters of two items, five looks' worth of a difference that nobody could overlook.
BOOST_AUTO_TEST_CASE(a_race_drops_what_is_beaten_and_keeps_what_is_not) {
  LoadedExperiment study = Study("racing", 80, 3);
  for (std::size_t i = 0; i < study.arms.size(); ++i) {
    study.arms[i].spec.name = "arm " + std::to_string(i);
  }
  const Outcome got = Play(study, {5, 1, 8, 8});
  BOOST_TEST(got.items.front() == 10U);  // an eighth of the clusters at a time
  BOOST_TEST(got.items.back() == 80U);
  BOOST_TEST(got.arms.front() == 4U);
  BOOST_TEST(got.arms.back() == 3U);  // arm 1 is out, the varied arm stays though it is beaten
  BOOST_TEST(got.winner == 2U);
  BOOST_TEST(got.last.at(1) == "drop");
  BOOST_TEST(got.last.at(0) == "keep");
}

BOOST_AUTO_TEST_CASE(a_race_between_equals_drops_nobody) {
  LoadedExperiment study = Study("racing", 80, 3);
  const Outcome got = Play(study, {5, 5, 5, 5});
  BOOST_TEST(got.arms.back() == 4U);
  BOOST_TEST(got.winner == 0U);
}

BOOST_AUTO_TEST_CASE(what_failed_is_taken_out_with_its_reason) {
  const LoadedExperiment study = Study("grid", 4, 2);
  Search search(study);
  const auto round = search.Next();
  search.Remove(2, "drop", "1 cell failed: why", {});
  const auto decisions = search.Decide(ScoresOf(*round, {1, 2, 9}));
  BOOST_TEST(search.winner() == 1U);
  const auto out = std::find_if(decisions.begin(), decisions.end(),
                                [](const SearchDecision& one) { return one.arm == 2; });
  BOOST_REQUIRE((out != decisions.end()));
  BOOST_TEST(out->reason == "1 cell failed: why");
  BOOST_TEST(std::count_if(decisions.begin(), decisions.end(),
                           [](const SearchDecision& one) { return one.arm == 2; }) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
