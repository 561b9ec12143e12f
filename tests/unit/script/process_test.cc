// The real hone-script: the same work as in process, its protections, and one answer in 40
// processes.
#include <boost/test/unit_test.hpp>
#include <set>

#include "unit/script/fake_engine.h"

namespace hone {
namespace {

// Everything that a stock Lua decides by addresses or the clock: sort with ties, # with holes,
// pairs.
constexpr const char* kDeterminism = R"lua(
  local ties = {}
  for i = 1, 200 do ties[i] = { key = i % 5, i = i } end
  table.sort(ties, function(a, b) return a.key < b.key end)
  local order = {}
  for i, v in ipairs(ties) do order[i] = v.i end
  local lengths = {}
  for n = 1, 300 do
    local t = {}
    for k = 1, 12 do
      if (n * 7919 + k * 104729) % 3 ~= 0 then t[k] = k end
      t["name" .. ((n * k) % 17)] = k
    end
    for k = 1, 12 do if (n + k) % 4 == 0 then t[k] = nil end end
    lengths[n] = #t
  end
  local keys = {}
  local mixed = { z = 1, [3] = 1, alpha = 1, [2.5] = 1, [true] = 1, ["\u{e4}"] = 1, [-1] = 1, [false] = 1 }
  for key in pairs(mixed) do keys[#keys + 1] = tostring(key) end
  local numbers = { random.int(1, 1 << 40), random.float(), math.exp(0.37), 10 ^ 0.3, math.sin(1e3) }
  return { order = order, lengths = lengths, keys = keys, numbers = numbers,
           shown = tostring(print) .. tostring({}), shuffled = random.shuffle { 1, 2, 3, 4, 5, 6 } })lua";

BOOST_AUTO_TEST_CASE(forty_processes_agree) {
  std::set<std::string> answers;
  for (int i = 0; i < 40; ++i) {
    FakeEngine engine(MakeProcessPeer());
    const UnitEnd end = engine.RunBody(kDeterminism);
    BOOST_TEST(end.message == "");
    answers.insert(end.result.Dump());
  }
  BOOST_REQUIRE(answers.size() == 1U);
  const Json answer = *Json::Parse(*answers.begin());
  BOOST_TEST(answer["keys"].Dump() ==
             "[\"-1\",\"2.5\",\"3\",\"alpha\",\"z\",\"\u00e4\",\"false\",\"true\"]");
  BOOST_TEST(answer["order"].items()[0].AsInt() == 5);  // a stable sort
}

BOOST_AUTO_TEST_CASE(it_says_how_it_is_protected) {
  FakeEngine engine(MakeProcessPeer());
  engine.Start();
  BOOST_TEST(engine.ready["lua"].AsString() == "5.4.4");
  std::set<std::string> protections;
  for (const Json& one : engine.ready["sandbox"].items()) protections.insert(one.AsString());
  for (const char* needed : {"seccomp", "no_new_privs", "rlimits"})
    BOOST_TEST(protections.count(needed) == 1U);
}

BOOST_AUTO_TEST_CASE(a_long_unit_with_large_texts_stays_within_the_lock) {
  FakeEngine engine(MakeProcessPeer());
  const UnitEnd end = engine.RunBody(R"lua(
    local big = ("word "):rep(60000)
    local out = parallel.map({ 1, 2, 3, 4, 5, 6, 7, 8 }, function(i)
      local r = llm.chat { role = "r", messages = { { role = "user", content = { big, "task " .. i } } } }
      local ok, err = pcall(error, { message = "x" })
      return #r.text + #re.all(r.text, "w(o)rd") + text.words(r.text) + #json.encode(text.split(big, " "))
    end)
    return { first = out[1], last = out[8] })lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["first"].AsInt() == end.result["last"].AsInt());
}

BOOST_AUTO_TEST_CASE(a_broken_peer_ends_the_process_quietly) {
  FakeEngine engine(MakeProcessPeer());
  engine.Start();
  engine.Send(FrameType::kUnitDone, Json::MakeObject());  // not for hone-script
  FrameType type{};
  Json body;
  BOOST_TEST(!engine.Next(&type, &body));
}

}  // namespace
}  // namespace hone
