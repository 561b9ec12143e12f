// Requests to a container daemon and the upgraded stream of an exec, against a daemon that answers
// exactly what each case wrote, also what no honest one would.
#include "adapters/docker/docker_api.h"

#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/docker/docker_stream.h"
#include "adapters/uv_event_loop.h"
#include "support/raw_http_server.h"

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;
using testing::RawHttpServer;
using testing::RawReply;
using testing::Respond;
using Then = RawReply::Then;

std::string SocketPath() {
  static int n = 0;
  return (std::filesystem::temp_directory_path() /
          ("hone-daemon-" + std::to_string(getpid()) + "-" + std::to_string(++n)))
      .string();
}

// A daemon with these answers, closing after each, and a client of it.
struct Daemon {
  std::string path = SocketPath();
  RawHttpServer server;
  UvEventLoop loop;
  DockerApi api{loop, path};

  explicit Daemon(std::vector<RawReply> replies) : server(Closing(std::move(replies)), path) {}

  static std::vector<RawReply> Closing(std::vector<RawReply> replies) {
    for (RawReply& reply : replies) {
      if (reply.then == Then::kKeep) reply.then = Then::kClose;
    }
    return replies;
  }
  Status Open() {
    std::optional<Status> opened;
    api.Open([&](const Status& status) {
      opened = status;
      loop.Stop();
    });
    loop.Run();
    return *opened;
  }
  Result<Json> Call(DockerRequest request) {
    std::optional<Result<Json>> answer;
    api.Call(std::move(request), [&](Result<Json> json) {
      answer = std::move(json);
      loop.Stop();
    });
    loop.Run();
    return *answer;
  }
  std::string FirstLine(std::size_t request) const {
    const std::string head = server.requests().at(request).head;
    return head.substr(0, head.find("\r\n"));
  }
};

struct VersionRow {
  std::string version, prefix;
  bool podman;
};
std::ostream& operator<<(std::ostream& out, const VersionRow& row) { return out << row.version; }

const std::vector<VersionRow> kVersions = {
    {R"({"ApiVersion":"1.41","MinAPIVersion":"1.12"})", "/v1.41", false},
    {R"({"ApiVersion":"1.52","MinAPIVersion":"1.44"})", "/v1.44", false},
    {R"({"ApiVersion":"1.40","MinAPIVersion":"1.12"})", "/v1.40", false},
    {R"({"ApiVersion":"1.41","MinAPIVersion":"1.24","Components":[{"Name":"Podman Engine"}]})",
     "/v1.41", true},
    {R"({"ApiVersion":"nonsense","MinAPIVersion":7})", "/v1.41", false}};

BOOST_DATA_TEST_CASE(the_version_is_one_that_both_speak, bdata::make(kVersions), row) {
  Daemon daemon({Respond("200 OK", row.version), Respond("200 OK", "[]")});
  BOOST_TEST(daemon.Open().ok());
  BOOST_TEST(daemon.api.is_podman() == row.podman);
  DockerRequest request;
  request.path = "/containers/json";
  request.query = {{"all", "1"}, {"filters", R"({"label":["a b&c"]})"}};
  BOOST_TEST(daemon.Call(request).ok());
  BOOST_TEST(daemon.FirstLine(0) == "GET /version HTTP/1.1");
  BOOST_TEST(
      daemon.FirstLine(1) ==
      "GET " + row.prefix +
          "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22a%20b%26c%22%5D%7D HTTP/1.1");
}

struct FailureRow {
  std::string status, body;
  ErrorCode code;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const FailureRow& row) {
  return out << row.status << " " << row.body;
}

const std::vector<FailureRow> kFailures = {
    {"404 Not Found", R"({"message":"No such container: x"})", ErrorCode::kNotFound,
     "No such container: x"},
    {"400 Bad Request", R"({"message":"bad\nparameter"})", ErrorCode::kInvalidArgument,
     "bad parameter"},
    {"409 Conflict", R"({"cause":"c","message":"it is stopped","response":409})",
     ErrorCode::kUnavailable, "it is stopped"},
    {"500 Internal", "no JSON at all", ErrorCode::kUnavailable, "no JSON at all"},
    {"503 Unavailable", "", ErrorCode::kUnavailable, "status 503"},
    {"301 Moved", "", ErrorCode::kUnavailable, "status 301"}};

