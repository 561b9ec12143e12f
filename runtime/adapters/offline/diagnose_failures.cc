// Diagnosing. For the reasoner: look every phrase that an answer lacked up in the context and name
// the part that holds it, with the words that tell this part from others (so the pointer also helps
// with tasks never asked). For the challenger: name the parts whose tasks were solved, and ask for
// more.
#include <algorithm>
#include <cctype>
#include <map>

#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kTaskTerms = 2;  // words of the task itself, put first
constexpr int64_t kMaxFacts = 3;

// Whether verdict line n of a trace ("n. [no] ...") says no; without verdicts every rubric counts.
bool Failed(const std::vector<std::string>& verdicts, std::size_t n) {
  return n >= verdicts.size() || !verdicts[n].starts_with("[yes]");
}

int64_t FactsAskedSoFar(const std::vector<Tagged>& skills) {
  for (const Tagged& block : skills) {
    const std::size_t at = block.body.find(" facts");
    if (at != std::string::npos && at > 0 && std::isdigit(block.body[at - 1]) != 0) {
      return block.body[at - 1] - '0';
    }
  }
  return 1;
}

Diagnosis ForChallengerSide(Job* job, const std::vector<Tagged>& traces) {
  const Reading& context = *job->context;
  Diagnosis out;
  std::size_t solved = 0;
  for (const Tagged& trace : traces) {
    if (trace.Attribute("outcome") == "failed") continue;
    ++solved;
    const std::string task = FirstTagged(trace.body, "task");
    for (const std::string& rubric : NumberedLines(FirstTagged(trace.body, "rubrics"))) {
      const int section = SectionOf(context, rubric, task);
      if (section < 0) continue;
      const std::string& label = context.sections()[static_cast<std::size_t>(section)].label;
      AddPointer({{}, label}, kPointerTerms, &out.pointers);
    }
  }
  if (solved >= 3) {
    const int64_t facts = std::min(kMaxFacts, FactsAskedSoFar(job->prompt.skills) + 1);
    AddNote("Ask for " + std::to_string(facts) + " facts in each task.", &out.notes);
  }
  out.analysis = std::to_string(solved) +
                 " tasks were solved: their parts of the context are known "
                 "to the reasoner.";
  return out;
}

}  // namespace

int SectionOf(const Reading& context, const std::string& rubric, const std::string& task) {
  for (const std::string& phrase : QuotedPhrases(rubric)) {
    const int section = context.FindSection(phrase);
    if (section >= 0) return section;
  }
  const std::vector<uint64_t> wanted = StemsOf(task + " " + rubric);
  int best = -1;
  std::ptrdiff_t best_count = 1;  // one shared word is chance
  for (const Sentence& sentence : context.sentences()) {
    const auto count = std::count_if(wanted.begin(), wanted.end(),
                                     [&](uint64_t stem) { return HasStem(sentence.stems, stem); });
    if (count > best_count) {
      best_count = count;
      best = sentence.section;
    }
  }
  return best;
}

Pointer PointerTo(const Reading& context, int section, const std::string& task) {
  const Section& here = context.sections()[static_cast<std::size_t>(section)];
  Pointer pointer;
  pointer.label = here.label;
  std::vector<uint64_t> used = here.label_stems;
  const auto add = [&](const std::string& word) {
    const uint64_t stem = StemOf(word);
    if (stem == 0 || std::find(used.begin(), used.end(), stem) != used.end()) return;
    used.push_back(stem);
    pointer.terms.push_back(word);
  };
  std::vector<std::string> own = context.Terms(section, SIZE_MAX);
  const std::vector<uint64_t> asked = StemsOf(task);
  for (const std::string& word : own) {
    if (pointer.terms.size() >= kTaskTerms) break;
    if (HasStem(asked, StemOf(word))) add(word);
  }
  for (const std::string& word : own) {
    if (pointer.terms.size() >= kPointerTerms) break;
    add(word);
  }
  return pointer;
}

bool ForChallenger(const Prompt& prompt) {
  return FirstTagged(prompt.rest, "side") == "challenger";
}

Diagnosis Diagnose(Job* job) {
  const Reading& context = *job->context;
  const std::vector<Tagged> traces = FindTagged(FirstTagged(job->prompt.rest, "traces"), "trace");
  if (ForChallenger(job->prompt)) return ForChallengerSide(job, traces);
  Diagnosis out;
  std::size_t lacking = 0;
  for (const Tagged& trace : traces) {
    if (trace.Attribute("outcome") == "solved") continue;
    const std::string task = FirstTagged(trace.body, "task");
    const std::vector<std::string> rubrics = NumberedLines(FirstTagged(trace.body, "rubrics"));
    const std::vector<std::string> verdicts = NumberedLines(FirstTagged(trace.body, "verdicts"));
    for (std::size_t i = 0; i < rubrics.size(); ++i) {
      if (!Failed(verdicts, i)) continue;
      ++lacking;
      int section = SectionOf(context, rubrics[i], task);
      // A slip: the wrong part is blamed.
      if (section >= 0 && job->slips.Chance(job->options.slip)) {
        section = static_cast<int>(job->slips.Below(context.sections().size()));
      }
      if (section < 0) continue;
      AddPointer(PointerTo(context, section, task), kPointerTerms, &out.pointers);
    }
  }
  out.analysis = std::to_string(lacking) +
                 " statements were missing from the answers; they stand in " +
                 std::to_string(out.pointers.size()) +
                 " parts of the context that were not read when the tasks were answered.";
  return out;
}

Json DiagnoseFailures(Job job) {
  const Diagnosis found = Diagnose(&job);
  const bool challenger = ForChallenger(job.prompt);
  SkillNotes present;
  for (const Tagged& block : job.prompt.skills) present = ParseSkill(block.body);
  std::string proposal;
  for (const std::string& note : found.notes) proposal += "- " + note + "\n";
  for (const Pointer& pointer : found.pointers) proposal += PointerLine(pointer, challenger) + "\n";
  const bool merge = !present.name.empty();
  Json out;
  out.Set("action", merge ? "merge" : "add");
  out.Set("target_skill", merge ? Json(present.name) : Json(nullptr));
  out.Set("analysis", found.analysis);
  out.Set("skill_name", merge ? present.name : challenger ? "what-to-ask" : "where-to-look");
  out.Set("skill_description",
          challenger
              ? "Says which parts of this context are answered already and how to ask for more."
              : "Says which part of this context answers questions on which terms.");
  out.Set("proposed_skill",
          proposal.empty() ? "- Nothing was missing; leave the skill as it is.\n" : proposal);
  out.Set("justification", challenger
                               ? "Tasks on other parts, and on more facts at once, test more."
                               : "Reading the named part first brings the missing statements, and "
                                 "their neighbours, within what can be read.");
  return out;
}

Json ProposeChange(Job job) {
  const bool is_first = job.prompt.skills.empty();
  const Json found = DiagnoseFailures(std::move(job));
  const bool nothing = found["proposed_skill"].AsString().starts_with("- Nothing was missing");
  Json out;
  out.Set("action", nothing ? "keep" : is_first ? "create" : "revise");
  out.Set("name", found["skill_name"]);
  out.Set("description", found["skill_description"]);
  out.Set("target_failure_modes", Json::MakeArray({found["analysis"]}));
  out.Set("proposed_guidance", found["proposed_skill"]);
  return out;
}

}  // namespace hone::offline
