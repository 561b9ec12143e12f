// Signatures against the figures of AWS's published Signature Version 4 test suite
// ("aws-sig-v4-test-suite", the .authz files of the cases named below): access key AKIDEXAMPLE,
// 2015-08-30 12:36:00 UTC, us-east-1, service "service".
#include "adapters/sigv4.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/hash.h"

namespace hone {
namespace {

const AwsKeys kKeys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
const SigV4Scope kScope{"20150830T123600Z", "us-east-1", "service"};

using Headers = std::vector<std::pair<std::string, std::string>>;
const std::pair<std::string, std::string> kHost{"Host", "example.amazonaws.com"};
const std::pair<std::string, std::string> kDate{"X-Amz-Date", "20150830T123600Z"};

struct Case {
  const char* name;  // of the suite's folder
  const char* method;
  const char* query;
  Headers headers;
  const char* body;
  const char* signed_headers;
  const char* signature;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kCases = {
    {"get-vanilla",
     "GET",
     "",
     {kHost, kDate},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key",
     "GET",
     "Param1=value2&Param1=Value1",
     {kHost, kDate},
     "",
     "host;x-amz-date",
     "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "Param2=value2&Param1=value1",
     {kHost, kDate},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-utf8-query",
     "GET",
     "\xE1\x88\xB4=bar",
     {kHost, kDate},
     "",
     "host;x-amz-date",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"post-vanilla",
     "POST",
     "",
     {kHost, kDate},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort",
     "POST",
     "",
     {kHost, {"My-Header1", "value1"}, kDate},
     "",
     "host;my-header1;x-amz-date",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-x-www-form-urlencoded",
     "POST",
     "",
     {{"Content-Type", "application/x-www-form-urlencoded"}, kHost, kDate},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
};

SigV4Request RequestOf(const Case& test) {
  return {test.method, "/", test.query, test.headers, HashOf(test.body).Hex()};
}

BOOST_AUTO_TEST_SUITE(sigv4)

BOOST_DATA_TEST_CASE(the_published_figures_come_out, kCases, test) {
  BOOST_TEST(SigV4Authorization(kKeys, kScope, RequestOf(test)) ==
             std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                         "aws4_request, SignedHeaders=") +
                 test.signed_headers + ", Signature=" + test.signature);
}

// The suite's get-vanilla.creq and get-vanilla.sts.
BOOST_AUTO_TEST_CASE(the_steps_are_the_published_texts) {
  const std::string canonical = SigV4CanonicalRequest(RequestOf(kCases[0]));
  BOOST_TEST(canonical ==
             "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
             "host;x-amz-date\n"
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(SigV4StringToSign(kScope, canonical) ==
             "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
             "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
}

BOOST_AUTO_TEST_CASE(a_path_is_encoded_a_second_time) {
  SigV4Request request = RequestOf(kCases[0]);
  request.path = "/model/us.anthropic.claude%3A0/converse";
  BOOST_TEST(SigV4CanonicalRequest(request).starts_with(
      "GET\n/model/us.anthropic.claude%253A0/converse\n\n"));
}

BOOST_AUTO_TEST_CASE(header_values_are_trimmed_and_their_runs_of_spaces_made_one) {
  SigV4Request request = RequestOf(kCases[0]);
  request.headers.emplace_back("My-Header", "  a   b  c ");
  request.headers.emplace_back("my-header", "d");
  BOOST_TEST(SigV4CanonicalRequest(request).find("\nmy-header:a b c,d\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(time_is_utc) { BOOST_TEST(AmzTime(1'440'938'160'999) == "20150830T123600Z"); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
