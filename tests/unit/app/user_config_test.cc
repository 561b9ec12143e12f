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
  BOOST_TEST(local.max_in_flight == 4);
  const PriceConfig& price = config.value().prices.at("openai/m");
  BOOST_TEST(price.cached_input == 2.0);
  BOOST_TEST(price.output == 8.0);
  BOOST_TEST(price.max_output_tokens.value() == 100);
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
