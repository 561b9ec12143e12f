// A unit end to end: fibers, effects, rows, errors, determinism of paths; in process.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "unit/script/fake_engine.h"

namespace hone {
namespace {

Json Answer(Json value) { return Json::MakeObject({{"value", std::move(value)}}); }
Json Text(const std::string& text) {
  return Answer(Json::MakeObject({{"text", text}, {"finish_reason", "stop"}, {"call", "k"}}));
}
Json Refuse(const std::string& code, const std::string& message) {
  return Json::MakeObject({{"error", Json::MakeObject({{"code", code}, {"message", message}})}});
}

BOOST_AUTO_TEST_CASE(a_recipe_asks_judges_records_and_returns) {
  FakeEngine engine;
  const UnitEnd end = engine.RunSource(R"lua(
    return recipe {
      name = "small", uses = { "llm", "judge" },
      params = { rounds = param.int { 2, min = 1 } },
      steps = { ask = function(context, task)
        return llm.chat { role = "reasoner", messages = context:messages { task = task } }
      end },
      run = function(context, p, step)
        local task = record.task { origin = "self_play", text = "What colour?", rubrics = { "says blue" } }
        local r = step.ask(context, "What colour?")
        local verdict = judge.rubrics { rubrics = { "says blue" }, answer = r.text }
        record.attempt { task = task, purpose = "loop", answer = r.text, verdict = verdict, call = r.call }
        return { skill = "Look up. " .. tostring(verdict.solved) .. context.id }
      end,
    })lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["skill"].AsString() == "Look up. truec1");
  BOOST_REQUIRE(engine.effects.size() == 2U);
  BOOST_TEST(engine.effects[0]["kind"].AsString() == "llm.chat");
  BOOST_TEST(engine.effects[0]["step"].AsString() == "ask");
  BOOST_TEST(engine.effects[1]["step"].AsString() == "");
  const std::string user =
      engine.effects[0]["args"]["messages"].items()[1]["content"].items()[0].AsString();
  BOOST_TEST(user == "<context>\nThe sky is blue.\n</context>\n\n<task>\nWhat colour?\n</task>");
  BOOST_REQUIRE(engine.records.size() == 2U);
  BOOST_TEST(engine.records[1]["fields"]["task"].AsString() == "tasks:#1");
  BOOST_TEST(engine.records[1]["fields"]["verdict"]["solved"].AsBool());
  BOOST_TEST(engine.idles.size() == 2U);
  BOOST_TEST(engine.idles[1]["answered"].AsInt() == 1);
}

constexpr const char* kMap = R"lua(
  local out = parallel.map({ "a", "b", "c", "d" }, function(x, i)
    local first = llm.chat { role = "r", messages = { { role = "user", content = x } } }
    local inner = parallel.map({ 1, 2 }, function(k)
      record.metric { name = "m", value = random.int(1, 1000000) }
      return llm.chat { role = "r", messages = { { role = "user", content = first.text .. k } } }.text
    end)
    return table.concat(inner, "+") .. i
  end, { limit = 3 })
  return { out = out, again = parallel.map({ 1, 2 }, function(x)
    record.metric { name = "later", value = x }
    if x == 1 then return nil end
    return x
  end) })lua";

