// Server-sent events: a table of streams, and the property that cuts change nothing.
#include "adapters/sse_reader.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace hone {
namespace {

// "type=data;" for every event; what Finish adds stands behind a "|".
std::string Read(const std::vector<std::string>& pieces) {
  SseReader reader;
  std::string seen;
  const auto note = [&](const SseEvent& event) {
    seen += std::string(event.type) + "=" + std::string(event.data) + ";";
    return true;
  };
  for (const std::string& piece : pieces) BOOST_TEST(reader.Feed(piece, note).ok());
  const std::string before = seen;
  BOOST_TEST(reader.Finish(note).ok());
  BOOST_TEST(reader.done());
  return before + (seen == before ? "" : "|" + seen.substr(before.size()));
}

struct Case {
  const char* name;
  const char* stream;
  const char* events;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> kCases = {
    {"nothing", "", ""},
    {"line feeds", "data: a\n\ndata: b\n\n", "=a;=b;"},
    {"carriage returns", "data: a\r\rdata: b\r\r", "=a;=b;"},
    {"both", "data: a\r\n\r\ndata: b\r\n\r\n", "=a;=b;"},
    {"mixed", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", "=a;=b;=c;"},
    {"several data lines", "data: {\ndata:  \"x\": 1\ndata:}\n\n", "={\n \"x\": 1\n};"},
    {"one space only is taken", "data:  a\ndata:b\n\n", "= a\nb;"},
    {"named events", "event: delta\ndata: 1\n\ndata: 2\n\n", "delta=1;=2;"},
    {"a name without data", "event: ping\n\ndata: 1\n\n", "=1;"},
    {"comments and unknown fields", ": ping\nid: 7\nretry: 10\nx\ndata: 1\n: more\n\n", "=1;"},
    {"empty data", "data\n\ndata:\n\n", "=;=;"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "data: a\n\n",
     "=a;"},
    {"a mark later is none",
     "data: a\n\n\xEF\xBB\xBF"
     "data: b\n\n",
     "=a;"},
    {"the last line is not ended", "data: a\n\ndata: [DONE]", "=a;|=[DONE];"},
    {"the last event is not ended", "data: a\n\ndata: b\n", "=a;|=b;"},
    {"blank lines", "\n\n\r\n\rdata: a\n\n\n\n", "=a;"},
    {"colons in data", "data: a: b\n\n", "=a: b;"},
};

BOOST_AUTO_TEST_SUITE(sse_reader)

BOOST_DATA_TEST_CASE(reads_events_however_they_are_cut, kCases, c) {
  const std::string stream = c.stream;
  BOOST_TEST(Read({stream}) == c.events);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    BOOST_TEST(Read({stream.substr(0, cut), stream.substr(cut)}) == c.events);
  }
  std::vector<std::string> bytes;
  for (const char byte : stream) bytes.emplace_back(1, byte);
  BOOST_TEST(Read(bytes) == c.events);
}

BOOST_AUTO_TEST_CASE(random_bytes_read_the_same_however_they_are_cut) {
  std::mt19937 random(11);
  const std::string alphabet = "\r\n\n: adt";
  for (int round = 0; round < 500; ++round) {
    std::string stream;
    for (auto n = random() % 120; n > 0; --n) {
      stream += random() % 4 == 0 ? "data:" : std::string(1, alphabet[random() % alphabet.size()]);
    }
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = 1 + random() % 9;
      pieces.push_back(stream.substr(at, size));
      at += size;
    }
    BOOST_TEST(Read(pieces) == Read({stream}));
  }
}

BOOST_AUTO_TEST_CASE(enough_ends_it) {
  SseReader reader;
  int events = 0;
  const auto two = [&](const SseEvent&) { return ++events < 2; };
  BOOST_TEST(reader.Feed("data: 1\n\ndata: 2\n\ndata: 3\n\n", two).ok());
  BOOST_TEST(reader.done());
  BOOST_TEST(reader.Feed("data: 4\n\n", two).ok());
  BOOST_TEST(reader.Finish(two).ok());
  BOOST_TEST(events == 2);
  BOOST_TEST(reader.events() == 2);
}

BOOST_AUTO_TEST_CASE(one_event_is_bounded_however_it_is_spread) {
  const std::string line = "data: " + std::string(40, 'x') + "\n";
  const auto any = [](const SseEvent&) { return true; };
  for (const bool one_line : {true, false}) {
    SseReader reader(1000);
    Status status = Ok{};
    int fed = 0;
    if (one_line) (void)reader.Feed("data: ", any);
    while (status.ok() && fed < 1000) {
      status = reader.Feed(one_line ? std::string(47, 'x') : line, any);
      ++fed;
    }
    BOOST_TEST(!status.ok());
    BOOST_TEST((status.error().code == ErrorCode::kBadResponse));
    BOOST_TEST(fed < 30);
    BOOST_TEST(reader
                   .Feed("\n\ndata: 1\n\n",
                         [](const SseEvent&) -> bool {
                           BOOST_FAIL("an event after the error");
                           return true;
                         })
                   .ok());
  }
  SseReader reader(1000);
  for (int i = 0; i < 1000; ++i) BOOST_TEST(reader.Feed("data: small\n\n", any).ok());
  BOOST_TEST(reader.events() == 1000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
