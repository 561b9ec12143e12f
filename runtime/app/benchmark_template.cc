#include "app/benchmark_template.h"

#include <string_view>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kBenchmark =
    R"lua(-- NAME: say in two lines what is asked, where the items come from, and how an answer is scored.
-- lua/hone/benchmarks.lua says what each field means; the items are in experiments/NAME/items.json.
local answers = require "hone.answers"

local SYSTEM = "You answer questions about notes. Give the shortest phrase that answers. " .. answers.INSTRUCTION

return {
  name = "NAME",
  doc  = "Short questions about notes; exact match, token F1.",
  uses = { "llm" },                        -- "container" and "search" are there too
  params = {
    max_completion_tokens = param.int { 4096, min = 1, doc = "of one answer of the target" },
  },

  load = {
    fields = { "question", "answer" },     -- a row without one of these is a bad row
    -- A row of the data as an item. What is under `answer` is shown to score alone.
    item = function(row, p, where)
      if type(row.answer) ~= "string" then return nil, "the answer is no text" end
      return { id = tostring(row.id or where), question = row.question, answer = row.answer, notes = row.notes,
               task_type = row.kind }
    end,
  },

  initial_skill = [[
- Find the note that shares the rarest words with the question.
]],

  -- One item under a skill. nil, err is for what is nobody's wrong answer: a failed call.
  rollout = function(item, skill_text, p, run)
    local system = answers.system(SYSTEM, skill_text)
    local user = { "<context>\n", item.notes, "\n</context>\n\n<task>\n", item.question, "\n</task>" }
    local reply, err = answers.ask({
      { role = "system", content = system }, { role = "user", content = user },
    }, p, run)
    if not reply then return nil, err end
    return { response = reply.text, conversation = { { role = "assistant", content = reply.text } }, n_turns = 1,
             call = reply.call, target_system_prompt = system, target_user_prompt = table.concat(user) }
  end,

  score = function(item, trace, p)
    local predicted = answers.last_pair(trace.response)
    local verdict = { hard = score.exact_match(predicted, item.answer), soft = score.token_f1(predicted, item.answer),
                      predicted_answer = predicted }
    if verdict.hard == 0 then verdict.fail_reason = "another answer: " .. predicted end
    verdict.report = answers.report(item.question, predicted, item.answer, verdict)
    return verdict
  end,
}
)lua";

constexpr std::string_view kExperiment =
    R"lua(-- NAME: no skill, the skill to start from, and a trained one; with the offline reader, which is no language model.
return experiment {
  name   = "NAME",
  doc    = "A first look at NAME.",
  data   = data.benchmark {
    name = "NAME", split_mode = "ratio", data_path = "NAME/items.json", split_ratio = "1:1:1",
  },
  models = { default = "offline/reader" },
  seeds  = { 1 },
  base   = { recipe = "skillopt", num_epochs = 2, batch_size = 4 },
  arms   = {
    { "No skill", recipe = "no_skill" },
    { "Initial skill", returns = "initial" },
    { "Trained" },
  },
  evaluate = { with = "benchmark" },
  table    = { baseline = "No skill" },
}
)lua";

struct Note {
  const char* thing;
  const char* statement;  // with the answer
  const char* question;   // without it
  const char* answer;
};

constexpr Note kNotes[] = {
    {"Boats", "The ferry to the lighthouse leaves from the northern quay.",
     "The ferry to the lighthouse leaves from the this.", "northern quay"},
    {"Bread", "The baker heats the oven with birch wood.", "The baker heats the oven with this.",
     "birch wood"},
    {"Clocks", "The tower clock is wound by the sexton on Mondays.",
     "The tower clock is wound by the this on Mondays.", "sexton"},
    {"Dogs", "The shepherd calls the old dog Bramble.", "The shepherd calls the old dog this.",
     "Bramble"},
};

// Every question with all notes as its context, the notes in another order for each.
std::string Items() {
  std::string out = "[\n";
  const std::size_t count = std::size(kNotes);
  for (std::size_t i = 0; i < 3 * count; ++i) {
    std::string notes;
    for (std::size_t k = 0; k < count; ++k) {
      const Note& note = kNotes[(i + k + i / count) % count];
      notes += std::string(note.thing) + "\\n-----\\n" + note.statement + "\\n\\n";
    }
    const Note& asked = kNotes[i % count];
    out += "  {\"id\": \"item-" + std::to_string(i + 1) + "\", \"kind\": \"" + asked.thing +
           "\",\n   \"question\": \"" + asked.question + "\", \"answer\": \"" + asked.answer +
           "\",\n   \"notes\": \"" + notes + "\"}" + (i + 1 < 3 * count ? ",\n" : "\n");
  }
  return out + "]\n";
}

}  // namespace

std::vector<TemplateFile> BenchmarkTemplate(const std::string& name) {
  return {
      {"benchmarks/" + name + ".lua", ReplaceAll(std::string(kBenchmark), "NAME", name)},
      {"experiments/" + name + "/items.json", Items()},
      {"experiments/" + name + ".lua", ReplaceAll(std::string(kExperiment), "NAME", name)},
  };
}

}  // namespace hone
