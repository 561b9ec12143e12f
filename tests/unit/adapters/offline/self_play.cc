#include "unit/adapters/offline/self_play.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "adapters/offline/reader.h"
#include "base/result.h"
#include "base/text.h"

namespace hone::test {
namespace {

std::string Numbered(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += std::to_string(i + 1) + ". " + lines[i] + "\n";
  }
  return out;
}

std::string SkillBlock(const std::string& skill) {
  return skill.empty() ? "" : "\n<skill name=\"present\">\n" + skill + "\n</skill>\n";
}

std::string InContext(const std::string& context) {
  return "<context>\n" + context + "\n</context>\n\n";
}

Json Parsed(const ChatAnswer& answer) {
  const auto json = Json::Parse(answer.text);
  HONE_CHECK(json.ok());
  return json.value();
}

struct Trace {
  Task task;
  std::string answer;
  std::vector<bool> verdicts;
  [[nodiscard]] bool Solved() const {
    return std::all_of(verdicts.begin(), verdicts.end(), [](bool v) { return v; });
  }
  [[nodiscard]] double PassRate() const {
    return static_cast<double>(std::count(verdicts.begin(), verdicts.end(), true)) /
           static_cast<double>(verdicts.size());
  }
};

std::string Evolve(const std::string& context, const std::string& skill, const std::string& side,
                   const std::vector<Trace>& traces, uint32_t seed,
                   const offline::ReaderOptions& options) {
  std::string user = InContext(context) + "<side>" + side + "</side>\n<traces>\n";
  for (const Trace& trace : traces) {
    user += std::string("<trace outcome=\"") + (trace.Solved() ? "solved" : "failed") + "\">\n";
    user += "<task>\n" + trace.task.text + "\n</task>\n<rubrics>\n" + Numbered(trace.task.rubrics) +
            "</rubrics>\n<answer>\n" + trace.answer + "\n</answer>\n<verdicts>\n";
    std::vector<std::string> lines;
    for (const bool passed : trace.verdicts) lines.emplace_back(passed ? "[yes] x" : "[no] x");
    user += Numbered(lines) + "</verdicts>\n</trace>\n";
  }
  user += "</traces>\n" + SkillBlock(skill);
  const Json found = Parsed(Ask("Diagnose.", user, "diagnosis", seed, options));
  const std::string ask = "<side>" + side + "</side>\n" + SkillBlock(skill) + "<proposed_skill>\n" +
                          found["proposed_skill"].AsString() + "\n</proposed_skill>\n<skill_name>" +
                          found["skill_name"].AsString() + "</skill_name>\n";
  return Parsed(Ask("Write.", ask, "skill", seed + 1, options))["skill_content"].AsString();
}

}  // namespace

ChatAnswer Ask(const std::string& system, const std::string& user, const std::string& format,
               uint32_t seed, const offline::ReaderOptions& options) {
  ChatRequest request;
  request.messages.push_back({"system", {Part::Of(system)}, {}});
  request.messages.push_back({"user", {Part::Of(user)}, {}});
  if (!format.empty()) request.format = Json::MakeObject({{"name", format}});
  request.seed = seed;
  return Read(request, options);
}

std::vector<Task> Challenge(const std::string& context, const std::string& skill, int count,
                            uint32_t seed, const offline::ReaderOptions& options) {
  const Json made =
      Parsed(Ask("Set tasks." + SkillBlock(skill),
                 InContext(context) + "Set <count>" + std::to_string(count) + "</count> tasks.",
                 "tasks", seed, options));
  std::vector<Task> out;
  for (const Json& task : made["tasks"].items()) {
    Task one{task["task"].AsString(), {}};
    for (const Json& rubric : task["rubrics"].items()) one.rubrics.push_back(rubric.AsString());
    out.push_back(std::move(one));
  }
  return out;
}

std::string Answer(const std::string& context, const std::string& skill, const Task& task,
                   uint32_t seed, const offline::ReaderOptions& options) {
  return Ask("Answer from the context." + SkillBlock(skill),
             InContext(context) + "<task>\n" + task.text + "\n</task>", "", seed, options)
      .text;
}

std::vector<bool> Judge(const Task& task, const std::string& answer, uint32_t seed,
                        const offline::ReaderOptions& options) {
  const Json json = Parsed(Ask(
      "Judge.",
      "<rubrics>\n" + Numbered(task.rubrics) + "</rubrics>\n<answer>\n" + answer + "\n</answer>",
      "verdicts", seed, options));
  std::vector<bool> out;
  for (const Json& verdict : json["verdicts"].items()) {
    out.push_back(verdict["status"].AsString() == "yes");
  }
  HONE_CHECK(out.size() == task.rubrics.size());
  return out;
}

