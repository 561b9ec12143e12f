#!/usr/bin/env python3
"""Every HTTP provider, plain and streamed, through a real `hone run` against a third party's mock server: chat,
system texts, tools and their results, structured output, images, truncation, filters, usage, a wait that is asked
for. One contract; what the mock understood of each request is compared too."""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from mock_server import MockServer  # noqa: E402
from project import ProjectTest, main  # noqa: E402

KEY = "sk-canary-0123456789"

RECIPE = """\
local tools = { { type = "function", ["function"] = {
  name = "weather", description = "The weather of a city.",
  parameters = { type = "object", properties = { city = { type = "string" } }, required = { "city" } },
} } }
local ok = { name = "grade", schema = {
  type = "object", properties = { ok = { type = "boolean" } }, required = { "ok" },
  additionalProperties = false,
} }
local picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

local function ask(text, more)
  local options = { role = "solver", messages = { { role = "user", content = text } } }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

local steps = {}
local questions = {
  chat = ask("the capital", { messages = {
    { role = "system", content = "Be brief." }, { role = "user", content = "the capital of France" },
  }, sampling = { temperature = 0.5, max_tokens = 77, stop = { "END" } } }),
  cut = ask("the long one"),
  filtered = ask("the unsafe one"),
  grade = ask("the grade", { format = ok }),
  image = ask("", { messages = { { role = "user", content = {
    "the picture ", { image = picture, media_type = "image/png" }, "shows",
  } } } }),
  large = ask(string.rep("\\"quoted\\" text, \\\\ and more. ", 3000) .. "the large one"),
  slow = ask("the slow one"),
}

local function say(name, r)
  local calls = {}
  for _, call in ipairs(r.tool_calls or {}) do
    calls[#calls + 1] = { call["function"].name, call["function"].arguments }
  end
  log.warn("ANSWER " .. json.encode({ name = name, text = r.text:sub(1, 60), bytes = #r.text, json = r.json,
    finish = r.finish_reason, calls = json.array(calls), usage = r.usage }))
end

return recipe {
  name = "contract",
  doc = "One question for each feature that a provider must have.",
  uses = { "llm" },
  params = { embed = param.bool { false, doc = "ask for embeddings too" } },
  steps = steps,
  run = function(_, p)
    local names = {}
    for name in pairs(questions) do names[#names + 1] = name end
    parallel.map(names, function(name) say(name, llm.chat(questions[name])) end)
    local messages = { { role = "user", content = "the weather in Oslo" } }
    local call = llm.chat { role = "solver", messages = messages, tools = tools }
    say("tool", call)
    messages[2] = { role = "assistant", content = call.text, tool_calls = call.tool_calls }
    messages[3] = { role = "tool", content = "it is 4 degrees", tool_call_id = call.tool_calls[1].id }
    say("result", llm.chat { role = "solver", messages = messages, tools = tools })
    if p.embed then
      local got = llm.embed { role = "embed", texts = { "one", "two", "one" } }
      local same = json.encode(got.vectors[1]) == json.encode(got.vectors[3])
      log.warn("VECTORS " .. #got.vectors .. " " .. #got.vectors[2] .. " " .. tostring(same))
    end
    return {}
  end,
}
"""

EXPERIMENT = """\
return experiment {
  name = "contract",
  data = data.documents { path = "../notes", context_words = 400, min_words = 100, tasks_per_context = 1, max_contexts = 1 },
  models = { MODELS },
  seeds = { 1 },
  base = { recipe = "contract", embed = EMBEDS },
  arms = { { "Contract" } },
}
"""

# provider/model: what follows the mock's address; whether a JSON answer comes by a forced call; the key's header; the
# model that embeds, when there is one.
PROVIDERS = {
    "openai/gpt-4.1-2025-04-14": ("/v1", False, "authorization", "openai/text-embedding-3-small"),
    "azure/gpt-4.1-2025-04-14": ("", False, "api-key", "azure/text-embedding-3-small"),
    "anthropic/claude-opus-4-5-20251101": ("", True, "x-api-key", None),
    "gemini/gemini-2.5-flash": ("", False, "x-goog-api-key", None),
    "bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0": ("", True, "authorization", None),
}

USAGE = {"prompt_tokens": 120, "completion_tokens": 7, "total_tokens": 127}


def fixtures(forced):
    def row(user, response, **match):
        return {"match": {"userMessage": user, **match}, "response": response}

    grade = {"toolCalls": [{"name": "grade", "arguments": '{"ok":true}'}]} if forced else {"content": '{"ok":true}'}
    vectors = {"match": {"inputText": "one"}, "response": {"embedding": [0.25, 0.5, -1]}}
    return [
        vectors,
        row("the capital of France", {"content": "Paris \u00e9.", "usage": USAGE}),
        row("the long one", {"content": "and so o", "finishReason": "length"}),
        row("the unsafe one", {"content": "I must", "finishReason": "content_filter"}),
        row("the grade", grade),
        row("the picture shows", {"content": "one dot"}),
        row('"quoted" text, \\ and more. the large one', {"content": "big " * 5000}),
        row("the slow one", {"error": {"message": "slow down"}, "status": 429, "retryAfter": 0}, sequenceIndex=0),
        row("the slow one", {"content": "at last"}),
        row("the weather", {"content": "4 degrees in Oslo"}, hasToolResult=True),
        row("the weather", {"content": "Let me look.", "toolCalls": [{"name": "weather", "arguments": '{"city":"Oslo"}', "id": "call_9"}]}),
    ]


