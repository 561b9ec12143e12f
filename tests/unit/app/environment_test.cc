#include "app/environment.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <vector>

namespace hone {
namespace {

Environment::Lookup Variables(std::map<std::string, std::string> values) {
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

BOOST_AUTO_TEST_CASE(dotenv_lines) {
  const auto values = ParseDotenv(
      "# a comment\n\nA=1\n export B = two words # not this\nC='$x \\n'\nD=\"a\\n\\\"b\\\"\" # c\n"
      "E=\nF=a#b\r\n",
      ".env");
  BOOST_REQUIRE(values.ok());
  const std::map<std::string, std::string> expected{
      {"A", "1"}, {"B", "two words"}, {"C", "$x \\n"}, {"D", "a\n\"b\""}, {"E", ""}, {"F", "a#b"}};
  BOOST_TEST((values.value() == expected));
}

BOOST_AUTO_TEST_CASE(bad_dotenv_lines_are_named_without_their_value) {
  for (const std::string bad :
       {"A=1\nsecret", "A=1\nB='secret", "A=1\nB=\"x\" secret", "A=1\n1B=secret"}) {
    const auto values = ParseDotenv(bad, ".env");
    BOOST_TEST_CONTEXT(bad) {
      BOOST_REQUIRE(!values.ok());
      BOOST_TEST(values.error().message.starts_with(".env:2: "));
      BOOST_TEST(values.error().message.find("secret") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(dotenv_does_not_override) {
  const auto environment = Environment::Of(Variables({{"A", "real"}, {"EMPTY", ""}}),
                                           "A=file\nB=file\nEMPTY=file\n", ".env");
  BOOST_REQUIRE(environment.ok());
  BOOST_TEST(environment.value().Get("A").value() == "real");
  BOOST_TEST(environment.value().Get("B").value() == "file");
  BOOST_TEST(!environment.value().Get("EMPTY").has_value());
  BOOST_TEST(!environment.value().Get("C").has_value());
  BOOST_TEST(environment.value().SourceOf("A") == "environment");
  BOOST_TEST(environment.value().SourceOf("B") == ".env");
  BOOST_TEST(environment.value().SourceOf("C") == "");
}

struct AddressCase {
  std::map<std::string, std::string> process;
  std::string dotenv;
  bool ok;
};

BOOST_AUTO_TEST_CASE(a_file_in_the_working_folder_cannot_redirect_the_users_key) {
  const std::vector<AddressCase> cases{
      {{{"OPENAI_API_KEY", "k"}}, "OPENAI_BASE_URL=https://other.example/v1", false},
      {{{"AZURE_OPENAI_API_KEY", "k"}}, "AZURE_OPENAI_ENDPOINT=https://other.example", false},
      {{}, "OPENAI_API_KEY=k\nOPENAI_BASE_URL=https://other.example/v1", true},
      {{{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", "https://mine.example"}},
       "OPENAI_BASE_URL=https://other.example/v1",
       true},
      {{{"OPENAI_API_KEY", "k"}}, "UNRELATED_BASE_URL=https://other.example/v1", true},
  };
  for (const AddressCase& row : cases) {
    const auto environment = Environment::Of(Variables(row.process), row.dotenv, ".env");
    BOOST_TEST(environment.ok() == row.ok, row.dotenv);
    if (!environment.ok()) BOOST_TEST((environment.error().code == ErrorCode::kRefused));
  }
}

}  // namespace
}  // namespace hone
