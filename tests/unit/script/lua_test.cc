// The assert scripts of tests/lua, run in a real hone-script: each is the body of run() and must
// end.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/script/fake_engine.h"

namespace hone {
namespace {

const std::string kFolder = std::string(HONE_SOURCE_DIR) + "/tests/lua";

std::vector<std::string> Scripts() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".lua") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

BOOST_DATA_TEST_CASE(assert_scripts_end_well, boost::unit_test::data::make(Scripts()), name) {
  std::ifstream in(kFolder + "/" + name + ".lua", std::ios::binary);
  std::stringstream source;
  source << in.rdbuf();
  FakeEngine engine(MakeProcessPeer());
  engine.instructions = 200'000'000;
  const UnitEnd end = engine.RunBody(source.str());
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.traceback == "");
  BOOST_TEST(end.done);
}

}  // namespace
}  // namespace hone
