// Where AWS keys, tokens and regions are looked for, and what is said when there are none.
#include "adapters/aws_credentials.h"

#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace hone {
namespace {

using Variables = std::map<std::string, std::string>;

const char* const kCredentials =
    "# mine\n[default]\naws_access_key_id = AKD\r\naws_secret_access_key=SKD # old\n"
    "[work]\naws_access_key_id=AKW\naws_secret_access_key=SKW\naws_session_token=STW\n"
    "region = eu-west-1\n[half]\naws_access_key_id=AKH\n";
const char* const kConfig =
    "[default]\nregion=us-west-2\ns3 =\n  max_concurrent_requests = 20\n"
    "[profile work]\nregion=eu-north-1\n[profile sso]\nsso_session = corp\n"
    "[profile inline]\naws_access_key_id=AKI\naws_secret_access_key=SKI\n";

struct Home {
  std::filesystem::path path;
  Home() {
    std::string made = (std::filesystem::temp_directory_path() / "hone-aws-XXXXXX").string();
    path = mkdtemp(made.data());
    std::filesystem::create_directories(path / ".aws");
    std::ofstream(path / ".aws/credentials") << kCredentials;
    std::ofstream(path / ".aws/config") << kConfig;
    std::ofstream(path / "other")
        << "[default]\naws_access_key_id=AKO\naws_secret_access_key=SKO\n";
  }
  ~Home() { std::filesystem::remove_all(path); }
  AwsVariables With(Variables variables) const {
    variables.try_emplace("HOME", path.string());
    for (auto& [name, value] : variables) {
      if (value.starts_with("@/")) value = path.string() + value.substr(1);
    }
    return [variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
};

struct Case {
  const char* name;
  Variables variables;
  const char* keys;  // "access/secret/session"
  const char* token;
  const char* region;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kCases = {
    {"default profile", {}, "AKD/SKD/", "", "us-west-2"},
    {"named profile", {{"AWS_PROFILE", "work"}}, "AKW/SKW/STW", "", "eu-north-1"},
    {"profile of the config file", {{"AWS_PROFILE", "inline"}}, "AKI/SKI/", "", ""},
    {"variables",
     {{"AWS_ACCESS_KEY_ID", "AKE"}, {"AWS_SECRET_ACCESS_KEY", "SKE"}, {"AWS_SESSION_TOKEN", "STE"}},
     "AKE/SKE/STE",
     "",
     "us-west-2"},
    {"variables before a profile",
     {{"AWS_ACCESS_KEY_ID", "AKE"}, {"AWS_SECRET_ACCESS_KEY", "SKE"}, {"AWS_PROFILE", "work"}},
     "AKE/SKE/",
     "",
     "eu-north-1"},
    {"half a pair falls back", {{"AWS_ACCESS_KEY_ID", "AKE"}}, "AKD/SKD/", "", "us-west-2"},
    {"token", {{"AWS_BEARER_TOKEN_BEDROCK", "T"}}, "//", "T", "us-west-2"},
    {"region variable",
     {{"AWS_REGION", "ap-1"}, {"AWS_DEFAULT_REGION", "ap-2"}},
     "AKD/SKD/",
     "",
     "ap-1"},
    {"default region variable", {{"AWS_DEFAULT_REGION", "ap-2"}}, "AKD/SKD/", "", "ap-2"},
    {"another file", {{"AWS_SHARED_CREDENTIALS_FILE", "@/other"}}, "AKO/SKO/", "", "us-west-2"},
    {"empty is not set", {{"AWS_PROFILE", ""}, {"AWS_REGION", ""}}, "AKD/SKD/", "", "us-west-2"},
};

BOOST_AUTO_TEST_SUITE(aws_credentials)

BOOST_DATA_TEST_CASE(found_where_the_aws_tools_look, kCases, test) {
  const Home home;
  const auto found = FindAwsIdentity(home.With(test.variables));
  BOOST_REQUIRE(found.ok());
  const AwsKeys& keys = found->keys;
  BOOST_TEST(keys.access_key + "/" + keys.secret_key + "/" + keys.session_token == test.keys);
  BOOST_TEST(found->bearer_token == test.token);
  BOOST_TEST(found->region == test.region);
  BOOST_TEST(!found->source.empty());
  BOOST_TEST(found->source.find("SK") == std::string::npos);
  BOOST_TEST(FindAwsRegion(home.With(test.variables)) == test.region);
}

struct Missing {
  Variables variables;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Missing& m) { return out << m.words; }

BOOST_DATA_TEST_CASE(what_is_missing_is_named,
                     (std::vector<Missing>{
                         {{{"AWS_PROFILE", "nobody"}}, "under [nobody] in "},
                         {{{"AWS_PROFILE", "half"}}, "under [half] in "},
                         {{{"AWS_PROFILE", "sso"}}, "by sso_session, which is not followed"},
                         {{{"HOME", "/nonexistent"}}, "AWS_ACCESS_KEY_ID and AWS_SECRET"},
                         {{{"HOME", "/nonexistent"}, {"AWS_ACCESS_KEY_ID", "AKE"}},
                          "AWS_SECRET_ACCESS_KEY is not"},
                     }),
                     test) {
  const Home home;
  const auto found = FindAwsIdentity(home.With(test.variables));
  BOOST_REQUIRE(!found.ok());
  BOOST_TEST((found.error().code == ErrorCode::kCredentials));
  BOOST_TEST(found.error().message.find(test.words) != std::string::npos, found.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
