// The HTTP client against a server that sends exactly the bytes of each case.
#include <zlib.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "adapters/body_stream.h"
#include "adapters/curl_http_client.h"
#include "adapters/http_url.h"
#include "adapters/uv_event_loop.h"
#include "base/json.h"
#include "support/raw_http_server.h"

namespace hone {
namespace {

using testing::RawHttpServer;
using testing::RawReply;
using testing::Respond;
using Then = RawReply::Then;

BodyPiece Raw(std::string text) {
  return {std::make_shared<const std::string>(std::move(text)), false};
}
BodyPiece Escaped(std::string text) {
  return {std::make_shared<const std::string>(std::move(text)), true};
}

struct Fixture {
  UvEventLoop loop;
  CurlHttpClient client{loop};

  HttpRequest Post(const std::string& url, std::string body = "{}") const {
    HttpRequest request;
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body.push_back(Raw(std::move(body)));
    return request;
  }
  HttpResponse Exchange(HttpRequest request) {
    HttpResponse result;
    client.Start(std::move(request), [&](HttpResponse response) {
      result = std::move(response);
      loop.Stop();
    });
    loop.Run();
    return result;
  }
};

BOOST_AUTO_TEST_SUITE(body_stream)

// Any text, cut into pieces and read through buffers of any size, is AppendJsonStringBody's text.
BOOST_AUTO_TEST_CASE(streams_what_the_json_writer_writes) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<BodyPiece> pieces;
    std::string expected;
    for (auto i = random() % 5; i > 0; --i) {
      std::string text;
      for (auto n = random() % 9000; n > 0; --n)
        text += static_cast<char>(random() % 5 == 0 ? random() % 40 : random() % 128);
      const bool escape = random() % 3 != 0;
      if (escape) {
        AppendJsonStringBody(text, &expected);
      } else {
        expected += text;
      }
      pieces.push_back({std::make_shared<const std::string>(std::move(text)), escape});
    }
    BOOST_TEST(BodyStream::Render(pieces) == expected);
    BodyStream stream(pieces);
    EscapedLengths lengths;
    BOOST_TEST(stream.Length(&lengths) == expected.size());
    BOOST_TEST(stream.Length(&lengths) == expected.size());
    for (int pass = 0; pass < 2; ++pass) {
      std::string read;
      std::string buffer(1 + random() % 700, '\0');
      while (const std::size_t n = stream.Read(buffer.data(), buffer.size())) {
        read.append(buffer, 0, n);
      }
      BOOST_TEST((read == expected));
      stream.Rewind();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_new_text_at_an_old_address_is_counted_anew) {
  EscapedLengths lengths;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t plain = 5000;
    const auto text = std::make_shared<const std::string>(
        std::string(plain, 'a') + std::string(static_cast<std::size_t>(i), '"'));
    BOOST_TEST(lengths.Of(text) == plain + 2 * static_cast<std::size_t>(i));
  }
}

BOOST_AUTO_TEST_SUITE_END()

struct UrlCase {
  const char* url;
  bool ok;
  bool loopback;
};
std::ostream& operator<<(std::ostream& out, const UrlCase& c) { return out << c.url; }

BOOST_DATA_TEST_CASE(urls_are_judged_by_the_host_that_is_connected_to,
                     (std::vector<UrlCase>{
                         {"http://127.0.0.1:80/v1", true, true},
                         {"http://localhost/v1", true, true},
                         {"http://LOCALHOST:8080", true, true},
                         {"http://127.1/", true, true},
                         {"http://[::1]:9/", true, true},
                         {"http://127.0.0.1.example.com/", true, false},
                         {"http://localhost.example.com/", true, false},
                         {"https://example.com#@127.0.0.1/", true, false},
                         {"https://api.example.com/v1", true, false},
                         {"http://127.0.0.1@example.com/", false, false},
                         {"https://user:pass@example.com/", false, false},
                         {"file:///etc/passwd", false, false},
                         {"ftp://127.0.0.1/", false, false},
                         {"https://example.com/\r\nX: y", false, false},
                         {"https://exa mple.com/", false, false},
                         {"https://", false, false},
                         {"", false, false},
                     }),
                     test) {
  const auto url = ParseHttpUrl(test.url);
  BOOST_TEST(url.ok() == test.ok);
  if (url.ok()) {
    BOOST_TEST(url->loopback == test.loopback);
  } else {
    BOOST_TEST(url.error().message.find("pass@") == std::string::npos);
  }
}

BOOST_FIXTURE_TEST_SUITE(http_client, Fixture)

BOOST_AUTO_TEST_CASE(sends_what_was_asked_and_returns_what_came) {
  RawHttpServer server({Respond("201 Made", "hello", "X-Odd:  two words \r\nETag:\r\n")});
  HttpRequest request = Post(server.url("/v1/x?y=1"));
  request.headers.emplace_back("Authorization", "Bearer abc");
  request.body = {Raw("{\"a\":\""), Escaped("line\n\"q\""), Raw("\"}")};
  const HttpResponse response = Exchange(std::move(request));
  BOOST_TEST(response.status == 201);
  BOOST_TEST(response.body == "hello");
  BOOST_TEST(response.error == "");
  const std::map<std::string, std::string> headers(response.headers.begin(),
                                                   response.headers.end());
  BOOST_TEST(headers.at("x-odd") == "two words");
  BOOST_TEST(headers.at("etag") == "");
  const auto seen = server.requests();
  BOOST_REQUIRE(seen.size() == 1);
  BOOST_TEST(seen[0].head.starts_with("POST /v1/x?y=1 HTTP/1.1\r\n"));
  BOOST_TEST(seen[0].body == R"({"a":"line\n\"q\""})");
  for (const char* wanted : {"Authorization: Bearer abc", "Content-Length: 19"}) {
    BOOST_TEST(seen[0].head.find(wanted) != std::string::npos);
  }
  for (const char* unwanted : {"Accept-Encoding", "Expect", "Transfer-Encoding", "Cookie"}) {
    BOOST_TEST(seen[0].head.find(unwanted) == std::string::npos);
  }
  BOOST_TEST(response.request_bytes ==
             static_cast<int64_t>(seen[0].head.size() + 4 + seen[0].body.size()));
}

