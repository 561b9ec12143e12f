// The reachable set: what the sandbox offers, compared with a golden file and with the definitions
// that editors read (lua/meta). HONE_UPDATE_GOLDEN=1 rewrites the golden file.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "script/prelude.h"
#include "script/sandbox_globals.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// Names in the value on top of the stack: itself, and its fields when it is a sealed library.
void Collect(lua_State* L, const std::string& name, std::set<std::string>* out) {
  out->insert(name);
  if (lua_type(L, -1) != LUA_TTABLE || lua_getmetatable(L, -1) == 0) return;
  if (lua_getfield(L, -1, "__index") == LUA_TTABLE) {
    for (const std::string& field : FieldNames(L, -1)) out->insert(name + "." + field);
  }
  lua_pop(L, 2);
}

std::set<std::string> ReachableNames() {
  const ModuleSet modules;
  Vm vm(VmLimits{}, &modules, nullptr);
  std::set<std::string> names;
  const Status done = vm.Protect([&](lua_State* L) {
    OpenSandbox(L);
    DefineData(L);
    for (const auto push : {&PushGlobals, &PushCapabilities}) {
      push(L);
      for (const std::string& name : FieldNames(L, -1)) {
        lua_getfield(L, -1, name.c_str());
        Collect(L, name, &names);
        lua_pop(L, 1);
      }
    }
  });
  BOOST_REQUIRE(done.ok());
  return names;
}

BOOST_AUTO_TEST_CASE(the_reachable_set_is_the_golden_one) {
  std::string text;
  for (const std::string& name : ReachableNames()) text += name + "\n";
  const std::string file = std::string(HONE_SOURCE_DIR) + "/tests/golden/lua_surface.txt";
  if (std::getenv("HONE_UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << text;
  BOOST_TEST(ReadFile(file) == text);
}

BOOST_AUTO_TEST_CASE(the_definitions_for_editors_name_the_same_things) {
  std::set<std::string> described;
  const std::regex declaration(R"re(^(?:function )?([a-z_0-9]+(?:\.[a-z_0-9]+)?)(?:\(| = ).*$)re");
  for (const auto& entry : fs::directory_iterator(std::string(HONE_SOURCE_DIR) + "/lua/meta")) {
    const std::string source = ReadFile(entry.path().string());
    BOOST_TEST(source.rfind("---@meta", 0) == 0U, entry.path());
    std::stringstream lines(source);
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (std::regex_match(line, match, declaration)) described.insert(match[1]);
    }
  }
  const std::set<std::string> reachable = ReachableNames();
  for (const std::string& name : reachable)
    BOOST_TEST(described.count(name) == 1U, name << " is not described");
  for (const std::string& name : described)
    BOOST_TEST(reachable.count(name) == 1U, name << " does not exist");
}

}  // namespace
}  // namespace hone
