// The escape suite: every script of tests/escape is run as a recipe in a real hone-script with
// short limits and must end as its first line says; the process and the next unit must be
// unaffected.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "unit/script/fake_engine.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Scripts() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(std::string(HONE_SOURCE_DIR) + "/tests/escape")) {
    if (entry.path().extension() == ".lua") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// Files are the body of run(), but those whose name says that the parser is the target.
std::string AsRecipe(const std::string& name, const std::string& source) {
  if (name.rfind("parser_", 0) == 0) return source;
  return "return recipe { name = 'escape', uses = { 'llm', 'judge' }, run = function(context, p, "
         "step) " +
         source.substr(source.find('\n')) + "\nend }";
}

constexpr const char* kHonest =
    R"lua(return recipe { name = "honest", uses = { "llm" }, run = function(context)
  local r = llm.chat { role = "r", messages = { { role = "user", content = "still here" } } }
  return { said = r.text, upper = ("x"):upper(), n = #json.encode { 1, 2 } }
end })lua";

BOOST_DATA_TEST_CASE(escape_attempts_end_their_own_unit_only,
                     boost::unit_test::data::make(Scripts()), name) {
  const std::string source =
      ReadFile(std::string(HONE_SOURCE_DIR) + "/tests/escape/" + name + ".lua");
  const std::string first(source.substr(0, source.find('\n')));
  const std::size_t mark = first.find("-- expect: ");
  BOOST_REQUIRE(mark != std::string::npos);
  const std::string expected = first.substr(mark + 11);
  const std::string code = expected.substr(0, expected.find(' '));
  const std::string text = expected.substr(expected.find(' ') + 1);

  FakeEngine engine(MakeProcessPeer());
  engine.memory_bytes = 48LL << 20U;
  engine.instructions = 60'000'000;
  engine.AddModule("escape." + std::string(name), "");
  engine.AddModule("recipes.honest", kHonest);
  engine.AddModule("recipes.other", kHonest);
  engine.AddModule("stranger.params", "return {}");
  engine.AddModule("escape." + std::string(name), AsRecipe(name, source));
  const UnitEnd end = engine.Run("escape." + std::string(name), FakeEngine::EchoChat());
  BOOST_TEST_MESSAGE(name << ": " << end.code << " " << end.message.substr(0, 200));
  if (code == "result") {
    BOOST_TEST(end.message == "");
    BOOST_TEST(end.result.Dump() == text);
  } else {
    BOOST_TEST(end.code == code);
    BOOST_TEST(end.message.find(text) != std::string::npos,
               "'" << end.message.substr(0, 300) << "' does not contain '" << text << "'");
    BOOST_TEST(end.message.size() < 5000U);
    BOOST_TEST(IsValidUtf8(end.message));
  }
  const UnitEnd after = engine.Run("recipes.honest", FakeEngine::EchoChat());
  BOOST_TEST(after.result.Dump() == R"lua({"n":5,"said":"still here","upper":"X"})lua");
}

BOOST_AUTO_TEST_CASE(the_suite_is_large_enough) { BOOST_TEST(Scripts().size() >= 36U); }

}  // namespace
}  // namespace hone
