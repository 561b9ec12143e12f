// Files as they are loaded: what constructors accept, what they say about mistakes, mappers,
// experiments.
#include <boost/test/unit_test.hpp>

#include "unit/script/fake_engine.h"

namespace hone {
namespace {

Json Describe(const std::string& source) {
  FakeEngine engine;
  engine.AddModule("recipes.test", source);
  engine.AddModule("recipes.base",
                   "return recipe { name = 'base', steps = { generate = function() end }, "
                   "run = function() end }");
  engine.AddModule("hone.a", "return require 'hone.b'");
  engine.AddModule("hone.b", "return require 'hone.a'");
  return engine.Ask(FrameType::kDescribe, Json::MakeObject({{"program", "recipes.test"}}));
}

BOOST_AUTO_TEST_CASE(mistakes_name_file_line_field_and_the_nearest_name) {
  struct Case {
    const char* source;
    const char* message;
  };
  const std::string here = "recipes/test.lua:";
  const Case cases[] = {
      {"return recipe {\n name = 'x', runn = function() end }",
       "1: recipe 'x': unknown field 'runn'; did you mean 'run'?"},
      {"return recipe { name = 'x' }", "1: recipe 'x': 'run' is missing (function)"},
      {"return recipe { name = 'x', run = 1 }", "1: recipe 'x': run must be function, got number"},
      {"return recipe { name = 'x', run = print, uses = { 'judg' } }",
       "1: recipe 'x': uses[1]: there is no capability 'judg'; did you mean 'judge'?"},
      {"\nreturn recipe { name = 'x', run = print, params = { a = 5 } }",
       "2: recipe 'x': params.a must be made by param.int, param.number, param.bool, param.string, "
       "param.choice, param.list, param.any or param.workspace"},
      {"local p = param.int { 5, mim = 1 }",
       "1: param.int: unknown field 'mim'; did you mean 'min'?"},
      {"local p = param.int { 0.5 }", "1: param.int: the default must be a whole number, got 0.5"},
      {"local p = param.int { 5, max = 4 }", "1: param.int: the default is above max"},
      {"local p = param.choice { 'a', 'a' }", "1: param.choice: 'a' is listed twice"},
      {"local p = param.nmber { 5 }", "1: 'param.nmber' does not exist; did you mean 'number'?"},
      {"return extend 'base' { name = 'x', steps = { generat = print } }",
       "1: extend 'base' 'x': steps.generat: the base has no such step; did you mean 'generate'?"},
      {"return extend 'bse' { name = 'x' }",
       "1: there is no module 'recipes.bse'; did you mean 'recipes.base'?"},
      {"require 'hone.a'", ""},
      {"llm.chat {}",
       "1: 'llm' exists only while a unit runs, inside run(), a step or attempt(), not while "
       "the file is loaded"},
      {"return recipe { name = 'x', run = function() end", "1: '}' expected near <eof>"},
  };
  for (const Case& one : cases) {
    const Json failed = Describe(one.source)["failed"];
    const std::string& message = failed["message"].AsString();
    BOOST_TEST_CONTEXT(one.source) {
      if (one.message[0] == '\0') {
        BOOST_TEST(message ==
                   "hone/b.lua:1: modules require each other in a circle: 'hone.a' -> "
                   "'hone.b' -> 'hone.a'");
      } else {
        BOOST_TEST(message == here + one.message);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_returns_nothing_useful_is_named) {
  const Json failed = Describe("local x = 1")["failed"];
  BOOST_TEST(failed["message"].AsString() ==
             "recipes.test must return recipe { ... }, it returns a boolean");
}

BOOST_AUTO_TEST_CASE(arguments_of_calls_are_checked_where_they_are_written) {
  struct Case {
    const char* body;
    const char* message;
  };
  const Case cases[] = {
      {"\nllm.chat { rol = 'r' }", "llm.chat: unknown field 'rol'; did you mean 'role'?"},
      {"\nllm.chat { role = 'r' }", "llm.chat: give either messages or prompt (with vars)"},
      {"\nllm.chat { role = 'r', messages = { { role = 'usr', content = 'x' } } }",
       "llm.chat: messages[1].role: unknown role 'usr'; did you mean 'user'?"},
      {"\nllm.chat { role = 'r', messages = { { role = 'user', content = { 1 } } } }",
       "llm.chat: messages[1].content[1] must be a text or { image, media_type }, got number"},
      {"\nllm.chat { role = 'r', messages = { { role = 'user', content = { { image = 'QQ==' } } } "
       "} }",
       "llm.chat: messages[1].content[1]: 'media_type' is missing"},
      {"\nllm.chat { role = 'r', messages = { { role = 'user', content = { { img = 'QQ==' } } } } "
       "}",
       "llm.chat: messages[1].content[1]: unknown field 'img'"},
      {"\nllm.embed { role = 'r', texts = { 'a', {} } }",
       "llm.embed: texts[2] must be a string, got table"},
      {"\nllm.embed { role = 'r', text = { 'a' } }",
       "llm.embed: unknown field 'text'; did you mean 'texts'?"},
      {"\nllm.chat { role = 'r', prompt = 'challanger' }",
       "llm.chat: there is no prompt 'challanger'; did you mean 'challenger'?"},
      {"\nllm.chat { role = 'r', prompt = 'challenger', vars = { contxt = 'x' } }", "contxt"},
      {"\njudge.rubrics { rubrics = { 1 }, answer = 'x' }",
       "judge.rubrics: rubrics[1] must be a string, got number"},
      {"\njudge.rubrics { rubrics = { 'a' }, answer = 'x', sees = { 'tsk' } }",
       "judge.rubrics: sees[1]: unknown 'tsk'; did you mean 'task'?"},
      {"\nrecord.task { origin = 'x', text = 'y', rubrics = {}, stp = 1 }",
       "record.task: unknown field 'stp'; did you mean 'step'?"},
      {"\nrecord.metric { name = 'x', value = 'y' }",
       "record.metric: value must be a number, got string"},
      {"\nparallel.map({ 1 }, print, { limt = 2 })",
       "parallel.map: unknown field 'limt'; did you mean 'limit'?"},
      {"\nreplay.select { candidates = { { txt = 'x' } }, probes = {}, answer = print, judge = "
       "print }",
       "replay.select: candidates[1]: unknown field 'txt'; did you mean 'text'?"},
      {"\nreturn { x = p.itertions }",
       "'params.itertions' does not exist; did you mean 'iterations'?"},
      {"\nstep.generat()", "'step.generat' does not exist; did you mean 'generate'?"},
      {"\ncontext:messages { tsk = 'x' }",
       "context:messages: unknown field 'tsk'; did you mean 'task'?"},
      {"\ntext.trim(5)", "text.trim: text must be a string, got number"},
      {"\nreturn 5", "run() must return a table such as { skill = text }, got number"},
  };
  for (const Case& one : cases) {
    FakeEngine engine;
    engine.AddModule(
        "recipes.test",
        std::string("return recipe { name = 'test', uses = { 'llm', 'judge', 'replay' }, steps = { "
                    "generate = function() end }, run = function(context, p, step)") +
            one.body + " end }");
    const UnitEnd end =
        engine.Run("recipes.test", FakeEngine::EchoChat(), FakeEngine::DefaultInput(),
                   Json::MakeObject({{"iterations", 5}}),
                   Json::MakeObject({{"challenger", "<context>{{context}}</context>"}}));
    BOOST_TEST_CONTEXT(one.body) {
      BOOST_TEST(end.message.find(one.message) != std::string::npos, end.message);
      if (one.body[1] != 'r' || one.body[4] == 'o') {
        BOOST_TEST(end.message.rfind("recipes/test.lua:2: ", 0) == 0U, end.message);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(prompts_are_rendered_into_messages) {
  FakeEngine engine;
  engine.AddModule("recipes.test",
                   R"lua(return recipe { name = 't', uses = { 'llm' }, run = function(context)
    return { text = llm.chat { role = 'r', prompt = 'ask', vars = { context = context:text(), count = 5 } }.text }
  end })lua");
  const UnitEnd end = engine.Run(
      "recipes.test", FakeEngine::EchoChat(), FakeEngine::DefaultInput(), Json::MakeObject(),
      Json::MakeObject(
          {{"ask",
            "<!-- A role. -->\n<!-- system -->\nBe strict.\n<!-- user -->\n{{context}} "
            "<count>{{count}}</count>\n"}}));
  BOOST_TEST(end.message == "");
  BOOST_TEST(end.result["text"].AsString() == "The sky is blue. <count>5</count>");
  BOOST_TEST(engine.effects[0]["args"]["messages"].items()[0]["role"].AsString() == "system");
}

BOOST_AUTO_TEST_CASE(a_conversation_gets_task_and_skill_in_their_places) {
  FakeEngine engine;
  engine.AddModule("recipes.test",
                   R"lua(return recipe { name = 't', uses = { 'llm' }, run = function(context)
    return { a = context:messages { task = 'T', skill = 'S', position = 'prepend' }, b = context:messages {},
             text = context:text() }
  end })lua");
  const Json messages =
      Json::MakeArray({Json::MakeObject({{"role", "system"}, {"content", "Rules."}}),
                       Json::MakeObject({{"role", "user"}, {"content", "Document."}})});
  const Json input = Json::MakeObject(
      {{"id", "c"},
       {"context", Json::MakeObject({{"messages", messages}, {"delimiter", "<|task|>"}})}});
  const UnitEnd end = engine.Run("recipes.test", FakeEngine::EchoChat(), input);
  BOOST_TEST(end.message == "");
  BOOST_TEST(
      end.result["a"].Dump() ==
      R"lua([{"content":["<skill name=\"skill\">\nS\n</skill>\n\nRules."],"role":"system"},)lua"
      R"lua({"content":["Document.<|task|>T"],"role":"user"}])lua");
  BOOST_TEST(end.result["b"].items()[1].Dump() ==
             R"lua({"content":["Document."],"role":"user"})lua");
  BOOST_TEST(end.result["text"].AsString() == "[system]: Rules.\n\n[user]: Document.");
}

BOOST_AUTO_TEST_CASE(a_mapper_turns_rows_into_units) {
  FakeEngine engine;
  engine.AddModule("hone.data.small", R"lua(
    local seen = {}
    return mapper { name = 'small', params = { path = param.string { doc = 'where' } },
      reader = function(p) return { kind = 'documents', path = p.path, max_bytes = 10 } end,
      unit = function(row, p)
        seen[#seen + 1] = row.id
        if row.skip then return nil end
        return { id = row.id, context = { text = row.text }, separation = 'none',
                 tasks = { { id = row.id .. '-1', split = 'report', task = 'T', rubrics = { 'r' }, span = { 1, 2 } } } }
      end,
      finish = function() return { { id = 'last', context = { text = table.concat(seen, ',') } } } end })lua");
  const Json reader = engine.Ask(
      FrameType::kMapData, Json::MakeObject({{"program", "hone.data.small"},
                                             {"params", Json::MakeObject({{"path", "docs"}})}}));
  BOOST_TEST(reader.Dump() ==
             R"lua({"options":{"max_bytes":10,"path":"docs"},"reader":"documents"})lua");
  const auto row = [&](Json value) {
    return engine.Ask(FrameType::kDataRow, Json::MakeObject({{"row", std::move(value)}}));
  };
  BOOST_TEST(row(Json::MakeObject({{"id", "a"}, {"text", "A"}}))["units"]
                 .items()[0]["tasks"]
                 .items()[0]["id"]
                 .AsString() == "a-1");
  BOOST_TEST(row(Json::MakeObject({{"id", "b"}, {"skip", true}})).Dump() ==
             R"lua({"units":[]})lua");
  const Json bad = row(Json::MakeObject({{"id", 5}, {"text", "x"}}));
  BOOST_TEST(bad["failed"]["message"].AsString().find("unit: id must be string, got number") !=
             std::string::npos);
  const Json end = engine.Ask(FrameType::kDataEnd, Json::MakeObject());
  BOOST_TEST(end["units"].items()[0]["context"]["text"].AsString() == "a,b,5");
}

Json Experiment(const std::string& source) {
  FakeEngine engine;
  return engine.Ask(
      FrameType::kLoadExperiment,
      Json::MakeObject(
          {{"file", "experiments/x.lua"}, {"source", source}, {"overrides", Json::MakeArray()}}));
}

BOOST_AUTO_TEST_CASE(an_experiment_becomes_plain_values) {
  const Json value =
      Experiment(R"lua(return experiment { name = 'x', data = data.documents { path = 'docs' },
    models = { default = 'offline/reader' }, seeds = { 1, 2 }, base = { recipe = 'ctx2skill' },
    arms = { { 'Base model', recipe = 'no_skill' }, { 'Full' } },
    sweep = { smoothing = log_uniform(0.1, 10) } })lua")["value"];
  BOOST_TEST(value["data"].Dump() == R"lua({"mapper":"documents","params":{"path":"docs"}})lua");
  BOOST_TEST(
      value["arms"].Dump() ==
      R"lua([{"name":"Base model","settings":{"recipe":"no_skill"}},{"name":"Full","settings":{}}])lua");
  BOOST_TEST(value["sweep"]["smoothing"].Dump() ==
             R"lua({"distribution":"log_uniform","max":10,"min":0.1})lua");
  BOOST_TEST(value["seeds"].Dump() == "[1,2]");
}

BOOST_AUTO_TEST_CASE(an_experiment_says_what_is_wrong_with_it) {
  struct Case {
    const char* source;
    const char* message;
  };
  const Case cases[] = {
      {"return experiment { name = 'x', modls = {} }",
       "experiments/x.lua:1: experiment 'x': unknown field 'modls'; did you mean 'models'?"},
      {"return experiment { name = 'x', arms = { { recipe = 'a' } } }",
       "experiments/x.lua:1: experiment: arms[1]: an arm's first entry is its name, as in { \"Base "
       "model\", "
       "recipe = \"no_skill\" }"},
      {"return experiment { name = 'x', data = {} }",
       "experiments/x.lua:1: experiment: data must be made by a mapper, as in data.documents { "
       "path = "
       "\"folder\" }"},
      {"return experiment { name = 'x', base = { f = print } }",
       "the result: value.base.f is a function, which is no plain value"},
      {"return 5", "experiments/x.lua must return experiment { ... }, it returns a number"},
  };
  for (const Case& one : cases) {
    BOOST_TEST(Experiment(one.source)["failed"]["message"].AsString() == one.message);
  }
}

}  // namespace
}  // namespace hone
