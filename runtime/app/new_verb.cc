// hone new: a recipe, its prompts and an experiment that run at once, offline; or a benchmark.
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ablation_template.h"
#include "app/benchmark_template.h"
#include "app/installation.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/text.h"
#include "engine/describe_recipe.h"

namespace hone {
namespace {

constexpr std::string_view kRecipe =
    R"lua(-- NAME: say in two lines what your algorithm does, and where it comes from.
local formats = require "hone.formats"

return recipe {
  name = "NAME",
  doc  = "Reads the context once and writes down how to use it.",
  unit = "context",
  uses = { "llm" },
  params = {
    rounds = param.int { 1, min = 1, max = 20, doc = "how often the skill is rewritten" },
  },
  steps = {
    -- The next version of the skill. A variant of this recipe may replace the step (extend "NAME").
    generate = function(context, before, round)
      local answer, err = llm.chat {
        role = "generator", prompt = "generator",   -- recipes/prompts/NAME/generator.md
        vars = { context = context:text(), skill = before, round = tostring(round) },
        format = formats.skill, accept = formats.accept_skill,
      }
      if not answer then
        log.warn("round " .. round .. ": the skill stays as it was: " .. err.message)
        return before
      end
      return answer.value
    end,
  },
  run = function(context, p, step)
    local text = ""
    for round = 1, p.rounds do
      text = step.generate(context, text, round)
      local document = text ~= "" and skill.parse(text) or {}
      record.skill {
        side = "reasoner", step = round, text = text,
        name = document.name or "", description = document.description or "",
      }
    end
    return { skill = text }
  end,
  bound = function(p) return p.rounds * 3 end,      -- at most this many model calls per context
}
)lua";

constexpr std::string_view kPrompt = R"md(<!--
generator: writes the next version of a skill for a context. Variables: context, skill, round.
-->
<!-- system -->
You write skills: short Markdown documents that help somebody answer questions about a context of
which they can only read a part. Answer with JSON: {"skill_content": "...", "reasoning": "..."}. The
skill starts with a frontmatter that has the fields name and description.
<!-- user -->
<context>
{{context}}
</context>

<skill name="current">
{{skill}}
</skill>

This is round {{round}}. Which parts of the context answer which questions? Write the complete skill.
)md";

constexpr std::string_view kVariant =
    R"lua(-- NAME: a variant of BASE. Say in two lines what is different, and why.
return extend "BASE" {
  name = "NAME",
  doc  = "BASE, with your change.",
  params = {},
  steps = {
    -- Replace a step by a function; its first argument is the step of BASE. `hone check
    -- recipes/BASE.lua` lists the steps.
    -- generate = function(base, ...) return base(...) end,
  },
}
)lua";

constexpr std::string_view kExperiment =
    R"lua(-- Compares NAME with no skill at all, on Debian's licence texts, with the offline reader.
return experiment {
  name   = "NAME",
  doc    = "A first look at NAME.",
  data   = data.documents {
    path = "/usr/share/common-licenses",
    context_words = 3000, min_words = 900, tasks_per_context = 4, max_contexts = 6,
  },
  models = { default = "offline/reader" },
  seeds  = { 1, 2 },
  base   = { recipe = "NAME" },
  arms   = {
    { "No skill", recipe = "no_skill" },
    { "NAME" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "No skill" },
}
)lua";

bool IsSnakeName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name) {
    const bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!ok) return false;
  }
  return true;
}

std::string Filled(std::string_view pattern, const NewArguments& arguments) {
  return ReplaceAll(ReplaceAll(std::string(pattern), "NAME", arguments.name), "BASE",
                    arguments.base);
}

Status WriteNew(const TemplateFile& file) {
  const std::filesystem::path path = file.path;
  std::error_code trouble;
  std::filesystem::create_directories(path.parent_path(), trouble);
  std::ofstream out(path, std::ios::binary);
  out << file.text;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, file.path + " cannot be written");
  return Ok{};
}

}  // namespace

VerbResult NewVerb(const GlobalArguments& /*global*/, const NewArguments& arguments) {
  const bool is_benchmark = arguments.name == "benchmark";
  if (is_benchmark && arguments.benchmark.empty()) {
    return Invalid("name the benchmark: hone new benchmark NAME");
  }
  if (!is_benchmark && !arguments.benchmark.empty()) {
    return Invalid("'" + arguments.benchmark +
                   "' is one name too many; a benchmark of your own is " +
                   "hone new benchmark NAME");
  }
  const std::string& name = is_benchmark ? arguments.benchmark : arguments.name;
  if (!IsSnakeName(name)) {
    return Invalid("'" + name + "' cannot name a " + (is_benchmark ? "benchmark" : "recipe") +
                   ": use lower-case letters, digits and _");
  }
  std::vector<TemplateFile> files;
  if (is_benchmark) {
    if (!arguments.ablate.empty() || !arguments.base.empty()) {
      return Invalid("--ablation and --extend go with recipes, not with a benchmark");
    }
    HONE_ASSIGN(const Installation installation, Installation::Find());
    HONE_ASSIGN(files, BenchmarkTemplate(installation.home, name));
  } else if (!arguments.ablate.empty()) {
    HONE_ASSIGN(const auto workbench, Workbench::Make({}));
    HONE_ASSIGN(const Json description,
                DescribeRecipe(&workbench->loop(), &workbench->spawner(),
                               workbench->installation().home, ".", arguments.ablate));
    files.push_back({"experiments/" + name + ".lua", AblationTemplate(name, description)});
  } else if (arguments.base.empty()) {
    files.push_back({"recipes/" + name + ".lua", Filled(kRecipe, arguments)});
    files.push_back({"recipes/prompts/" + name + "/generator.md", Filled(kPrompt, arguments)});
  } else {
    std::vector<std::string> known;
    std::error_code trouble;
    for (const auto& entry : std::filesystem::directory_iterator("recipes", trouble)) {
      if (entry.path().extension() == ".lua") known.push_back(entry.path().stem().string());
      if (std::filesystem::exists(entry.path() / "init.lua")) {
        known.push_back(entry.path().filename().string());
      }
    }
    bool found = false;
    for (const std::string& recipe : known) found = found || recipe == arguments.base;
    if (!found) {
      return Fail(ErrorCode::kNotFound, "there is no recipe '" + arguments.base + "' in recipes/" +
                                            NameHint(arguments.base, known));
    }
    files.push_back({"recipes/" + name + ".lua", Filled(kVariant, arguments)});
  }
  if (arguments.ablate.empty() && !is_benchmark) {
    files.push_back({"experiments/" + name + ".lua", Filled(kExperiment, arguments)});
  }

  for (const TemplateFile& file : files) {
    if (std::filesystem::exists(file.path)) {
      return Fail(ErrorCode::kConflict, file.path + " is there already; choose another name");
    }
  }
  for (const TemplateFile& file : files) {
    HONE_TRY(WriteNew(file));
    PrintText(file.path + "\n");
  }
  Report(Tone::kPlain, "next: hone check experiments/" + name + ".lua, then hone run experiments/" +
                           name + ".lua");
  return ExitCode::kComplete;
}

}  // namespace hone
