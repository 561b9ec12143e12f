// The contract of container engines on a real daemon: tests/support/docker_local.sh names its
// socket and a base image.
#include "adapters/docker/docker_engine.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "adapters/uv_event_loop.h"
#include "unit/adapters/container_engine_contract.h"

namespace hone {
namespace {

namespace bdata = boost::unit_test::data;
using testing::ContractCase;

std::string Named(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

// One engine with one bench, as a case wants it.
struct Fixture {
  UvEventLoop loop;
  DockerEngine engine{loop, {Named("HONE_TEST_SOCKET"), HONE_SESSION_PROGRAM}};
  testing::ContainerBench bench{loop, engine, Named("HONE_TEST_IMAGE"), HONE_CONTAINER_PROBE};
};

BOOST_DATA_TEST_CASE(contract, bdata::make(testing::ContainerContract()), one) {
  Fixture fixture;
  one.run(fixture.bench);
}

BOOST_DATA_TEST_CASE(sessions, bdata::make(testing::ContainerSessionCases()), one) {
  Fixture fixture;
  one.run(fixture.bench);
}

BOOST_DATA_TEST_CASE(starved, bdata::make(testing::ContainerStarvedCases()), one) {
  Fixture fixture;
  one.run(fixture.bench);
}

// Another hone: makes a container, tells its id, and lives until it is killed.
pid_t RunOther(const std::string& socket, std::string* container) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  const pid_t other = fork();
  if (other == 0) {
    Fixture fixture;
    const std::string made = fixture.bench.Open();
    (void)!write(ends[1], made.data(), made.size());
    while (true) pause();
  }
  close(ends[1]);
  char id[256];
  ssize_t got = 0;
  while ((got = read(ends[0], id, sizeof id)) > 0) {
    container->append(id, static_cast<std::size_t>(got));
    if (container->size() >= 64) break;
  }
  close(ends[0]);
  BOOST_REQUIRE_MESSAGE(!container->empty(), "no container by way of " << socket);
  return other;
}

// What the daemon says of a container: its state, or "gone".
std::string StateOf(UvEventLoop& loop, const std::string& id) {
  DockerApi api(loop, Named("HONE_TEST_SOCKET"));
  std::string state;
  loop.Post([&] {
    api.Open([&](const Status& opened) {
      BOOST_REQUIRE(opened.ok());
      api.Call({.path = "/containers/" + id + "/json"}, [&](const Result<Json>& answer) {
        state = answer.ok() ? (*answer)["State"]["Status"].AsString() : "gone";
        loop.Stop();
      });
    });
  });
  loop.Run();
  return state;
}

BOOST_AUTO_TEST_CASE(what_a_dead_runner_left_is_removed_and_nothing_else) {
  std::string of_living;
  std::string of_dead;
  const pid_t living = RunOther(Named("HONE_TEST_SOCKET"), &of_living);
  const pid_t dead = RunOther(Named("HONE_TEST_SOCKET"), &of_dead);
  kill(dead, SIGKILL);
  waitpid(dead, nullptr, 0);
  Fixture fixture;
  BOOST_TEST(StateOf(fixture.loop, of_dead) == "running");
  const std::string own = fixture.bench.Open();  // the first use of an engine clears up
  BOOST_TEST(StateOf(fixture.loop, of_dead) == "gone");
  BOOST_TEST(StateOf(fixture.loop, of_living) == "running");
  BOOST_TEST(StateOf(fixture.loop, own) == "running");
  kill(living, SIGKILL);
  waitpid(living, nullptr, 0);
  const auto reaped =
      fixture.bench.Wait<int>([&](auto done) { fixture.engine.ReapDead(std::move(done)); });
  BOOST_REQUIRE_MESSAGE(reaped.ok(), testing::Why(reaped));
  BOOST_TEST(*reaped == 1);
  BOOST_TEST(StateOf(fixture.loop, of_living) == "gone");
}

BOOST_AUTO_TEST_CASE(a_daemon_that_is_not_there) {
  UvEventLoop loop;
  DockerEngine engine(loop, {"/no/such/socket", HONE_SESSION_PROGRAM});
  testing::ContainerBench bench(loop, engine, "hone/busybox:1", HONE_CONTAINER_PROBE);
  const auto image = bench.Named("hone/busybox:1");
  BOOST_REQUIRE(!image.ok());
  BOOST_TEST((image.error().code == ErrorCode::kUnavailable));
  BOOST_TEST(image.error().message.find("/no/such/socket") != std::string::npos);
}

}  // namespace
}  // namespace hone