BOOST_DATA_TEST_CASE(failures_come_in_the_daemons_words, bdata::make(kFailures), row) {
  Daemon daemon({Respond(row.status, row.body)});
  const auto answer = daemon.Call({.path = "/x"});
  BOOST_REQUIRE(!answer.ok());
  BOOST_TEST((answer.error().code == row.code));
  BOOST_TEST(answer.error().message == row.words);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_breaks_off_or_says_too_much) {
  Daemon daemon({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1,", Then::kClose},
                 Respond("200 OK", std::string(5000, 'x')),
                 Respond("200 OK", "{broken"),
                 {"", Then::kClose}});
  const auto cut = daemon.Call({.path = "/cut"});
  BOOST_REQUIRE(!cut.ok());
  BOOST_TEST((cut.error().code == ErrorCode::kUnavailable));
  BOOST_TEST(cut.error().message.find(daemon.path) != std::string::npos);
  DockerRequest request;
  request.path = "/large";
  request.max_response_bytes = 1000;
  BOOST_TEST(!daemon.Call(request).ok());
  BOOST_TEST(!daemon.Call({.path = "/broken"}).ok());
  BOOST_TEST(!daemon.Call({.path = "/silent"}).ok());
  BOOST_TEST(daemon.server.requests().size() == 4);  // nothing was asked twice
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
  UvEventLoop loop;
  DockerApi api(loop, "/no/such/socket");
  std::optional<Status> opened;
  api.Open([&](const Status& status) {
    opened = status;
    loop.Stop();
  });
  loop.Run();
  BOOST_REQUIRE(!opened->ok());
  BOOST_TEST((opened->error().code == ErrorCode::kUnavailable));
  BOOST_TEST(opened->error().message.find("/no/such/socket") != std::string::npos);
}

// == streams ==

std::string Frame(int stream, const std::string& body) {
  return std::string{static_cast<char>(stream),
                     0,
                     0,
                     0,
                     static_cast<char>(body.size() >> 24U),
                     static_cast<char>(body.size() >> 16U),
                     static_cast<char>(body.size() >> 8U),
                     static_cast<char>(body.size())} +
         body;
}

struct Streamed {
  std::string out, err;
  std::optional<Status> end;
};

Streamed Read(const RawReply& reply, const std::string& stdin_text = "") {
  const std::string path = SocketPath();
  RawHttpServer server({reply}, path);
  UvEventLoop loop;
  Streamed got;
  DockerStream::Owner stream = DockerStream::Open(
      loop, path, "/v1.41/exec/1/start", "{}", stdin_text,
      {.on_bytes = [&](bool is_error,
                       std::string_view bytes) { (is_error ? got.err : got.out) += bytes; },
       .on_end =
           [&](const Status& status) {
             got.end = status;
             loop.Stop();
           }});
  loop.Run();
  stream.reset();
  BOOST_TEST(server.requests().at(0).head.find("Upgrade: tcp") != std::string::npos);
  return got;
}

BOOST_AUTO_TEST_CASE(both_streams_come_apart) {
  for (const char* head :
       {"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    const Streamed got = Read({std::string(head) + Frame(1, "out") + Frame(2, "err") +
                                   Frame(1, std::string(100'000, 'x')) + Frame(1, ""),
                               Then::kClose});
    BOOST_REQUIRE(got.end.has_value());
    BOOST_TEST(got.end->ok());
    BOOST_TEST(got.out == "out" + std::string(100'000, 'x'));
    BOOST_TEST(got.err == "err");
  }
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_refused_or_broken) {
  const Streamed refused =
      Read({"HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"no such user\"}", Then::kClose});
  BOOST_REQUIRE(!refused.end->ok());
  BOOST_TEST((refused.end->error().code == ErrorCode::kInvalidArgument));
  BOOST_TEST(refused.end->error().message == "no such user");
  const Streamed none = Read({"HTTP/1.1 101", Then::kClose});
  BOOST_TEST(!none.end->ok());
  const Streamed endless = Read({std::string(100'000, 'x'), Then::kClose});
  BOOST_TEST(!endless.end->ok());
  // A frame that is cut is no bytes.
  const std::string cut = Frame(1, "whole") + Frame(1, "cut").substr(0, 9);
  const Streamed half = Read({"HTTP/1.1 101 X\r\n\r\n" + cut, Then::kClose});
  BOOST_TEST(half.end->ok());
  BOOST_TEST(half.out == "whole");
}

}  // namespace
}  // namespace hone
