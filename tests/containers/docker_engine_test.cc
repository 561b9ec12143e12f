// The contract of container engines on a real daemon: tests/support/docker_local.sh names its
// socket and a base image.
#include "adapters/docker/docker_engine.h"

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

}  // namespace
}  // namespace hone
