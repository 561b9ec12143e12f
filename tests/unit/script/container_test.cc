// The handles of containers in Lua: what is asked of the engine, what is refused, how they close.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "unit/script/fake_engine.h"

namespace hone {
namespace {

Json Opened(const std::string& name = "#1") {
  return Json::MakeObject({{"value", Json::MakeObject({{"container", Json(name)},
                                                       {"image_digest", "sha256:1"},
                                                       {"workdir", "/app"}})}});
}

Json Answer(const Json& effect) {
  const std::string& kind = effect["kind"].AsString();
  if (kind == "container.open") return Opened();
  if (kind == "container.snapshot") {
    return Json::MakeObject({{"value", Json::MakeObject({{"image", "snap"}})}});
  }
  if (kind == "container.time_left") {
    return Json::MakeObject({{"value", Json::MakeObject({{"seconds", 2.5}})}});
  }
  return Json::MakeObject({{"value", Json::MakeObject({{"code", 0}, {"stdout", "out"}})}});
}

UnitEnd Run(FakeEngine* engine, const std::string& body) {
  return engine->RunSource(
      "return recipe { name = 'small', uses = { 'container', 'search' }, "
      "run = function(context, p)\n" +
          body + "\nend }",
      Answer);
}

std::string MessageOf(const std::string& body) {
  FakeEngine engine;
  return Run(&engine, body).message;
}

std::vector<std::string> Kinds(const FakeEngine& engine) {
  std::vector<std::string> kinds;
  for (const Json& effect : engine.effects) kinds.push_back(effect["kind"].AsString());
  return kinds;
}

BOOST_AUTO_TEST_SUITE(containers)

BOOST_AUTO_TEST_CASE(a_handle_asks_for_effects_and_closes_itself) {
  FakeEngine engine;
  const UnitEnd end = Run(&engine, R"lua(
    local text
    do
      local c <close> = container.open { image = "debian", limits = { memory_mb = 64, time_s = 3 } }
      text = tostring(c) .. " " .. c.workdir .. " " .. c.image_digest
      local r = c:exec { shell = "ls", env = { A = "1" }, timeout_s = 2.5 }
      c:put { to = "/x", files = { { path = "a", text = "b", mode = 493 } } }
      text = text .. " " .. r.stdout .. " " .. c:snapshot() .. " " .. c:time_left()
    end
    return { text = text })lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["text"].AsString() == "container #1 /app sha256:1 out snap 2.5");
  BOOST_TEST(Kinds(engine) == (std::vector<std::string>{"container.open", "container.exec",
                                                        "container.put", "container.snapshot",
                                                        "container.time_left", "container.close"}),
             boost::test_tools::per_element());
  BOOST_TEST(engine.effects[0]["args"]["limits"]["memory_mb"].AsInt() == 64);
  BOOST_TEST(engine.effects[1]["args"]["container"].AsString() == "#1");
  BOOST_TEST(engine.effects[1]["args"]["env"]["A"].AsString() == "1");
  BOOST_TEST(engine.effects[5]["call"].AsInt() == 0);
}

BOOST_AUTO_TEST_CASE(an_error_closes_it_too_also_inside_a_map) {
  FakeEngine engine;
  const UnitEnd end = Run(&engine, R"lua(
    local ok, why = pcall(parallel.map, { 1 }, function()
      local c <close> = container.open { image = "debian" }
      error("broken")
    end)
    return { ok = ok })lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(!end.result["ok"].AsBool(true));
  const std::vector<std::string> kinds = Kinds(engine);
  BOOST_TEST(std::count(kinds.begin(), kinds.end(), "container.close") == 1);
}

BOOST_AUTO_TEST_CASE(a_container_ends_with_the_fiber_that_opened_it) {
  FakeEngine engine;
  const UnitEnd end = Run(&engine, R"lua(
    parallel.map({ 1, 2 }, function() container.open { image = "debian" }:exec { shell = "ls" } end)
    parallel.map({ 1 }, function() return 1 end)
    return {})lua");
  BOOST_TEST(end.message == "");
  std::vector<std::string> ended;
  for (const Json& effect : engine.effects) {
    if (effect["kind"].AsString() != "container.path_ended") continue;
    ended.push_back(effect["args"]["path"].AsString());
    BOOST_TEST(effect["call"].AsInt() == 0);
  }
  BOOST_TEST(ended == (std::vector<std::string>{"1", "2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_world_is_an_answer) {
  FakeEngine engine;
  const UnitEnd end = engine.RunSource(
      R"lua(
    return recipe { name = "small", uses = { "container" }, run = function()
      local c, err = container.open { image = "debian" }
      return { c = c == nil, code = err.code, infrastructure = err.infrastructure }
    end })lua",
      [](const Json& /*effect*/) {
        return Json::MakeObject({{"error", Json::MakeObject({{"code", "not_found"},
                                                             {"message", "no such image"},
                                                             {"infrastructure", true}})}});
      });
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["code"].AsString() == "not_found");
  BOOST_TEST(end.result["infrastructure"].AsBool());
}

BOOST_AUTO_TEST_CASE(misuse_says_where_what_and_what_instead) {
  const std::pair<const char*, const char*> cases[] = {
      {"container.open { imag = 'x' }", "unknown field 'imag'; did you mean 'image'?"},
      {"container.open { }", "give either image or dockerfile"},
      {"container.open { dockerfile = { path = '/etc' } }", "must be an asset of the data"},
      {"container.open { image = 'x', limits = { memory = 1 } }",
       "container.open: limits: unknown field 'memory'; known: cpus, disk_mb, memory_mb"},
      {"container.open { image = 'x', limits = { cpus = 0 } }", "limits.cpus must be from"},
      {"container.open { image = 'x', env = { ['A=B'] = 'c' } }", "is no name of a variable"},
      {"local c = container.open { image = 'x' } c:exec { }", "give either argv or shell"},
      {"local c = container.open { image = 'x' } c:exec { argv = { 'a', 1 } }",
       "container:exec: argv[2] must be a string, got number"},
      {"local c = container.open { image = 'x' } c:exec { shell = 'a', timeout_s = 0 }",
       "timeout_s must be from"},
      {"local c = container.open { image = 'x' } c.exec { shell = 'a' }",
       "container.exec: call it with a colon, as in c:exec(...)"},
      {"local c = container.open { image = 'x' } return c.exek",
       "a container has no 'exek'; did you mean 'exec'?"},
      {"local c = container.open { image = 'x' } c.workdir = '/'", "a container is read-only"},
      {"local c = container.open { image = 'x' } c:put { to = '/', files = { { path = 'a' } } }",
       "container:put: files[1] ('a'): give one of text, base64 and link"},
      {"local c = container.open { image = 'x' } c:close() c:exec { shell = 'a' }",
       "container.exec: the container #1 was closed"},
      {"local c = container.open { image = 'x' } c:verify { tests = { ['$asset'] = 'a' } }\n"
       "c:exec { shell = 'a' }",
       "the container #1 was ended by verify"},
      {"local c = container.open { image = 'x' } c:verify { tests = { ['$asset'] = 'a' }, order = "
       "'befor' }",
       "order: unknown 'befor'"},
      {"search.query { service = 's', query = '' }", "search.query: query is empty"},
  };
  for (const auto& [body, expected] : cases) {
    const std::string message = MessageOf(body);
    BOOST_TEST(message.find(expected) != std::string::npos, body << ": " << message);
    BOOST_TEST((message.find("test.lua:2:") != std::string::npos ||
                message.find("test.lua:3:") != std::string::npos),
               message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