bool Solves(const std::string& context, const std::string& skill, const Task& task, uint32_t seed,
            const offline::ReaderOptions& options) {
  const std::vector<bool> verdicts =
      Judge(task, Answer(context, skill, task, seed, options), seed + 7, options);
  return std::all_of(verdicts.begin(), verdicts.end(), [](bool v) { return v; });
}

SelfPlay Play(const std::string& context, int iterations, int tasks, uint32_t seed,
              const offline::ReaderOptions& options, bool challenger_evolves) {
  SelfPlay out;
  std::string skill;
  std::vector<Task> hard;
  std::vector<Task> easy;
  uint32_t draw = seed * 100003;
  for (int t = 0; t < iterations; ++t) {
    std::vector<Trace> solved;
    std::vector<Trace> failed;
    for (const Task& task : Challenge(context, out.challenger, tasks, draw += 11, options)) {
      Trace trace{task, Answer(context, skill, task, draw += 11, options), {}};
      trace.verdicts = Judge(task, trace.answer, draw += 11, options);
      (trace.Solved() ? solved : failed).push_back(std::move(trace));
    }
    out.solved.push_back(static_cast<int>(solved.size()));
    if (!failed.empty()) {
      skill = Evolve(context, skill, "reasoner", failed, draw += 11, options);
      hard.push_back(
          std::min_element(failed.begin(), failed.end(), [](const Trace& a, const Trace& b) {
            return a.PassRate() < b.PassRate();
          })->task);
    }
    if (!solved.empty()) {
      if (challenger_evolves) {
        out.challenger = Evolve(context, out.challenger, "challenger", solved, draw += 11, options);
      }
      easy.push_back(
          std::min_element(solved.begin(), solved.end(), [](const Trace& a, const Trace& b) {
            return a.task.rubrics.size() < b.task.rubrics.size();
          })->task);
    }
    out.skills.push_back(skill);
  }
  double best = -1;
  for (const std::string& candidate : out.skills) {
    const auto rate = [&](const std::vector<Task>& probes) {
      int correct = 0;
      for (const Task& probe : probes) {
        correct += Solves(context, candidate, probe, draw += 11, options) ? 1 : 0;
      }
      return (correct + 1.0) / (static_cast<double>(probes.size()) + 1.0);
    };
    const double hard_rate = rate(hard);
    const double score = hard_rate * rate(easy);
    if (score > best) {
      best = score;
      out.selected = candidate;
    }
  }
  return out;
}

std::vector<Task> HeldOut(const std::string& context, std::size_t count) {
  std::vector<Task> all;
  std::string flat;
  for (const char c : context) flat += c == '\n' ? ' ' : c;
  std::size_t start = 0;
  for (std::size_t at = 0; at + 2 < flat.size(); ++at) {
    if (flat[at] != '.' || flat[at + 1] != ' ') continue;
    std::vector<std::string> words;
    for (const std::string_view word :
         Split(std::string_view(flat).substr(start, at - start), ' ')) {
      if (!word.empty()) words.emplace_back(word);
    }
    start = at + 1;
    if (words.size() < 14 || words.size() > 45) continue;
    Task task;
    task.text = "What holds where the text speaks of this:";
    for (std::size_t i = 1; i < 8; ++i) task.text += " " + words[i];
    task.text += "?";
    std::string phrase;
    for (std::size_t i = words.size() - 4; i < words.size(); ++i) phrase += " " + words[i];
    if (phrase.find('"') != std::string::npos) continue;
    task.rubrics.push_back("The answer states: \"" + phrase.substr(1) + "\"");
    all.push_back(std::move(task));
  }
  std::vector<Task> out;
  for (std::size_t i = 0; i < count && all.size() >= count; ++i) {
    out.push_back(all[i * all.size() / count]);
  }
  return out;
}

std::string FileText(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string WordRange(const std::string& text, std::size_t first, std::size_t last) {
  std::size_t word = 0;
  std::size_t begin = text.size();
  std::size_t end = text.size();
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool space = text[i] == ' ' || text[i] == '\n' || text[i] == '\t';
    if (!space && !inside) {
      if (word == first) begin = i;
      if (word == last) {
        end = i;
        break;
      }
      ++word;
    }
    inside = !space;
  }
  return begin < end ? text.substr(begin, end - begin) : "";
}

}  // namespace hone::test