BOOST_AUTO_TEST_CASE(maps_keep_input_order_and_paths_in_every_completion_order) {
  std::string expected;
  for (unsigned seed = 0; seed < 20; ++seed) {
    FakeEngine engine;
    std::mt19937 generator(seed);
    if (seed > 0) engine.pick = [&](std::size_t n) { return generator() % n; };
    const UnitEnd end = engine.RunBody(kMap);
    BOOST_TEST(end.message == "");
    BOOST_TEST(end.result.Dump() ==
               R"lua({"again":[false,2],"out":["a1+a21","b1+b22","c1+c23","d1+d24"]})lua");
    std::vector<std::string> rows;
    for (const Json& record : engine.records) {
      rows.push_back(record["path"].AsString() + "#" + record["n"].Dump() +
                     record["fields"].Dump());
    }
    for (const Json& effect : engine.effects) {
      rows.push_back(effect["path"].AsString() + effect["args"].Dump());
    }
    std::sort(rows.begin(), rows.end());
    std::string all;
    for (const std::string& row : rows) all += row + "\n";
    if (seed == 0) expected = all;
    BOOST_TEST(all == expected);
  }
  // A path's counters outlive its fiber: path 1 is used by both maps.
  BOOST_TEST(expected.find("1#1{\"name\":\"later\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_lowest_failing_item_is_raised_after_all_started_ones) {
  FakeEngine engine;
  engine.pick = [](std::size_t n) { return n - 1; };  // last first
  const UnitEnd end = engine.RunBody(R"lua(
    local done = {}
    local ok, err = pcall(parallel.map, { 1, 2, 3, 4, 5, 6 }, function(x)
      llm.chat { role = "r", messages = { { role = "user", content = "q" .. x } } }
      done[#done + 1] = x
      if x == 2 or x == 3 then error("item " .. x .. " broke", 0) end
    end, { limit = 4 })
    return { ok = ok, err = err, done = #done })lua");
  BOOST_TEST(end.message == "");
  // 4 start; 4 ends first and makes room for 5, then 5 for 6; then 6, 3 (fails), 2 (fails), 1.
  BOOST_TEST(end.result.Dump() == R"lua({"done":6,"err":"item 2 broke","ok":false})lua");
}

BOOST_AUTO_TEST_CASE(errors_carry_file_line_and_the_items_traceback) {
  FakeEngine engine;
  const UnitEnd end = engine.RunSource(R"lua(return recipe { name = "x", run = function()
  local function deep() local t = nil; return t.field end
  parallel.map({ 1 }, function() deep() end)
end })lua");
  BOOST_TEST(end.code == "invalid_argument");
  BOOST_TEST(end.message == "recipes/test.lua:2: attempt to index a nil value (local 't')");
  BOOST_TEST(end.traceback.find(
                 "at path 1: stack traceback:\n\trecipes/test.lua:2: in upvalue 'deep'") == 0U);
  BOOST_TEST(end.traceback.find("recipes/test.lua:3: in function") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_with_errors_raise_end_or_return) {
  const std::string body = R"lua(
    local ok, value, err = pcall(llm.chat, { role = "r", messages = { { role = "user", content = "q" } } })
    return { ok = ok, value = tostring(value), code = err and err.code })lua";
  struct Case {
    const char* code;
    const char* result;  // "" when the unit ends
  };
  const Case cases[] = {
      {"bad_response", R"lua({"code":"bad_response","ok":true,"value":"nil"})lua"},
      {"unavailable", R"lua({"code":"unavailable","ok":true,"value":"nil"})lua"},
      {"invalid_argument", R"lua({"ok":false,"value":"recipes/test.lua:2: said no"})lua"},
      {"cancelled", ""},
      {"over_budget", ""},
      {"conflict", ""},
  };
  for (const Case& one : cases) {
    FakeEngine engine;
    const UnitEnd end =
        engine.RunBody(body, [&](const Json&) { return Refuse(one.code, "said no"); });
    BOOST_TEST_CONTEXT(one.code) {
      if (one.result[0] == '\0') {
        BOOST_TEST(end.code == one.code);
        BOOST_TEST(end.message == "said no");
      } else {
        BOOST_TEST(end.result.Dump() == one.result);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unusable_answer_is_asked_again_as_a_new_draw) {
  FakeEngine engine;
  int n = 0;
  const UnitEnd end = engine.RunBody(R"lua(
    local r = llm.chat { role = "r", draw = "x", format = { name = "tasks" },
      messages = { { role = "user", content = "q" } },
      accept = function(r) if #r.json.tasks > 1 then return #r.json.tasks end return nil, "too few" end }
    local none, err = llm.chat { role = "r", tries = 2, messages = { { role = "user", content = "q" } },
      accept = function() return nil, "never good" end }
    return { value = r.value, err = err.message, code = err.code })lua",
                                     [&](const Json&) {
                                       ++n;
                                       if (n == 1) return Text("no json");
                                       if (n == 2) return Text("```json\n{\"tasks\": [1]}\n```");
                                       return Text("{\"tasks\": [1, 2]}");
                                     });
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["value"].AsInt() == 2);
  BOOST_TEST(end.result["err"].AsString() == "no usable answer in 2 tries: never good");
  BOOST_REQUIRE(engine.effects.size() == 5U);
  BOOST_TEST(engine.effects[0]["args"]["draw"].AsString() == "x");
  BOOST_TEST(engine.effects[1]["args"]["draw"].AsString() == "x#2");
  BOOST_TEST(engine.effects[2]["args"]["draw"].AsString() == "x#3");
  BOOST_TEST(engine.effects[3]["args"]["draw"].is_null());
}

BOOST_AUTO_TEST_CASE(memo_runs_once_on_a_path_of_its_own) {
  FakeEngine engine;
  engine.pick = [](std::size_t n) { return n - 1; };
  const UnitEnd end = engine.RunBody(R"lua(
    local out = parallel.map({ 1, 2, 3 }, function(x)
      return memo("shared", function()
        return llm.chat { role = "r", messages = { { role = "user", content = "once" } } }.text
      end) .. x
    end)
    local ok, err = pcall(memo, "bad", function() error("memo broke", 0) end)
    local ok2, err2 = pcall(memo, "bad", function() return 1 end)
    return { out = out, err = err, err2 = err2 })lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result.Dump() ==
             R"lua({"err":"memo broke","err2":"memo broke","out":["once1","once2","once3"]})lua");
  BOOST_REQUIRE(engine.effects.size() == 1U);
  BOOST_TEST(engine.effects[0]["path"].AsString() == "@shared");
}

BOOST_AUTO_TEST_CASE(a_memo_that_waits_for_itself_is_an_error) {
  FakeEngine engine;
  const UnitEnd end = engine.RunBody("memo('a', function() return memo('a', function() end) end)");
  BOOST_TEST(end.message.find("waits for itself") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tree_reduce_joins_groups_until_one_is_left) {
  FakeEngine engine;
  const UnitEnd end = engine.RunBody(R"lua(
    return { out = tree_reduce({ "a", "b", "c", "d", "e" }, 2, function(g) return "(" .. table.concat(g) .. ")" end) })lua");
  BOOST_TEST(end.result["out"].AsString() == "(((ab)(cd))e)");
}

BOOST_AUTO_TEST_CASE(replay_scores_exactly_and_answers_equal_texts_once) {
  FakeEngine engine;
  const UnitEnd end = engine.RunBody(R"lua(
    local probe = record.probe { set = "hard", task = record.task { origin = "self_play", text = "t", rubrics = { "r" } } }
    local result = replay.select {
      candidates = { { text = "old" }, { text = "new" }, { text = "old" }, { text = "best" } },
      probes = { hard = { { task = "h", id = probe } }, easy = { { task = "e" } } },
      answer = function(q, c)
        if q.task == "h" and c.text == "new" then return nil end
        return llm.chat { role = "reasoner", messages = { { role = "user", content = q.task .. c.text } } }.text
      end,
      judge = function(q, answer)
        return { graded = true, solved = answer == "hbest" or answer == "ebest" or answer == "enew" }
      end,
      smoothing = "n_plus_1",
    }
    return result)lua");
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["index"].AsInt() == 2);
  BOOST_TEST(engine.effects.size() == 5U);
  std::size_t replays = 0;
  for (const Json& record : engine.records)
    replays += record["table"].AsString() == "replays" ? 1 : 0;
  BOOST_TEST(replays == 6U);
  BOOST_TEST(engine.records.back()["table"].AsString() == "selections");
  BOOST_TEST(end.result["scores"].items()[0]["score"].AsString() == "1/4");
  BOOST_TEST(end.result["scores"].items()[2]["score"].AsString() == "1/4");
  BOOST_TEST(end.result["scores"].items()[1]["hard"]["valid"].AsInt() == 0);
}

BOOST_AUTO_TEST_CASE(extend_chains_steps_and_merges_parameters) {
  FakeEngine engine;
  engine.AddModule("recipes.base", R"lua(return recipe { name = "base", uses = { "llm" },
    params = { a = param.int { 1 }, b = param.choice { "x", "y" } },
    steps = { make = function(s) return "base " .. s end, other = function() return "o" end },
    bound = function(p) return p.a * 3 end,
    run = function(context, p, step) return { skill = step.make("s") .. step.other() .. tostring(p.a) } end })lua");
  engine.AddModule("recipes.mid", R"lua(return extend "base" { name = "mid",
    steps = { make = function(base, s) return "mid(" .. base(s) .. ")" end } })lua");
  engine.AddModule("recipes.top", R"lua(return extend "mid" { name = "top", uses = { "judge" },
    params = { a = param.int { 7, max = 9 } }, prompts = { challenger = "mine.md" },
    steps = { make = function(base, s) return "top(" .. base(s .. "!") .. ")" end } })lua");
  const UnitEnd end = engine.Run("recipes.top", FakeEngine::EchoChat(), FakeEngine::DefaultInput(),
                                 Json::MakeObject({{"a", 7}, {"b", "x"}}));
  BOOST_TEST(end.result["skill"].AsString() == "top(mid(base s!))o7");
  const Json description =
      engine.Ask(FrameType::kDescribe, Json::MakeObject({{"program", "recipes.top"}}));
  BOOST_TEST(description["base"].AsString() == "mid");
  BOOST_TEST(description["uses"].Dump() == R"lua(["llm","judge"])lua");
  BOOST_TEST(description["steps"].Dump() == R"lua(["make","other"])lua");
  BOOST_TEST(description["modules"].Dump() ==
             R"lua(["recipes.base","recipes.mid","recipes.top"])lua");
  BOOST_TEST(description["params"].items()[0].Dump() ==
             R"lua({"default":7,"max":9,"name":"a","type":"int"})lua");
  BOOST_TEST(description["has_bound"].AsBool());
  const Json bound =
      engine.Ask(FrameType::kBound, Json::MakeObject({{"program", "recipes.top"},
                                                      {"params", Json::MakeObject({{"a", 7}})},
                                                      {"unit", Json::MakeObject()}}));
  BOOST_TEST(bound["calls"].AsInt() == 21);
}

BOOST_AUTO_TEST_CASE(an_evaluator_attempts_items_on_paths) {
  FakeEngine engine;
  engine.AddModule("hone.evaluate.small",
                   R"lua(return evaluator { name = "small", uses = { "llm", "judge" },
    attempt = function(item, skill, p)
      local r = llm.chat { role = "reasoner", messages = item.context:messages { task = item.task, skill = skill } }
      local row = record.attempt { purpose = "report", answer = r.text }
      judge.rubrics { rubrics = item.rubrics, answer = r.text, attempt = row }
    end })lua");
  const Json input = Json::MakeObject(
      {{"context", Json::MakeObject({{"id", "c"}, {"context", Json::MakeObject({{"text", "T"}})}})},
       {"skill", "---\nname: my-skill\ndescription: d\n---\nBody"},
       {"items",
        Json::MakeArray(
            {Json::MakeObject(
                 {{"id", "t1"}, {"task", "one"}, {"rubrics", Json::MakeArray({"a", "b"})}}),
             Json::MakeObject(
                 {{"id", "t2"}, {"task", "two"}, {"rubrics", Json::MakeArray({"c"})}})})}});
  const UnitEnd end = engine.Run("hone.evaluate.small", FakeEngine::EchoChat(), input);
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result.Dump() == R"lua({"attempted":2})lua");
  BOOST_TEST(engine.effects[1]["path"].AsString() == "2");
  BOOST_TEST(engine.effects[1]["step"].AsString() == "attempt");
  const std::string system =
      engine.effects[0]["args"]["messages"].items()[0]["content"].items()[0].AsString();
  BOOST_TEST(system.find("<skill name=\"my-skill\">") != std::string::npos);
  // The attempt is recorded, and again with its verdict once it is judged.
  BOOST_REQUIRE(engine.records.size() == 4U);
  BOOST_TEST(engine.records[3]["n"].AsInt() == 1);
  BOOST_TEST(engine.records[3]["fields"]["verdict"]["n_pass"].AsInt() == 1);
  BOOST_TEST(engine.records[3]["fields"]["answer"].is_string());
}

