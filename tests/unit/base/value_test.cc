// Hashes, money, identifiers and errors: the small values of the base floor.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "base/hash.h"
#include "base/ids.h"
#include "base/part.h"
#include "base/result.h"
#include "base/units.h"

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(Values)

BOOST_AUTO_TEST_CASE(HashesAreSha256) {
  BOOST_TEST(HashOf("").Hex() ==
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(HashOf("abc").Hex() ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(HashOf("abc").Prefix64() == 0xba7816bf8f01cfeaU);
  Sha256 streamed;
  streamed.Update("a");
  streamed.Update("bc");
  BOOST_TEST((streamed.Finish() == HashOf("abc")));
  BOOST_TEST((HashFields({"ab", "c"}) == HashOf("2:ab,1:c,")));
  BOOST_TEST((HashFields({"ab", "c"}) != HashFields({"a", "bc"})));
  const Hash hash = HashOf("x");
  BOOST_TEST((*Hash::FromHex(hash.Hex()) == hash));
  BOOST_TEST((Hash::FromRaw(hash.View()) == hash));
  for (const std::string& bad :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    BOOST_TEST(!Hash::FromHex(bad).ok());
  }
  BOOST_TEST((Part::Of("abc").hash == HashOf("abc")));
}

BOOST_AUTO_TEST_CASE(MoneyRoundsUp) {
  BOOST_TEST(TokenPrice(1, 0.05).value == 50'000);
  BOOST_TEST(TokenPrice(1'000'000, 2.5).value == 2'500'000'000'000);
  BOOST_TEST(TokenPrice(0, 2.5).value == 0);
  BOOST_TEST(TokenPrice(1, 0.0000015).value == 2);  // up, never down
  BOOST_TEST(TokenPrice(3, 0.1).value == 300'000);  // and not one too many for a rounding error
  BOOST_TEST(PicoUsd::FromUsd(200).value == 200 * PicoUsd::kPerUsd);
  BOOST_TEST(PicoUsd::FromUsd(0.1).value == PicoUsd::kPerUsd / 10);
}

BOOST_AUTO_TEST_CASE(IdsAreDistinctAndSortByTime) {
  std::set<std::string> all;
  for (int i = 0; i < 200; ++i) {
    const std::string uid = NewUid();
    BOOST_TEST(uid.size() == 36U);
    BOOST_TEST(uid[14] == '7');
    BOOST_TEST(std::string("89ab").find(uid[19]) != std::string::npos);
    all.insert(uid);
  }
  BOOST_TEST(all.size() == 200U);
}

BOOST_AUTO_TEST_CASE(ErrorsTravel) {
  const auto inner = [](bool fails) -> Result<int> {
    if (fails) return Fail(ErrorCode::kNotFound, "no such thing");
    return 4;
  };
  const auto outer = [&](bool fails) -> Result<std::string> {
    HONE_ASSIGN(const int value, inner(fails));
    return std::to_string(value);
  };
  BOOST_TEST(*outer(false) == "4");
  BOOST_TEST((outer(true).error().code == ErrorCode::kNotFound));
  BOOST_TEST(outer(true).error().With("reading x").message == "reading x: no such thing");
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    const auto each = static_cast<ErrorCode>(code);
    BOOST_TEST((ErrorCodeFromName(ErrorCodeName(each)) == each));
  }
  BOOST_TEST((ErrorCodeFromName("nonsense") == ErrorCode::kInternal));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
