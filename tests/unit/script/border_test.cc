// The border itself: nothing of C++ survives a raised error, an exception, a wait or a used-up
// limit.
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "script/trampoline.h"

namespace hone {
namespace {

int live = 0;

struct Guard {
  Guard() { ++live; }
  ~Guard() { --live; }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

Outcome RaiseOutcome(Call& /*call*/) {
  const Guard guard;
  return Outcome::Raise("raised");
}
Outcome ThrowException(Call& /*call*/) {
  const Guard guard;
  throw std::runtime_error("thrown by a library");
}
// Not how bindings are written; shows that Lua is built as C++, so that even this would be safe.
Outcome RaiseInside(Call& call) {
  const Guard guard;
  luaL_error(call.L, "raised inside");
  return Outcome::None();
}
Outcome FillMemory(Call& call) {
  const Guard guard;
  lua_newuserdatauv(call.L, 1 << 30, 0);
  return Outcome::Values(1);
}
Outcome CallBack(Call& call) {
  const Guard guard;
  lua_pushvalue(call.L, 1);
  lua_call(call.L, 0, 0);
  return Outcome::None();
}

struct Fixture {
  Fixture() : vm(VmLimits{16U << 20U, 10'000'000}, &modules, nullptr) {
    live = 0;
    const Status opened = vm.Protect([](lua_State* L) { OpenSandbox(L); });
    BOOST_REQUIRE(opened.ok());
  }
  // Runs `source` with a local `f`, the binding.
  Status Run(lua_CFunction binding, const std::string& source) {
    return vm.Protect([&](lua_State* L) {
      const std::string chunk = "local f = ...\n" + source;
      if (luaL_loadbufferx(L, chunk.data(), chunk.size(), "@chunk.lua", "t") != LUA_OK)
        lua_error(L);
      lua_pushcfunction(L, binding);
      lua_call(L, 1, 0);
    });
  }
  ModuleSet modules;
  Vm vm;
};

BOOST_FIXTURE_TEST_CASE(destructors_run_on_every_way_out, Fixture) {
  struct Case {
    lua_CFunction binding;
    const char* source;
    const char* message;  // part of it; null: no error
  };
  const Case cases[] = {
      {&Trampoline<RaiseOutcome>, "f()", "chunk.lua:2: raised"},
      {&Trampoline<RaiseOutcome>, "local ok, err = pcall(f) assert(not ok and err:find('raised'))",
       nullptr},
      {&Trampoline<ThrowException>, "f()", "chunk.lua:2: thrown by a library"},
      {&Trampoline<RaiseInside>, "pcall(f) f()", "raised inside"},
      {&Trampoline<CallBack>, "f(function() error('from below') end)", "from below"},
      {&Trampoline<CallBack>, "f(function() while true do end end)", "instruction limit"},
  };
  for (const Case& one : cases) {
    Fixture fresh;
    const Status ran = fresh.Run(one.binding, one.source);
    BOOST_TEST_CONTEXT(one.source) {
      BOOST_TEST(live == 0);
      BOOST_TEST(ran.ok() == (one.message == nullptr));
      if (one.message != nullptr) {
        BOOST_TEST(ran.error().message.find(one.message) != std::string::npos, ran.error().message);
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(memory_ends_the_state_past_pcall, Fixture) {
  const Status ran = Run(&Trampoline<FillMemory>, "pcall(f) f = 1");
  BOOST_TEST(live == 0);
  BOOST_REQUIRE(!ran.ok());
  BOOST_TEST(ErrorCodeName(ran.error().code) == "script_limit");
}

BOOST_FIXTURE_TEST_CASE(values_cross_and_come_back, Fixture) {
  const char* const texts[] = {
      "null",
      "true",
      "-7",
      "0.5",
      "\"\u00e4\\n\"",
      "[]",
      "{}",
      "[1,[2,{}],\"x\"]",
      R"lua({"a":{"b":[]},"c":1.5,"d":9007199254740993})lua",
  };
  for (const char* text : texts) {
    const Status ran = vm.Protect([&](lua_State* L) {
      PushJson(L, *Json::Parse(text));
      const Result<Json> back = JsonFromLua(L, -1, "value");
      BOOST_REQUIRE(back.ok());
      BOOST_TEST(back.value().Dump() == text);
    });
    BOOST_TEST(ran.ok());
  }
}

BOOST_FIXTURE_TEST_CASE(values_that_cannot_cross_name_their_place, Fixture) {
  struct Case {
    const char* expression;
    const char* message;
  };
  const Case cases[] = {
      {"{ a = { print } }", "value.a[1] is a function, which is no plain value"},
      {"{ 1, nil, 3 }", "value is a list with holes"},
      {"{ [0] = 1 }", "value has an index below 1"},
      {"{ x = { 1, y = 2 } }", "value.x mixes list items and named fields"},
      {"{ [true] = 1 }", "value has a key of type boolean"},
      {"{ n = 0/0 }", "value.n is NaN or infinite"},
      {"'\\xff'", "value is not valid UTF-8"},
  };
  for (const Case& one : cases) {
    const Status ran = vm.Protect([&](lua_State* L) {
      const std::string chunk = std::string("return ") + one.expression;
      BOOST_REQUIRE(luaL_loadstring(L, chunk.c_str()) == LUA_OK);
      lua_call(L, 0, 1);
      const Result<Json> value = JsonFromLua(L, -1, "value");
      BOOST_REQUIRE(!value.ok());
      BOOST_TEST(value.error().message == one.message);
    });
    BOOST_TEST(ran.ok());
  }
}

}  // namespace
}  // namespace hone
