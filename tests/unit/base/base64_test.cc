// Base64 against the vectors of RFC 4648, section 10, and against itself.
#include "base/base64.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

BOOST_AUTO_TEST_CASE(vectors_of_the_rfc) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : cases) {
    BOOST_TEST(EncodeBase64(bytes) == text);
    BOOST_TEST(*DecodeBase64(text) == bytes);
  }
  BOOST_TEST(*DecodeBase64("Zm9v\nYmFy\r\n") == "foobar");
}

BOOST_AUTO_TEST_CASE(every_byte_comes_back) {
  std::string bytes;
  for (int n = 0; n < 700; ++n) {
    BOOST_TEST(*DecodeBase64(EncodeBase64(bytes)) == bytes);
    bytes += static_cast<char>(n * 37 % 256);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_refused) {
  for (const char* text : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v!", "Zm-v", "====", "=Zg="}) {
    BOOST_TEST(!DecodeBase64(text).ok(), text);
  }
}

}  // namespace
}  // namespace hone
