#!/usr/bin/env python3
"""Every surface that the third-party mock server has in the OpenAI and Azure forms, from a recipe to the
ledger: chat, tools and their results, structured output, images, streaming, usage, embeddings."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from mock_server import MockServer  # noqa: E402
from project import ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
PIXEL = "iVBORw0KGgo="
VECTOR = [0.5, -0.25, 0.125, 1]

RECIPE = """\
local tools = { {
  type = "function",
  ["function"] = { name = "weather", parameters = { type = "object", properties = { city = { type = "string" } } } },
} }
local verdict = { name = "verdict", schema = { type = "object", properties = { grade = { type = "string" } } } }

return recipe {
  name = "surfaces",
  doc = "One call of every kind.",
  uses = { "llm" },
  params = {},
  run = function(context, p)
    local function ask(a) a.role = "reasoner"; return assert(llm.chat(a)) end
    local plain = ask { messages = { { role = "user", content = { "say ", "hello" } } },
                        sampling = { max_tokens = 50, temperature = 0, stop = { "END" } } }
    local question = { role = "user", content = "the weather in Oslo" }
    local called = ask { messages = { question }, tools = tools }
    local told = ask { tools = tools, messages = { question,
      { role = "assistant", content = {}, tool_calls = called.tool_calls },
      { role = "tool", content = "4 degrees", tool_call_id = called.tool_calls[1].id } } }
    local graded = ask { messages = { { role = "user", content = "grade this" } }, format = verdict }
    local seen = ask { messages = { { role = "user", content = {
      "look at ", { image = "%s", media_type = "image/png" }, "the picture" } } } }
    local cut = ask { messages = { { role = "user", content = "go on for ever" } } }
    local vectors = assert(llm.embed { role = "retriever", texts = { "alpha", "beta" }, dimensions = 4 })
    return { plain = plain.text, usage = plain.usage, called = called.tool_calls, why = called.finish_reason,
             told = told.text, grade = graded.json.grade, seen = seen.text, cut = cut.finish_reason,
             vectors = vectors.vectors, embed_usage = vectors.usage, calls = { plain.call, vectors.call } }
  end,
}
""" % PIXEL

NEAR = """\
local function cosine(a, b)
  local sum = 0
  for i = 1, #a do sum = sum + a[i] * b[i] end
  return sum
end

