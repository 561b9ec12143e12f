// The contract of container engines on bubblewrap, and what is special to it. Skipped, with the
// reason printed, where bubblewrap cannot run.
#include "adapters/sandbox/bubblewrap_engine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/sandbox/tar_archive.h"
#include "support/container_bench.h"
#include "unit/adapters/container_engine_contract.h"

namespace bdata = boost::unit_test::data;

namespace hone::testing {
namespace {

constexpr char kImage[] = "hone/busybox:1";

std::string StoreFolder() {
  return std::string(HONE_BINARY_DIR) + "/images-" + std::to_string(geteuid());
}

// One engine for all cases; its store has busybox.
struct Engine {
  UvEventLoop loop;
  std::unique_ptr<BubblewrapEngine> engine;
  std::string why_not;

  Engine() {
    auto made = BubblewrapEngine::Make({StoreFolder(), HONE_KEEPER}, &loop);
    if (!made.ok()) {
      why_not = made.error().message;
      return;
    }
    engine = std::move(*made);
    const std::string tar = std::string(HONE_SOURCE_DIR) + "/.deps/images/busybox.tar";
    const ImageStore& store = engine->store();
    if (store.Find(kImage).ok()) return;
    const auto added = AddImage(store, kImage, tar);
    if (!added.ok()) why_not = added.error().message;
  }
};

Engine& TheEngine() {
  static Engine engine;
  return engine;
}

boost::test_tools::assertion_result CanRun(boost::unit_test::test_unit_id /*test*/) {
  boost::test_tools::assertion_result result(TheEngine().why_not.empty());
  result.message() << "bubblewrap cannot run here: " << TheEngine().why_not;
  return result;
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_DATA_TEST_CASE(contract, bdata::make(ContainerContract()), one) {
  ContainerBench bench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE);
  one.run(bench);
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(CanRun))
BOOST_DATA_TEST_CASE(sessions, bdata::make(ContainerSessionCases()), one) {
  ContainerBench bench(TheEngine().loop, *TheEngine().engine, kImage, HONE_CONTAINER_PROBE);
  one.run(bench);
}

}  // namespace
}  // namespace hone::testing
