#include "engine/budget.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

ModelChoice Priced() {
  ModelChoice choice;
  choice.prices = TokenPrices{2.0, 0.5, 2.0, 8.0, 8.0, "test"};
  choice.max_output_tokens = 1000;
  return choice;
}

ChatRequest Asking(std::size_t bytes) {
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of(std::string(bytes, 'x'))}, {}});
  return request;
}

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(worst_case_bounds_any_real_cost) {
  const PicoUsd worst = *Budget::WorstCase(Asking(984), Priced());
  BOOST_TEST(worst.value == TokenPrice(1000, 2.0).value + TokenPrice(1000, 8.0).value);
  TokenUsage usage;
  usage.input = 984;  // one token a byte: nothing makes more
  usage.output = 1000;
  BOOST_TEST((*Budget::Cost(usage, Priced()) <= worst));
  usage.cached_input = 984;
  BOOST_TEST(Budget::Cost(usage, Priced())->value ==
             TokenPrice(984, 0.5).value + TokenPrice(1000, 8.0).value);
}

BOOST_AUTO_TEST_CASE(an_unpriced_model_has_no_cost_rather_than_none) {
  BOOST_TEST(!Budget::WorstCase(Asking(1), ModelChoice{}).has_value());
  BOOST_TEST(!Budget::Cost({}, ModelChoice{}).has_value());
}

BOOST_AUTO_TEST_CASE(never_exceeds_its_limit_in_any_order) {
  Budget budget({PicoUsd{100}, {}}, PicoUsd{20});
  BOOST_TEST(budget.Reserve({50}));
  BOOST_TEST(!budget.Reserve({31}));
  BOOST_TEST(budget.Reserve({30}));
  BOOST_TEST(!budget.Reserve({1}));
  budget.Settle({50}, {10});
  BOOST_TEST(budget.spent().value == 30);
  BOOST_TEST(budget.Reserve({40}));
  BOOST_TEST(!budget.Reserve({1}));
}

BOOST_AUTO_TEST_CASE(a_limit_on_calls_counts_what_is_sent) {
  Budget budget({{}, 2}, {});
  BOOST_TEST(budget.Reserve({0}));
  budget.Settle({0}, {0});
  BOOST_TEST(budget.Reserve({0}));
  BOOST_TEST(!budget.Reserve({0}));
}

BOOST_AUTO_TEST_CASE(prices_are_exact_to_a_token) {
  BOOST_TEST(TokenPrice(1, 0.05).value == 50'000);
  BOOST_TEST(TokenPrice(1'000'000, 2.0).value == 2 * PicoUsd::kPerUsd);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