return recipe {
  name = "near",
  doc = "Texts and their distances.",
  uses = { "llm" },
  params = {},
  run = function(context, p)
    local texts = { "Licences allow copying of programs.", "Copying of programs is what licences allow.",
                    "Modules of a kernel load at boot." }
    local v = assert(llm.embed { role = "retriever", texts = texts }).vectors
    local short = assert(llm.embed { role = "retriever", texts = { "a" }, dimensions = 8 }).vectors
    return { near = cosine(v[1], v[2]), far = cosine(v[1], v[3]), dimensions = { #v[1], #short[1] } }
  end,
}
"""

EXPERIMENT = """\
return experiment {
  name = "study",
  data = data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 3 },
  models = { default = "%(chat)s", embed = "%(embed)s" },
  seeds = { 1 },
  arms = { { "All", recipe = "surfaces" } },
}
"""

FIXTURES = [
    ({"userMessage": "say hello"}, {
        "content": "Hello to you, from far away.",
        "usage": {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49},
    }),
    ({"userMessage": "weather", "hasToolResult": False},
     {"toolCalls": [{"name": "weather", "arguments": '{"city":"Oslo"}'}]}),
    ({"userMessage": "weather", "hasToolResult": True}, {"content": "It is 4 degrees."}),
    ({"userMessage": "grade this"}, {"content": '```json\n{"grade": "yes"}\n```'}),
    ({"userMessage": "picture"}, {"content": "A grey pixel."}),
    ({"userMessage": "for ever"}, {"content": "and on", "finishReason": "length"}),
    ({"inputText": "alpha"}, {"embedding": VECTOR}),
]


class OpenAiSurfacesTest(ProjectTest):
    def setUp(self):
        super().setUp()
        self.project.write("recipes/surfaces.lua", RECIPE)
        source = pathlib.Path(__file__).resolve().parents[2]
        server = MockServer(source / "build")
        self.mock = server.__enter__()
        self.addCleanup(server.__exit__)
        fixtures = [{"match": match, "response": response} for match, response in FIXTURES]
        self.mock.control("POST", "fixtures", {"fixtures": fixtures})

    def run_study(self, chat, embed, endpoint):
        """The result that the recipe returned for the first unit, and what the server saw."""
        self.project.write(STUDY, EXPERIMENT % {"chat": chat, "embed": embed})
        config = self.project.write("config.toml", "[endpoints.mock]\n" + endpoint)
        variables = {"HONE_CONFIG": str(config), "MOCK_KEY": "secret-canary"}
        answer = self.project.hone("run", STUDY, "--limit", 1, **variables)
        self.assertExit(answer, 0)
        self.variables = variables
        rows = self.project.rows("SELECT result_json FROM units WHERE kind = 'run'")
        self.assertEqual(len(rows), 1)
        return json.loads(rows[0][0]), self.mock.requests()

    def check(self, result, seen, streamed):
        self.assertEqual(result["plain"], "Hello to you, from far away.")
        self.assertEqual(result["usage"], {"input": 40, "cached_input": 0, "output": 9, "reasoning": 0})
        self.assertEqual(result["why"], "tool_calls")
        function = result["called"][0]["function"]
        self.assertEqual((function["name"], json.loads(function["arguments"])), ("weather", {"city": "Oslo"}))
        self.assertEqual(result["told"], "It is 4 degrees.")
        self.assertEqual(result["grade"], "yes")
        self.assertEqual(result["seen"], "A grey pixel.")
        self.assertEqual(result["cut"], "length")
        self.assertEqual(result["vectors"], [VECTOR, VECTOR])

        chats = [{name: value for name, value in request["body"].items() if not name.startswith("_")}
                 for request in seen if request["body"]["messages"]]  # "_...": the journal's own
        self.assertEqual(len(chats), 6)
        self.assertEqual([body.get("stream", False) for body in chats], [streamed] * 6)
        picture = [body for body in chats if "image_url" in json.dumps(body)]
        content = picture[0]["messages"][0]["content"]
        self.assertEqual([part["type"] for part in content], ["text", "image_url", "text"])
        self.assertEqual(content[1]["image_url"]["url"], "data:image/png;base64," + PIXEL)

        # On record: every figure of the provider, the exact bytes, and no key.
        sources = self.project.rows("SELECT DISTINCT tokens_source FROM calls WHERE finish_reason = 'stop'")
        self.assertEqual(sources, [("provider",)])
        shown = self.project.hone("show", "call", result["calls"][0], **self.variables)
        self.assertExit(shown, 0)
        self.assertIn(json.loads(shown.stdout), chats)
        full = self.project.json("show", "call", result["calls"][1], **self.variables)
        self.assertEqual(full["request"], {"texts": ["alpha", "beta"], "dimensions": 4})
        self.assertNotIn(b"secret-canary", self.project.db.read_bytes())

    def again_is_free(self):
        """The same command asks nobody."""
        before = len(self.mock.requests())
        self.assertExit(self.project.hone("run", STUDY, "--limit", 1, "--verify", **self.variables), 0)
        self.assertEqual(len(self.mock.requests()), before)

    def test_openai(self):
        result, seen = self.run_study("openai/m@mock", "openai/e@mock",
                                      f'base_url = "{self.mock.url}"\nkey_env = "MOCK_KEY"\n')
        self.check(result, seen, streamed=False)
        self.again_is_free()

    def test_openai_streamed(self):
        result, seen = self.run_study("openai/m@mock", "openai/e@mock",
                                      f'base_url = "{self.mock.url}"\nkey_env = "MOCK_KEY"\nstream = true\n')
        self.check(result, seen, streamed=True)

    def azure(self, stream):
        root = self.mock.url.removesuffix("/v1")
        endpoint = f'base_url = "{root}"\nkey_env = "MOCK_KEY"\nstream = {stream}\n'
        result, seen = self.run_study("azure/my-deployment@mock", "azure/my-vectors@mock", endpoint)
        self.check(result, seen, streamed=stream == "true")
        paths = {request["path"].split("?")[0] for request in seen}
        self.assertEqual(paths, {"/openai/deployments/my-deployment/chat/completions",
                                 "/openai/deployments/my-vectors/embeddings"})

    def test_azure(self):
        self.azure("false")

    def test_azure_streamed(self):
        self.azure("true")

    def test_azure_in_openai_s_own_form(self):
        endpoint = f'base_url = "{self.mock.url}"\nkey_env = "MOCK_KEY"\nauth = "openai_compatible"\n'
        result, seen = self.run_study("azure/my-deployment@mock", "azure/my-vectors@mock", endpoint)
        self.check(result, seen, streamed=False)
        self.assertEqual({request["path"] for request in seen}, {"/v1/chat/completions", "/v1/embeddings"})

    def test_structured_output_where_it_is_weaker(self):
        self.mock.control("DELETE", "fixtures")
        self.mock.control("POST", "fixtures", {"fixtures": [
            {"match": {"userMessage": "grade this", "responseFormat": "json_schema"},
             "response": {"status": 400, "error": {"message": "response_format json_schema is not supported"}}},
            *({"match": match, "response": response} for match, response in FIXTURES)]})
        endpoint = f'base_url = "{self.mock.url}"\nkey_env = "MOCK_KEY"\n'
        self.project.write(STUDY, EXPERIMENT % {"chat": "openai/m@mock", "embed": "openai/e@mock"})
        config = self.project.write("config.toml", "[endpoints.mock]\n" + endpoint)
        variables = {"HONE_CONFIG": str(config), "MOCK_KEY": "secret-canary"}
        refused = self.project.hone("run", STUDY, "--limit", 1, **variables)
        self.assertExit(refused, 3)
        self.assertIn('set structured = "object" (or "none") for [endpoints.mock]', refused.stderr)
        sent = len(self.mock.requests())
        for mode in ("object", "none"):
            with self.subTest(mode=mode):
                result, seen = self.run_study("openai/m@mock", "openai/e@mock",
                                              endpoint + f'structured = "{mode}"\n')
                self.assertEqual(result["grade"], "yes")
        # The ladder is the endpoint's business: the key is the same, nothing was bought twice.
        self.assertEqual(len(self.mock.requests()), sent + 4)


class EmbeddingsTest(ProjectTest):
    """Without a word about embeddings in the experiment they are the offline ones, never the chat model's."""

    def setUp(self):
        super().setUp()
        self.project.write("recipes/near.lua", NEAR)
        experiment = EXPERIMENT.replace(', embed = "%(embed)s"', "").replace("surfaces", "near")
        self.project.write(STUDY, experiment % {"chat": "offline/reader"})

    def test_the_default_is_offline_and_recalled(self):
        self.assertExit(self.project.hone("run", STUDY, "--limit", 1), 0)
        (result,) = self.project.rows("SELECT result_json FROM units WHERE kind = 'run'")[0]
        result = json.loads(result)
        self.assertEqual(result["dimensions"], [256, 8])
        self.assertGreater(result["near"], 0.5)
        self.assertLess(result["far"], 0.3)
        models = self.project.rows("SELECT DISTINCT model, response_model FROM calls")
        self.assertEqual(models, [("offline/hash-embedding", "offline/hash-embedding")])
        again = self.project.hone("run", STUDY, "--limit", 1, "--verify")
        self.assertExit(again, 0)
        self.assertIn("0 new calls", again.stderr)

    def test_a_plan_prices_the_model_that_embeds(self):
        plan = self.project.json("plan", STUDY, "--limit", 1, "models.default=openai/gpt-4.1-2025-04-14",
                                 "models.embed=openai/text-embedding-3-small")
        (role,) = plan["arms"][0]["roles"]
        self.assertEqual((role["role"], role["model"], role["calls"]),
                         ("retriever (embed)", "openai/text-embedding-3-small", 2))
        self.assertEqual(plan["rehearsal_failures"], [])

    def test_a_chat_model_says_that_it_makes_no_vectors(self):
        answer = self.project.hone("run", STUDY, "--limit", 1, "models.retriever=offline/reader")
        self.assertExit(answer, 3)
        self.assertIn("the model 'offline/reader' makes no embeddings", answer.stderr)


if __name__ == "__main__":
    main(sys.argv)
