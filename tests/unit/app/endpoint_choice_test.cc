#include "app/endpoint_choice.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "app/known_models.h"

namespace hone {
namespace {

using Variables = std::map<std::string, std::string>;

Environment With(const Variables& variables, const std::string& dotenv = "") {
  auto environment = Environment::Of(
      [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      dotenv, ".env");
  BOOST_REQUIRE_MESSAGE(environment.ok(),
                        (environment.ok() ? std::string() : environment.error().message));
  return *environment;
}

struct Chosen {
  std::string address, key, error;
};

Chosen Choose(const std::string& name, const std::string& toml, const Environment& environment) {
  const auto config = ParseUserConfig(toml, "c.toml");
  BOOST_REQUIRE_MESSAGE(config.ok(), (config.ok() ? std::string() : config.error().message));
  const auto parsed = ResolveModelName(name, *config, environment);
  if (!parsed.ok()) return {"", "", parsed.error().message};
  const auto choice = ChooseEndpoint(*parsed, *config, environment);
  if (!choice.ok()) return {"", "", choice.error().message};
  const auto key = KeyFor(*parsed, *choice, environment);
  if (!key.ok()) return {choice->settings.base_url, "", key.error().message};
  return {choice->settings.base_url, *key, ""};
}

struct Case {
  std::string name, toml;
  Variables variables;
  std::string address, key, error;
};

BOOST_AUTO_TEST_SUITE(endpoint_choice)

BOOST_AUTO_TEST_CASE(addresses_and_keys_come_from_the_user_alone) {
  const std::string local = "[endpoints.local]\nbase_url = \"http://127.0.0.1:9/v1\"\n";
  const std::vector<Case> cases{
      {"openai/m", "", {{"OPENAI_API_KEY", "K"}}, "https://api.openai.com/v1", "K", ""},
      {"openai/m",
       "",
       {{"OPENAI_API_KEY", "K"}, {"OPENAI_BASE_URL", "https://proxy.example/v1"}},
       "https://proxy.example/v1",
       "K",
       ""},
      {"openai/m", "", {}, "https://api.openai.com/v1", "", "set OPENAI_API_KEY"},
      // An endpoint of one's own gets the key that it names and no other.
      {"openai/m@local", local, {{"OPENAI_API_KEY", "K"}}, "http://127.0.0.1:9/v1", "", ""},
      {"openai/m@local",
       local + "key_env = \"MINE\"",
       {{"OPENAI_API_KEY", "K"}, {"MINE", "L"}},
       "http://127.0.0.1:9/v1",
       "L",
       ""},
      {"openai/m@local",
       local + "key_env = \"MINE\"",
       {{"OPENAI_API_KEY", "K"}},
       "http://127.0.0.1:9/v1",
       "",
       "set MINE"},
      // The provider's own name with another host: no key goes there unasked.
      {"openai/m",
       "[endpoints.openai]\nbase_url = \"https://h.example\"",
       {{"OPENAI_API_KEY", "K"}},
       "https://h.example",
       "",
       ""},
      {"openai/m",
       "[endpoints.openai]\nrpm = 3",
       {{"OPENAI_API_KEY", "K"}},
       "https://api.openai.com/v1",
       "K",
       ""},
      {"anthropic/c", "", {{"ANTHROPIC_API_KEY", "K"}}, "https://api.anthropic.com", "K", ""},
      {"gemini/g",
       "",
       {{"GOOGLE_API_KEY", "K"}},
       "https://generativelanguage.googleapis.com",
       "K",
       ""},
      {"gemini/g",
       "",
       {{"GOOGLE_API_KEY", "K"}, {"GEMINI_API_KEY", "L"}},
       "https://generativelanguage.googleapis.com",
       "L",
       ""},
      {"gemini/g",
       "",
       {},
       "https://generativelanguage.googleapis.com",
       "",
       "set GEMINI_API_KEY or GOOGLE_API_KEY"},
      {"deepseek/d", "", {{"DEEPSEEK_API_KEY", "K"}}, "https://api.deepseek.com/v1", "K", ""},
      {"openrouter/a/b",
       "",
       {{"OPENROUTER_API_KEY", "K"}},
       "https://openrouter.ai/api/v1",
       "K",
       ""},
      {"minimax/m",
       "",
       {{"MINIMAX_API_KEY", "K"}, {"MINIMAX_REGION", "cn_zh"}},
       "https://api.minimaxi.com/v1",
       "K",
       ""},
      {"azure/m",
       "",
       {{"AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com"}, {"AZURE_OPENAI_API_KEY", "K"}},
       "https://x.openai.azure.com",
       "K",
       ""},
      {"azure/m", "", {}, "", "", "set AZURE_OPENAI_ENDPOINT"},
      {"qwen/default", "", {{"QWEN_CHAT_MODEL", "q"}}, "http://localhost:8000/v1", "", ""},
      {"qwen/default",
       "",
       {{"QWEN_CHAT_MODEL", "q"},
        {"QWEN_CHAT_BASE_URL", "http://h:1/v1"},
        {"QWEN_CHAT_API_KEY", "K"}},
       "http://h:1/v1",
       "K",
       ""},
      {"qwen/default", "", {}, "", "", "QWEN_CHAT_MODEL is not set"},
      {"openai/m@loca", local, {}, "", "", "did you mean 'local'?"},
      {"opnai/m", "", {}, "", "", "did you mean 'openai'?"},
      {"judge",
       "[aliases]\njudge = \"openai/m@local\"\n" + local,
       {},
       "http://127.0.0.1:9/v1",
       "",
       ""},
      {"jugde", "[aliases]\njudge = \"openai/m\"", {}, "", "", "did you mean 'judge'?"},
      {"openai/m",
       "",
       {{"OPENAI_API_KEY", "K"}, {"OPENAI_BASE_URL", "ftp://h"}},
       "",
       "",
       "must start with https://"},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.name << " " << one.toml) {
      const Chosen chosen = Choose(one.name, one.toml, With(one.variables));
      if (one.error.empty()) {
        BOOST_TEST(chosen.error == "");
      } else {
        BOOST_TEST(chosen.error.find(one.error) != std::string::npos, chosen.error);
      }
      BOOST_TEST(chosen.address == one.address);
      BOOST_TEST(chosen.key == one.key);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_alias_is_its_model_in_full) {
  const auto config = ParseUserConfig(
      "[aliases]\njudge = \"openai/m@local\"\n[endpoints.local]\n"
      "base_url = \"http://127.0.0.1:9/v1\"",
      "c.toml");
  BOOST_TEST(ResolveModelName("judge", *config, With({}))->Full() == "openai/m@local");
}

BOOST_AUTO_TEST_CASE(a_file_of_the_working_folder_takes_no_key_along) {
  // Names that do not match: the rule for the same prefix would not see it.
  const Chosen chosen =
      Choose("gemini/g", "",
             With({{"GOOGLE_API_KEY", "K"}}, "GOOGLE_GEMINI_BASE_URL=https://elsewhere.example\n"));
  BOOST_TEST(chosen.key == "");
  BOOST_TEST(chosen.error.find("may not say where") != std::string::npos, chosen.error);
}

BOOST_AUTO_TEST_CASE(list_prices_are_found_with_and_without_dates) {
  const std::vector<std::pair<std::string, double>> cases{
      {"openai/gpt-4.1", 2.0},
      {"openai/gpt-4.1-2025-04-14", 2.0},
      {"openai/gpt-4.1-mini-2025-04-14", 0.4},
      {"anthropic/claude-opus-4-5-20251101", 5.0},
      {"bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0", 5.5},
      {"gemini/gemini-2.0-flash-001", 0.1},
  };
  for (const auto& [name, input] : cases) {
    const auto known = FindKnownModel(name);
    BOOST_REQUIRE_MESSAGE(known.has_value(), name);
    BOOST_TEST(known->prices.input == input, name);
    BOOST_TEST(known->prices.source.find("unverified") != std::string::npos);
  }
  BOOST_TEST(!FindKnownModel("openai/gpt-4").has_value());
  BOOST_TEST(!FindKnownModel("openai/gpt-4.1-turbo").has_value());
}

BOOST_AUTO_TEST_CASE(every_row_of_the_table_is_a_price) {
  for (const auto& [name, model] : KnownPrices().models) {
    const TokenPrices& usd = model.prices;
    BOOST_TEST(usd.input > 0, name);
    BOOST_TEST(usd.cached_input <= usd.input, name);
    BOOST_TEST(usd.cache_write >= usd.input, name);
    BOOST_TEST(usd.reasoning == usd.output, name);
    BOOST_TEST(FindProvider(name.substr(0, name.find('/'))) != nullptr, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
