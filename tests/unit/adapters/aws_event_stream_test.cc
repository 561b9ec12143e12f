// Event-stream messages, cut anywhere, and every single broken byte noticed.
#include "adapters/aws_event_stream.h"

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace hone {
namespace {

std::vector<std::string> ReadAll(const std::vector<std::string>& pieces, bool* ok,
                                 std::size_t max_bytes = 1U << 20U) {
  AwsEventStream stream(max_bytes);
  std::vector<std::string> seen;
  *ok = true;
  for (const std::string& piece : pieces) {
    const Status fed = stream.Feed(piece, [&](const AwsEvent& event) {
      seen.push_back(event.Header(":event-type") + "=" + std::string(event.payload));
      return event.payload != "stop";
    });
    *ok = *ok && fed.ok();
  }
  *ok = *ok && stream.AtBoundary();
  return seen;
}

std::string Message(const std::string& type, const std::string& payload) {
  return WriteAwsEvent({{":event-type", type}, {":message-type", "event"}}, payload);
}

BOOST_AUTO_TEST_SUITE(aws_event_stream)

// The empty message of the format's own description: 16 bytes, both checksums published.
BOOST_AUTO_TEST_CASE(the_published_empty_message) {
  const std::string bytes = WriteAwsEvent({}, "");
  const std::string expected("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xC2\x48\xEB\x7D\x98\xC8\xFF",
                             16);
  BOOST_TEST((bytes == expected));
}

BOOST_AUTO_TEST_CASE(the_cut_makes_no_difference) {
  const std::string bytes = Message("a", "{\"x\":1}") + Message("b", "") + Message("c", "end");
  const std::vector<std::string> expected = {"a={\"x\":1}", "b=", "c=end"};
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += size)
      pieces.push_back(bytes.substr(at, size));
    bool ok = false;
    BOOST_TEST(ReadAll(pieces, &ok) == expected, boost::test_tools::per_element());
    BOOST_TEST(ok);
  }
}

BOOST_AUTO_TEST_CASE(a_cut_off_end_is_noticed) {
  const std::string bytes = Message("a", "x") + Message("b", "y");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    bool ok = true;
    const auto seen = ReadAll({bytes.substr(0, size)}, &ok);
    BOOST_TEST(seen.size() == (size >= bytes.size() / 2 ? 1U : 0U));
    BOOST_TEST(ok == (size == bytes.size() / 2));
  }
}

BOOST_AUTO_TEST_CASE(any_changed_byte_breaks_the_stream) {
  const std::string good = Message("a", "payload");
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    bool ok = true;
    BOOST_TEST(ReadAll({bad + Message("b", "y")}, &ok).empty());
    BOOST_TEST(!ok);
  }
}

std::string Number(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xFFU);
  return bytes;
}

std::string Check(const std::string& bytes) {
  return Number(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// A message whose headers are these bytes, with checksums that fit.
std::string WithHeaders(const std::string& headers) {
  std::string message = Number(16 + headers.size()) + Number(headers.size());
  message += Check(message);
  message += headers;
  return message + Check(message);
}

BOOST_AUTO_TEST_CASE(headers_of_other_types_are_passed_over) {
  std::string headers;
  const auto put = [&](char type, const std::string& value) {
    headers += std::string("\x01h") + type + value;
  };
  put(0, "");
  put(1, "");
  put(2, "x");
  put(3, "xx");
  put(4, "xxxx");
  put(5, "xxxxxxxx");
  put(6, std::string("\x00\x02", 2) + "xx");
  put(8, "xxxxxxxx");
  put(9, "xxxxxxxxxxxxxxxx");
  headers += std::string("\x0b:event-type\x07\x00\x01z", 16);
  bool ok = false;
  BOOST_TEST(ReadAll({WithHeaders(headers)}, &ok) == std::vector<std::string>{"z="},
             boost::test_tools::per_element());
  BOOST_TEST(ok);
}

BOOST_AUTO_TEST_CASE(headers_that_do_not_fit_break_the_stream) {
  for (const std::string& headers :
       {std::string("\x05zz", 3), std::string("\x01h\x0a", 3), std::string("\x01h\x04xx", 5),
        std::string("\x01h\x07\x00\x09z", 6), std::string("\x01h\x07\x00", 4)}) {
    bool ok = true;
    BOOST_TEST(ReadAll({WithHeaders(headers)}, &ok).empty());
    BOOST_TEST(!ok);
  }
}

BOOST_AUTO_TEST_CASE(a_message_too_large_is_refused_before_it_is_held) {
  bool ok = true;
  BOOST_TEST(ReadAll({Message("a", std::string(2000, 'x')).substr(0, 20)}, &ok, 1000).empty());
  BOOST_TEST(!ok);
}

BOOST_AUTO_TEST_CASE(enough_is_enough) {
  bool ok = false;
  BOOST_TEST(ReadAll({Message("a", "stop") + Message("b", "y"), "garbage"}, &ok).size() == 1);
  BOOST_TEST(ok);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
