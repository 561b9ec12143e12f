#include "engine/divergence.h"

#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

Json Request(const std::string& system, const std::string& user) {
  Json out = Json::MakeObject();
  out.Set("messages",
          Json::MakeArray({Json::MakeObject({{"role", "system"}, {"content", Json(system)}}),
                           Json::MakeObject({{"role", "user"}, {"content", Json(user)}})}));
  return out;
}

BOOST_AUTO_TEST_SUITE(divergence)

BOOST_AUTO_TEST_CASE(names_message_and_byte) {
  BOOST_TEST(DescribeDivergence(Request("be brief", "hello"), Request("be long", "hello")) ==
             "message 1 (system) differs from byte 3: recorded \"be brief\", now \"be long\"");
}

BOOST_AUTO_TEST_CASE(a_list_of_parts_is_one_text) {
  Json recorded = Request("be brief", "hello");
  Json messages = recorded["messages"];
  messages.mutable_items()[0].Set("content", Json::MakeArray({Json("be "), Json("brief")}));
  recorded.Set("messages", messages);
  BOOST_TEST(DescribeDivergence(recorded, Request("be brief", "hello!")) ==
             "message 2 (user) differs from byte 5: recorded \"hello\", now \"hello!\"");
}

BOOST_AUTO_TEST_CASE(names_other_members) {
  Json a = Request("s", "u");
  Json b = a;
  b.Set("sampling", Json::MakeObject({{"temperature", Json(1)}}));
  BOOST_TEST(DescribeDivergence(a, b).find("sampling differs") == 0U);
  BOOST_TEST(DescribeDivergence(a, a) == "the request is the same, but the item is not");
  a.Set("address", Json::MakeObject({{"model", "offline/reader"}, {"draw", "#1"}}));
  b = a;
  b.Set("address", Json::MakeObject({{"model", "offline/reader"}, {"draw", "#2"}}));
  BOOST_TEST(DescribeDivergence(a, b) ==
             "the request is the same, but not its draw: recorded '#1', now '#2'");
}

BOOST_AUTO_TEST_CASE(never_shows_control_characters) {
  const std::string text = DescribeDivergence(Request("s", "a\x1b[31m"), Request("s", "b"));
  BOOST_TEST(text.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
