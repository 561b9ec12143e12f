#include "engine/budget.h"

#include <boost/test/unit_test.hpp>

#include "stats/random_stream.h"

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

BudgetSpec Whole(std::optional<int64_t> pico_usd, std::optional<int64_t> calls = {}) {
  BudgetSpec spec;
  if (pico_usd) spec.whole.usd = PicoUsd{*pico_usd};
  spec.whole.calls = calls;
  return spec;
}

Budget::Payer Arm(const std::string& name, const std::string& provider = "openai") {
  return {name, provider, HashOf(name)};
}

BOOST_AUTO_TEST_CASE(never_exceeds_its_limit_in_any_order) {
  Budget budget(Whole(100), PicoUsd{20});
  BOOST_TEST(!budget.Reserve(Arm("a"), {50}));
  BOOST_TEST(budget.Reserve(Arm("a"), {31})->fits_later);
  BOOST_TEST(!budget.Reserve(Arm("a"), {30}));
  BOOST_TEST(budget.Reserve(Arm("b"), {1}).has_value());
  budget.Settle(Arm("a"), {50}, {10});
  BOOST_TEST(budget.spent().value == 30);
  BOOST_TEST(!budget.Reserve(Arm("b"), {40}));
  BOOST_TEST(budget.Reserve(Arm("a"), {1}).has_value());
}

BOOST_AUTO_TEST_CASE(a_limit_on_calls_counts_what_is_sent) {
  Budget budget(Whole({}, 2));
  BOOST_TEST(!budget.Reserve(Arm("a"), {0}));
  budget.Settle(Arm("a"), {0}, {0});
  BOOST_TEST(!budget.Reserve(Arm("a"), {0}));
  BOOST_TEST(budget.Reserve(Arm("a"), {0}).has_value());
}

BOOST_AUTO_TEST_CASE(each_part_has_its_own_limit_and_the_refusal_names_it) {
  BudgetSpec spec = Whole(1000);
  spec.per_arm.usd = PicoUsd{100};
  spec.arms["rich"].usd = PicoUsd{500};
  spec.providers["openai"].usd = PicoUsd{550};
  spec.per_unit.calls = 3;
  Budget budget(spec);
  budget.BookEarlier(Arm("poor"), {60}, 1);
  BOOST_TEST(budget.spent().value == 0);  // the whole knows of it from elsewhere
  const auto poor = budget.Reserve(Arm("poor"), {41});
  BOOST_REQUIRE(poor.has_value());
  BOOST_TEST(poor->account == "arm 'poor'");
  BOOST_TEST(!poor->is_whole());
  BOOST_TEST(!poor->fits_later);
  BOOST_TEST(!budget.Reserve(Arm("rich"), {400}));
  BOOST_TEST(budget.Reserve(Arm("rich"), {101})->fits_later);
  BOOST_TEST(budget.Reserve(Arm("other"), {100})->account == "provider 'openai'");
  BOOST_TEST(!budget.Reserve(Arm("other", "gemini"), {100}));
  BOOST_TEST(!budget.Reserve(Arm("poor"), {10}));
  BOOST_TEST(!budget.Reserve(Arm("poor"), {10}));
  const auto unit = budget.Reserve(Arm("poor"), {1});
  BOOST_REQUIRE(unit.has_value());
  BOOST_TEST(unit->account == "this unit");
  BOOST_TEST(unit->text.find("3 calls were sent") != std::string::npos, unit->text);
}

// A reservation that was refused has changed nothing, whatever the accounts.
BOOST_AUTO_TEST_CASE(spending_is_bounded_by_every_limit_in_random_orders) {
  BudgetSpec spec = Whole(5'000);
  spec.per_arm.usd = PicoUsd{2'000};
  spec.providers["p0"].usd = PicoUsd{2'500};
  Budget budget(spec);
  RandomStream random("budget");
  std::vector<std::pair<Budget::Payer, int64_t>> open;
  std::map<std::string, int64_t> spent;
  for (int i = 0; i < 20'000; ++i) {
    if (random.Below(2) == 0) {
      const auto arm = std::to_string(random.Below(4));
      const Budget::Payer payer = Arm("a" + arm, "p" + std::to_string(random.Below(2)));
      const auto amount = static_cast<int64_t>(random.Below(200));
      if (!budget.Reserve(payer, {amount})) open.emplace_back(payer, amount);
    } else if (!open.empty()) {
      const auto at = random.Below(open.size());
      const auto [payer, amount] = open[at];
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      const auto cost = static_cast<int64_t>(random.Below(static_cast<uint64_t>(amount) + 1)) / 16;
      budget.Settle(payer, {amount}, {cost});
      for (const std::string& name : {std::string("whole"), payer.arm, payer.provider}) {
        spent[name] += cost;
      }
    }
    std::map<std::string, int64_t> at_risk = spent;
    for (const auto& [payer, amount] : open) {
      for (const std::string& name : {std::string("whole"), payer.arm, payer.provider}) {
        at_risk[name] += amount;
      }
    }
    BOOST_REQUIRE_LE(at_risk["whole"], 5'000);
    BOOST_REQUIRE_LE(at_risk["p0"], 2'500);
    for (const char* arm : {"a0", "a1", "a2", "a3"}) BOOST_REQUIRE_LE(at_risk[arm], 2'000);
  }
  BOOST_TEST(spent["whole"] > 1'000);
}

BOOST_AUTO_TEST_CASE(a_budget_is_read_with_its_parts_or_says_what_is_wrong) {
  const auto read = ReadBudget("e.lua", *Json::Parse(R"({"usd": 200, "per_arm": {"usd": 40},
      "arms": {"A": {"usd": 100}}, "per_unit": {"calls": 9}, "providers": {"openai": {"usd": 1.5}}})"));
  BOOST_REQUIRE(read.ok());
  BOOST_TEST(read->whole.usd->ToUsd() == 200);
  BOOST_TEST(read->arms.at("A").usd->ToUsd() == 100);
  BOOST_TEST(*read->per_unit.calls == 9);
  BOOST_TEST(read->providers.at("openai").usd->ToUsd() == 1.5);
  BOOST_TEST(read->is_divided());
  BOOST_TEST(read->Share(0.5).whole.usd->ToUsd() == 100);
  BOOST_TEST(*read->Share(0.5).per_unit.calls == 9);
  BOOST_TEST(ReadBudget("e.lua", Json(3))->whole.usd->ToUsd() == 3);
  BOOST_TEST(!ReadBudget("e.lua", Json())->limits_usd());
  const std::vector<std::pair<std::string, std::string>> bad{
      {R"({"uds": 1})", "budget.uds: unknown field"},
      {R"({"usd": "1"})", "budget.usd: expected a number"},
      {R"({"usd": -1})", "at least 0"},
      {R"({"calls": 1.5})", "budget.calls: expected a whole number"},
      {R"({"per_arm": 3})", "budget.per_arm: expected a table"},
      {R"({"arms": {"A": {"usb": 3}}})", "did you mean 'usd'?"},
      {R"("lots")", "budget: expected a table"},
  };
  for (const auto& [text, says] : bad) {
    const auto wrong = ReadBudget("e.lua", *Json::Parse(text));
    BOOST_REQUIRE_MESSAGE(!wrong.ok(), text);
    BOOST_TEST(wrong.error().message.find(says) != std::string::npos, wrong.error().message);
  }
}

BOOST_AUTO_TEST_CASE(prices_are_exact_to_a_token) {
  BOOST_TEST(TokenPrice(1, 0.05).value == 50'000);
  BOOST_TEST(TokenPrice(1'000'000, 2.0).value == 2 * PicoUsd::kPerUsd);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
