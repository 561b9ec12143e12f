#include "app/user_config.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace hone {
namespace {

BOOST_AUTO_TEST_CASE(reads_endpoints_and_prices) {
  const auto config = ParseUserConfig(R"(
[endpoints.local]
base_url = "http://127.0.0.1:8000/v1"
key_env = "LOCAL_API_KEY"
max_in_flight = 4

[prices."openai/m"]
input = 2.0
output = 8
max_output_tokens = 100
)",
                                      "c.toml");
  BOOST_REQUIRE(config.ok());
  const EndpointConfig& local = config.value().endpoints.at("local");
  BOOST_TEST(local.base_url == "http://127.0.0.1:8000/v1");
  BOOST_TEST(local.key_env == "LOCAL_API_KEY");
  BOOST_TEST(local.max_in_flight.value() == 4);
  const PriceConfig& price = config.value().prices.at("openai/m");
  BOOST_TEST(price.prices.cached_input == 2.0);
  BOOST_TEST(price.prices.output == 8.0);
  BOOST_TEST(price.max_output_tokens.value() == 100);
}

BOOST_AUTO_TEST_CASE(reads_limits_time_outs_aliases_and_fallbacks) {
  const auto config = ParseUserConfig(R"(
[endpoints.openai]
rpm = 500
tpm = 200000
connect_timeout = 0.5
idle_timeout = 2
total_timeout = 30
max_response_mb = 4
start_in_flight = 2
stream = true
structured = "object"
[endpoints.agent]
argv = ["codex", "exec"]
pass_env = ["CODEX_HOME"]
time_limit = 300
[aliases]
judge-5 = "openai/gpt-5.1-2025-11-13"
[fallbacks]
"openai/a" = "judge-5"
[tries]
most = 3
backoff = 0.01
)",
                                      "c.toml");
  BOOST_REQUIRE_MESSAGE(config.ok(), (config.ok() ? std::string() : config.error().message));
  const EndpointConfig& own = config.value().endpoints.at("openai");
  BOOST_TEST(own.rpm.value() == 500);
  BOOST_TEST(own.tpm.value() == 200'000);
  BOOST_TEST(own.connect_timeout_ms.value() == 500);
  BOOST_TEST(own.idle_timeout_ms.value() == 2000);
  BOOST_TEST(own.total_timeout_ms.value() == 30'000);
  BOOST_TEST(own.max_response_bytes.value() == 4 << 20);
  BOOST_TEST(own.start_in_flight.value() == 2);
  BOOST_TEST(own.stream.value());
  BOOST_TEST(config.value().endpoints.at("agent").argv.size() == 2);
  BOOST_TEST(config.value().endpoints.at("agent").total_timeout_ms.value() == 300'000);
  BOOST_TEST(config.value().aliases.at("judge-5") == "openai/gpt-5.1-2025-11-13");
  BOOST_TEST(config.value().fallbacks.at("openai/a") == "judge-5");
  BOOST_TEST(config.value().tries.most == 3);
  BOOST_TEST(config.value().tries.backoff_ms == 10);
}

struct BadConfig {
  std::string text, says;
};

BOOST_AUTO_TEST_CASE(errors_name_line_field_and_nearest_name) {
  const std::vector<BadConfig> cases{
      {"[endpoint.local]\nbase_url=\"http://x\"", "did you mean 'endpoints'?"},
      {"[endpoints.local]\nbase_ulr=\"http://x\"", "c.toml:2: unknown field 'base_ulr'"},
      {"[endpoints.local]\nbase_url=3", "c.toml:2: base_url must be a text"},
      {"[endpoints.local]\nkey_env=\"K\"", "has no base_url"},
      {"[endpoints.local]\nbase_url=\"ftp://x\"", "must start with https://"},
      {"[endpoints.local]\nbase_url=\"https://user:secret@x/v1\"", "user name or password"},
      {"[endpoints.\"a b\"]\nbase_url=\"http://x\"", "cannot name an endpoint"},
      {"[endpoints.local]\nbase_url=\"http://x\"\nmax_in_flight=0", "between 1 and 10000"},
      {"endpoints = 3", "endpoints must be a table"},
      {"[prices.m]\ninput=1", "needs input and output"},
      {"[prices.m]\ninput=-1\noutput=1", "0 to 1000000"},
      {"[prices.m]\ninput=nan\noutput=1", "0 to 1000000"},
      {"[prices.m]\ninput=\"1\"\noutput=1", "input must be a number"},
      {"[endpoints.local]\nbase_url=\"http://x\"\nauth=\"azure_cl\"", "did you mean 'azure_cli'?"},
      {"[endpoints.local]\nbase_url=\"http://x\"\nidle_timeout=0", "more than 0"},
      {"[endpoints.local]\nargv=[1]", "argv must be a list of texts"},
      {"[aliases]\nj=3", "c.toml:2: aliases.j must be a text"},
      {"[tries]\nmsot=3", "did you mean 'most'?"},
      {"[endpoints", "c.toml:1:"},
  };
  for (const BadConfig& bad : cases) {
    const auto config = ParseUserConfig(bad.text, "c.toml");
    BOOST_TEST_CONTEXT(bad.text) {
      BOOST_REQUIRE(!config.ok());
      BOOST_TEST(config.error().message.find(bad.says) != std::string::npos,
                 config.error().message);
      BOOST_TEST(config.error().message.find("secret") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(command_line_endpoints_come_over_the_file) {
  UserConfig config;
  config.endpoints["a"] = {"https://old.example/v1", "OLD_KEY", 8};
  BOOST_TEST(
      AddEndpoints({"a=http://127.0.0.1:1/v1", "b=https://b.example/v1,B_KEY"}, &config).ok());
  BOOST_TEST(config.endpoints["a"].base_url == "http://127.0.0.1:1/v1");
  BOOST_TEST(config.endpoints["a"].key_env.empty());
  BOOST_TEST(config.endpoints["b"].key_env == "B_KEY");
  BOOST_TEST(!AddEndpoints({"nonsense"}, &config).ok());
  BOOST_TEST(!AddEndpoints({"c=127.0.0.1:1"}, &config).ok());
}

}  // namespace
}  // namespace hone
