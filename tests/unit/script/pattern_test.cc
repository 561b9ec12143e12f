// Our pattern functions against Lua's own on random patterns: equal results, and errors in the same
// places.
#include <boost/test/unit_test.hpp>
#include <random>

#include "script/api_table.h"
#include "script/sandbox_globals.h"

namespace hone {
namespace {

// What string.<name>(arguments...) gives, as text: "ok|..." or "error".
std::string Outcome(lua_State* L, lua_CFunction function,
                    const std::vector<std::string>& arguments) {
  const int top = lua_gettop(L);
  lua_pushcfunction(L, function);
  for (const std::string& argument : arguments) PushText(L, argument);
  std::string out = "error";
  if (lua_pcall(L, static_cast<int>(arguments.size()), LUA_MULTRET, 0) == LUA_OK) {
    out = "ok";
    for (int i = top + 1; i <= lua_gettop(L); ++i) {
      out += "|";
      out += lua_isnil(L, i) ? "nil" : luaL_tolstring(L, i, nullptr);
      if (!lua_isnil(L, i)) lua_remove(L, -1);
    }
  }
  lua_settop(L, top);
  return out;
}

lua_CFunction Ours(const char* name) {
  for (const Entry& entry : StringEntries()) {
    if (std::string(entry.name) == name) return entry.function;
  }
  return nullptr;
}

BOOST_AUTO_TEST_CASE(random_patterns_match_as_in_lua) {
  const std::vector<std::string> pieces = {
      "a", "b",    ".",      "%a",   "%d",    "%s", "[ab]", "[^a]", "[a-c]", "%.",
      "*", "+",    "-",      "?",    "(",     ")",  "()",   "%1",   "%2",    "^",
      "$", "%b()", "%f[%w]", "[]a]", "[%d-]", "%w", "%W",   "c",    "1",     "["};
  const std::vector<std::string> letters = {
      "a", "b", "c", "1", " ", "(", ")", ".", "A", std::string(1, '\0'), "\xe4"};
  std::mt19937 random(20261121);
  const ModuleSet modules;
  Vm vm(VmLimits{256U << 20U, 1'000'000'000'000}, &modules, nullptr);
  int matched = 0;
  const Status done = vm.Protect([&](lua_State* L) {
    lua_pushcfunction(L, &luaopen_string);
    lua_call(L, 0, 1);
    for (const char* name : {"find", "match", "gsub"}) {
      lua_getfield(L, 1, name);
      const lua_CFunction theirs = lua_tocfunction(L, -1);
      lua_pop(L, 1);
      const lua_CFunction ours = Ours(name);
      for (int round = 0; round < 30000; ++round) {
        std::string subject;
        std::string pattern;
        for (auto n = random() % 12; n > 0; --n) subject += letters[random() % letters.size()];
        for (auto n = random() % 7; n > 0; --n) pattern += pieces[random() % pieces.size()];
        std::vector<std::string> arguments = {subject, pattern};
        if (std::string(name) == "gsub") arguments.emplace_back("<%0%1>");
        const std::string expected = Outcome(L, theirs, arguments);
        const std::string got = Outcome(L, ours, arguments);
        if (expected.rfind("ok|", 0) == 0 && expected != "ok|nil") ++matched;
        if (got != expected) {
          BOOST_ERROR(name << " '" << subject << "' '" << pattern << "': " << got << " instead of "
                           << expected);
        }
      }
    }
  });
  BOOST_TEST(done.ok());
  BOOST_TEST(matched > 10000);  // the comparison is about something
}

}  // namespace
}  // namespace hone