BOOST_AUTO_TEST_CASE(large_texts_cross_once) {
  FakeEngine engine;
  const std::string big(5000, 'x');
  const Json input =
      Json::MakeObject({{"id", "c"}, {"context", Json::MakeObject({{"text", big}})}});
  engine.AddModule("recipes.test",
                   R"lua(return recipe { name = "t", uses = { "llm" }, run = function(context)
    for i = 1, 3 do
      llm.chat { role = "r", messages = context:messages { task = "t" .. i } }
    end
    return { skill = context:text() }
  end })lua");
  const UnitEnd end = engine.Run("recipes.test", FakeEngine::EchoChat(), input);
  BOOST_TEST(end.result["skill"].AsString() == big);
  const Json& content = engine.effects[2]["args"]["messages"].items()[1]["content"];
  BOOST_REQUIRE(content.size() == 3U);
  BOOST_TEST(content.items()[1].AsString() == big);
}

BOOST_AUTO_TEST_CASE(units_live_side_by_side_and_cancel_passes_pcall) {
  FakeEngine engine;
  engine.AddModule("recipes.test",
                   R"lua(return recipe { name = "t", uses = { "llm" }, run = function(context)
    local ok = pcall(llm.chat, { role = "r", messages = { { role = "user", content = context.id } } })
    return { ok = ok, id = context.id }
  end })lua");
  engine.Start();
  for (const int64_t unit : {10, 11, 12}) {
    engine.Send(FrameType::kRunUnit,
                Json::MakeObject(
                    {{"unit", unit},
                     {"program", "recipes.test"},
                     {"random", "0"},
                     {"input", Json::MakeObject({{"id", std::to_string(unit)}, {"text", "t"}})}}));
  }
  engine.Send(FrameType::kCancelUnit,
              Json::MakeObject({{"unit", 11}, {"code", "cancelled"}, {"message", "stop"}}));
  engine.Send(FrameType::kDropUnit, Json::MakeObject({{"unit", 10}}));
  engine.Send(FrameType::kAnswer,
              Json::MakeObject({{"unit", 10}, {"call", 1}, {"value", Json::MakeObject()}}));
  engine.Send(FrameType::kAnswer,
              Json::MakeObject({{"unit", 12}, {"call", 1}, {"value", Json::MakeObject()}}));
  std::vector<std::string> ends;
  FrameType type{};
  Json body;
  while (engine.Next(&type, &body)) {
    if (type == FrameType::kUnitFailed)
      ends.push_back("failed " + body["unit"].Dump() + body["message"].AsString());
    if (type == FrameType::kUnitDone) ends.push_back("done " + body["unit"].Dump());
  }
  const std::vector<std::string> expected = {"failed 11stop", "done 12"};
  BOOST_TEST(ends == expected, boost::test_tools::per_element());
}

}  // namespace
}  // namespace hone