BOOST_AUTO_TEST_CASE(large_bodies_are_streamed_whole_and_connections_kept) {
  std::vector<int64_t> sizes;
  std::vector<RawReply> replies(6, Respond("200 OK", "ok"));
  RawHttpServer server(replies);
  const auto text = std::make_shared<const std::string>(std::string(300'000, '\n') + "end");
  for (int i = 0; i < 6; ++i) {
    HttpRequest request = Post(server.url("/"), "tiny");
    if (i % 2 == 0) request.body.push_back({text, true});
    const HttpResponse response = Exchange(std::move(request));
    BOOST_TEST(response.body == "ok");
    sizes.push_back(response.request_bytes);
  }
  const auto seen = server.requests();
  BOOST_REQUIRE(seen.size() == 6);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    BOOST_TEST(seen[i].connection == 1);
    BOOST_TEST(seen[i].body.size() == (i % 2 == 0 ? 4 + 600'003U : 4U));
    BOOST_TEST(sizes[i] == static_cast<int64_t>(seen[i].head.size() + 4 + seen[i].body.size()));
  }
}

struct Fault {
  const char* name;
  RawReply reply;
  const char* error;  // after "AUTHORITY" is put for the server's address
  bool timed_out = false;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

BOOST_DATA_TEST_CASE_F(
    Fixture, every_fault_has_its_words,
    (std::vector<Fault>{
        {"nothing",
         {"", Then::kClose},
         "the connection to AUTHORITY was closed before the whole answer came"},
        {"reset",
         {"", Then::kReset},
         "the connection to AUTHORITY was closed before the whole answer came"},
        {"dropped in the body",
         {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Then::kClose},
         "the connection to AUTHORITY was closed before the whole answer came"},
        {"dropped in a chunk",
         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhalf", Then::kClose},
         "the connection to AUTHORITY was closed before the whole answer came"},
        {"silence", {"", Then::kSilence}, "no byte from or to AUTHORITY for 60 ms", true},
        {"silence in the body",
         {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Then::kSilence},
         "no byte from or to AUTHORITY for 60 ms",
         true},
        {"announced too large",
         {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Then::kSilence},
         "the answer of AUTHORITY is larger than 100000 bytes"},
        {"too large unannounced",
         {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'), Then::kClose, 200},
         "the answer of AUTHORITY is larger than 100000 bytes"},
        {"endless headers",
         {"HTTP/1.1 200 OK\r\n" +
              [] {
                std::string lines;
                for (int i = 0; i < 9000; ++i)
                  lines += "X-" + std::to_string(i) + ": " + std::string(30, 'h') + "\r\n";
                return lines;
              }(),
          Then::kSilence},
         "the headers of AUTHORITY are too large"},
    }),
    fault) {
  RawHttpServer server({fault.reply});
  HttpRequest request = Post(server.url("/"));
  request.idle_timeout_ms = 60;
  request.max_response_bytes = 100'000;
  const HttpResponse response = Exchange(std::move(request));
  std::string expected = fault.error;
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  expected.replace(expected.find("AUTHORITY"), 9, authority);
  BOOST_TEST(response.error == expected);
  BOOST_TEST(response.status == 0);
  BOOST_TEST(response.timed_out == fault.timed_out);
  BOOST_TEST(response.request_sent);
  BOOST_TEST(server.requests().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_total_time_out_ends_a_drip) {
  RawHttpServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Then::kSilence}});
  HttpRequest request = Post(server.url("/"));
  request.total_timeout_ms = 50;
  const HttpResponse response = Exchange(std::move(request));
  BOOST_TEST(response.timed_out);
  BOOST_TEST(response.error ==
             "no complete answer of 127.0.0.1:" + std::to_string(server.port()) + " within 50 ms");
}

BOOST_AUTO_TEST_CASE(a_request_on_a_kept_connection_that_dies_is_not_sent_twice) {
  RawHttpServer server(
      {Respond("200 OK", "first"), {"", Then::kClose}, Respond("200 OK", "third")});
  BOOST_TEST(Exchange(Post(server.url("/"))).body == "first");
  const HttpResponse second = Exchange(Post(server.url("/")));
  BOOST_TEST(second.status == 0);
  BOOST_TEST(second.request_sent);
  BOOST_TEST(server.requests().size() == 2);
  BOOST_TEST(Exchange(Post(server.url("/"))).body == "third");
}

BOOST_AUTO_TEST_CASE(redirects_are_not_followed) {
  RawHttpServer other({Respond("200 OK", "stolen")});
  RawHttpServer server({Respond("307 Moved", "", "Location: " + other.url("/") + "\r\n")});
  const HttpResponse response = Exchange(Post(server.url("/")));
  BOOST_TEST(response.status == 307);
  BOOST_TEST(other.requests().empty());
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  HONE_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  HONE_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

BOOST_AUTO_TEST_CASE(a_body_compressed_unasked_is_decoded_up_to_its_limit) {
  const std::string bomb = Gzip(std::string(10'000'000, 'x'));
  BOOST_TEST(bomb.size() < 20'000);
  const std::string gzip = "Content-Encoding: gzip\r\n";
  RawHttpServer server({Respond("200 OK", Gzip("words"), gzip), Respond("200 OK", bomb, gzip),
                        Respond("200 OK", "\x1f\x8b no gzip", gzip)});
  BOOST_TEST(Exchange(Post(server.url("/"))).body == "words");
  HttpRequest request = Post(server.url("/"));
  request.max_response_bytes = 100'000;
  const HttpResponse response = Exchange(std::move(request));
  BOOST_TEST(response.status == 0);
  BOOST_TEST(response.error.find("is larger than 100000 bytes") != std::string::npos,
             response.error);
  const HttpResponse broken = Exchange(Post(server.url("/")));
  BOOST_TEST(broken.status == 0);
  BOOST_TEST(!broken.error.empty());
}

constexpr const char* kEvents = "Content-Type: Text/Event-Stream; charset=utf-8\r\n";

BOOST_AUTO_TEST_CASE(a_stream_is_handed_over_as_it_comes) {
  std::string head =
      std::string("HTTP/1.1 200 OK\r\n") + kEvents + "Transfer-Encoding: chunked\r\n\r\n";
  RawHttpServer server({{head + "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"}, Respond("200 OK", "next")});
  std::string streamed;
  HttpRequest request = Post(server.url("/"));
  request.on_body = [&](std::string_view bytes) {
    streamed += bytes;
    return true;
  };
  const HttpResponse response = Exchange(std::move(request));
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.streamed);
  BOOST_TEST(response.body == "");
  BOOST_TEST(streamed == "onetwo");
  const HttpResponse next = Exchange(Post(server.url("/")));
  BOOST_TEST(next.body == "next");
  BOOST_TEST(!next.streamed);
  BOOST_TEST(server.requests().back().connection == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_wanted_stream_is_gathered) {
  RawHttpServer server({Respond("429 Slow down", "wait", kEvents), Respond("200 OK", "{}")});
  for (const char* body : {"wait", "{}"}) {
    HttpRequest request = Post(server.url("/"));
    request.on_body = [](std::string_view) -> bool {
      BOOST_FAIL("called");
      return true;
    };
    const HttpResponse response = Exchange(std::move(request));
    BOOST_TEST(response.body == body);
    BOOST_TEST(!response.streamed);
  }
}

BOOST_AUTO_TEST_CASE(enough_of_a_stream_is_a_complete_exchange) {
  // The server says nothing more and keeps the connection; or it never stops.
  const std::string head = std::string("HTTP/1.1 200 OK\r\n") + kEvents + "\r\n";
  for (const RawReply& reply : {RawReply{head + "all", Then::kSilence},
                                RawReply{head + "all" + std::string(1000, 'x'), Then::kClose, 500},
                                RawReply{head + "all", Then::kReset}}) {
    RawHttpServer server({reply});
    HttpRequest request = Post(server.url("/"));
    request.max_response_bytes = 200'000;
    request.idle_timeout_ms = 60'000;
    int calls = 0;
    request.on_body = [&](std::string_view bytes) {
      BOOST_TEST(bytes.starts_with("all"));
      ++calls;
      return false;
    };
    const HttpResponse response = Exchange(std::move(request));
    BOOST_TEST(response.status == 200);
    BOOST_TEST(response.error == "");
    BOOST_TEST(calls == 1);
  }
}

BOOST_AUTO_TEST_CASE(limits_hold_for_streams) {
  const std::string head = std::string("HTTP/1.1 200 OK\r\n") + kEvents + "\r\n";
  RawHttpServer server({{head + std::string(1000, 'x'), Then::kClose, 500},
                        {head + "half", Then::kSilence},
                        {head + "half", Then::kSilence}});
  const auto stream = [&](int64_t idle_ms, int64_t total_ms) {
    HttpRequest request = Post(server.url("/"));
    request.max_response_bytes = 100'000;
    request.idle_timeout_ms = idle_ms;
    request.total_timeout_ms = total_ms;
    request.on_body = [](std::string_view) { return true; };
    return Exchange(std::move(request));
  };
  BOOST_TEST(stream(60'000, 60'000).error.find("larger than 100000 bytes") != std::string::npos);
  const HttpResponse idle = stream(50, 60'000);
  BOOST_TEST(idle.timed_out);
  BOOST_TEST(idle.error.find("for 50 ms") != std::string::npos, idle.error);
  const HttpResponse total = stream(60'000, 50);
  BOOST_TEST(total.timed_out);
  BOOST_TEST(total.error.find("within 50 ms") != std::string::npos, total.error);
}

BOOST_AUTO_TEST_CASE(proxies_are_never_used_for_loopback) {
  RawHttpServer proxy({Respond("200 OK", "from the proxy")});
  RawHttpServer server({Respond("200 OK", "direct")});
  setenv("http_proxy", proxy.url().c_str(), 1);
  const HttpResponse response = Exchange(Post(server.url("/")));
  unsetenv("http_proxy");
  BOOST_TEST(response.body == "direct");
}

BOOST_AUTO_TEST_CASE(nothing_leaves_that_must_not) {
  RawHttpServer server({});
  const auto refused = [&](HttpRequest request, const std::string& words) {
    const HttpResponse response = Exchange(std::move(request));
    BOOST_TEST(response.status == 0);
    BOOST_TEST(!response.request_sent);
    BOOST_TEST(response.error.find(words) != std::string::npos, response.error);
  };
  refused(Post("http://example.com/"), "http to example.com is refused");
  refused(Post("file:///etc/passwd"), "is no http or https URL");
  refused(Post("http://u:p@127.0.0.1/"), "user name or password");
  for (const std::string& value :
       std::vector<std::string>{"a\r\nX-Evil: 1", "a\nb", std::string("a\0b", 3)}) {
    HttpRequest request = Post(server.url("/"));
    request.headers.emplace_back("X-Label", value);
    refused(std::move(request), "'X-Label' holds a control character");
  }
  HttpRequest request = Post(server.url("/"));
  request.headers.emplace_back("X: 1\r\nY", "2");
  refused(std::move(request), "name holds an odd character");
  BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_closed_port_is_named) {
  int port = 0;
  {
    RawHttpServer gone({});
    port = gone.port();
  }
  const std::string authority = "127.0.0.1:" + std::to_string(port);
  const HttpResponse response = Exchange(Post("http://" + authority + "/"));
  BOOST_TEST(response.error == "cannot connect to " + authority + ": Connection refused");
  BOOST_TEST(!response.request_sent);
}

BOOST_AUTO_TEST_CASE(cancel_ends_once_and_later) {
  RawHttpServer server({{"", Then::kSilence}});
  int ends = 0;
  HttpResponse last;
  const auto handle = client.Start(Post(server.url("/")), [&](HttpResponse response) {
    ++ends;
    last = std::move(response);
    loop.Stop();
  });
  client.Cancel(handle);
  client.Cancel(handle);
  client.Cancel(handle + 1000);
  BOOST_TEST(ends == 0);
  loop.Run();
  BOOST_TEST(ends == 1);
  BOOST_TEST(last.cancelled);
}

BOOST_AUTO_TEST_CASE(an_exchange_may_start_the_next_in_its_done) {
  constexpr int kRounds = 200;
  RawHttpServer server(std::vector<RawReply>(kRounds, Respond("200 OK", "ok")));
  int rounds = 0;
  HttpClient::Done next = [&](HttpResponse response) {
    BOOST_TEST(response.body == "ok");
    if (++rounds == kRounds) {
      loop.Stop();
    } else {
      client.Start(Post(server.url("/")), next);
    }
  };
  client.Start(Post(server.url("/")), next);
  loop.Run();
  BOOST_TEST(server.requests().back().connection == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