class ProvidersTest(ProjectTest):
    def run_contract(self, mock, model, stream, path, embedder, more):
        self.project.write("recipes/contract.lua", RECIPE)
        models = f'default = "{model}@mock"' + (f', embed = "{embedder}@mock"' if embedder else "")
        experiment = EXPERIMENT.replace("MODELS", models).replace("EMBEDS", str(embedder is not None).lower())
        self.project.write("experiments/contract.lua", experiment)
        base = f"http://127.0.0.1:{mock.port}{path}"
        self.project.write(
            "config.toml",
            f'[endpoints.mock]\nbase_url = "{base}"\nstream = {str(stream).lower()}\n{more}',
        )
        return self.project.hone(
            "run",
            "experiments/contract.lua",
            HONE_CONFIG=str(self.project.folder / "config.toml"),
            MOCK_KEY=KEY,
            AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
            AWS_SECRET_ACCESS_KEY=KEY,
        )

    def check(self, model, stream):
        path, forced, header, embedder = PROVIDERS[model]
        is_signed = model.startswith("bedrock")
        more = 'region = "us-east-1"\n' if is_signed else 'key_env = "MOCK_KEY"\n'
        if model.startswith("azure"):
            more += 'auth = "api_key"\n'
        with MockServer(self.build.parent) as mock:
            mock.control("POST", "fixtures", {"fixtures": fixtures(forced)})
            run = self.run_contract(mock, model, stream, path, embedder, more)
            self.assertExit(run, 0)
            answers = {}
            for line in re.findall(r"ANSWER (\{.*\})", run.stderr):
                answer = json.loads(line)
                answers[answer["name"]] = answer
            arrived = mock.requests()
        told = {name: (a["text"], a["finish"], a["calls"]) for name, a in answers.items()}
        self.assertEqual(
            told,
            {
                "chat": ("Paris \u00e9.", "stop", []),
                "cut": ("and so o", "length", []),
                "filtered": ("I must", "content_filter", []),
                "grade": ('{"ok":true}', "stop", []),
                "image": ("one dot", "stop", []),
                "large": ("big " * 15, "stop", []),
                "slow": ("at last", "stop", []),
                "tool": ("Let me look.", "tool_calls", [["weather", '{"city":"Oslo"}']]),
                "result": ("4 degrees in Oslo", "stop", []),
            },
        )
        self.assertEqual(answers["grade"]["json"], {"ok": True})
        self.assertEqual(answers["large"]["bytes"], len("big ") * 5000)

        if embedder:
            self.assertIn("VECTORS 3 3 true", run.stderr)

        # What a third party's reader made of the requests.
        bodies = [entry["body"] for entry in arrived if "messages" in (entry["body"] or {})]  # not of the large one
        chat = next(b for b in bodies if b["messages"][-1]["content"] == "the capital of France")
        self.assertEqual(chat["messages"][0], {"role": "system", "content": "Be brief."})
        self.assertEqual(chat["temperature"], 0.5)
        self.assertEqual(chat["max_tokens"], 77)
        result = next(b for b in bodies if b["messages"][-1]["role"] == "tool")
        call = result["messages"][1]["tool_calls"][0]
        self.assertEqual(call["function"]["name"], "weather")
        self.assertEqual(json.loads(call["function"]["arguments"]), {"city": "Oslo"})
        self.assertEqual(result["messages"][2]["tool_call_id"], call["id"])
        self.assertIn("it is 4 degrees", result["messages"][2]["content"])
        self.assertEqual(result["tools"][0]["function"]["name"], "weather")
        for entry in arrived:
            self.assertIn(header, {name.lower() for name in entry["headers"]})
            if is_signed:
                self.assertIn("x-amz-date", {name.lower() for name in entry["headers"]})
                self.assertIn("%3A0", entry["path"])

        # The database: usage as the provider counts it, one refused send, no key anywhere.
        rows = self.project.rows(
            "SELECT input_tokens, output_tokens, tokens_source FROM calls WHERE input_tokens = 120 AND output_tokens = 7"
        )
        self.assertEqual(rows, [(120, 7, "provider")])
        sends = self.project.rows("SELECT outcome, count(*) FROM sends GROUP BY 1 ORDER BY 1")
        self.assertEqual(sends, [("answered", 10 if embedder else 9), ("rate_limited", 1)])
        for file in self.project.folder.rglob("*"):
            if file.is_file() and file.name != "config.toml":
                self.assertNotIn(KEY.encode(), file.read_bytes(), file)
        self.assertNotIn(KEY, run.stdout + run.stderr)


def contract(model, stream):
    return lambda self: self.check(model, stream)


for one in PROVIDERS:
    for streamed in (False, True):
        name = f"test_{one.split('/')[0]}_{'streamed' if streamed else 'plain'}"
        setattr(ProvidersTest, name, contract(one, streamed))


if __name__ == "__main__":
    main(sys.argv)
