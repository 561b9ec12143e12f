// Writing a skill: the lines of the present skill and those of the proposal, merged by the part
// they name, in one complete SKILL.md. Without a proposal the writer diagnoses the traces itself;
// without traces it notes the parts of the context that it gets to read, which with bounded
// attention are the first ones.
#include <algorithm>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxTerms = 12;  // of a pointer that was merged several times

std::string Proposal(const Prompt& prompt) {
  for (const std::string_view tag : {"proposed_skill", "proposal", "diagnosis"}) {
    std::string text = FirstTagged(prompt.rest, tag);
    if (text.empty()) continue;
    // A diagnosis may be handed on as the JSON it came in.
    if (const auto json = Json::Parse(text); json.ok() && json.value().is_object()) {
      return json.value()["proposed_skill"].AsString();
    }
    return text;
  }
  return "";
}

std::vector<Pointer> PointersToWhatIsRead(const Job& job) {
  std::vector<Pointer> out;
  const Seen seen = Attend(*job.context, "", "", job.options.attention);
  int last = -1;
  for (const int index : seen.sentences) {
    const int section = job.context->sentences()[static_cast<std::size_t>(index)].section;
    if (section == last) continue;
    last = section;
    AddPointer({job.context->Terms(section, kPointerTerms),
                job.context->sections()[static_cast<std::size_t>(section)].label},
               kPointerTerms, &out);
  }
  return out;
}

// One line, safe between the quotation marks of a frontmatter value.
std::string FrontmatterText(std::string text) {
  return ReplaceAll(ReplaceAll(Collapse(text), "\\", " "), "\"", "'");
}

}  // namespace

Json WriteSkill(Job job) {
  const bool challenger = ForChallenger(job.prompt);
  SkillNotes skill;
  for (const Tagged& block : job.prompt.skills) {
    const SkillNotes present = ParseSkill(block.body);
    if (skill.name.empty()) skill.name = present.name;
    if (skill.description.empty()) skill.description = present.description;
    // A slip: writing the whole skill anew, the writer forgets what stood in it.
    if (job.slips.Chance(job.options.slip)) continue;
    for (const Pointer& pointer : present.pointers) AddPointer(pointer, kMaxTerms, &skill.pointers);
    for (const std::string& note : present.notes) AddNote(note, &skill.notes);
  }
  const std::string proposal = Proposal(job.prompt);
  std::vector<Pointer> pointers;
  std::vector<std::string> notes;
  if (!proposal.empty()) {
    const SkillNotes proposed = ParseSkill(proposal);
    pointers = proposed.pointers;
    notes = proposed.notes;
  } else if (job.prompt.rest.find("<traces>") != std::string::npos) {
    Diagnosis found = Diagnose(&job);
    pointers = std::move(found.pointers);
    notes = std::move(found.notes);
  } else {
    pointers = PointersToWhatIsRead(job);
  }
  for (const std::string& note : notes) {
    // A new number of facts replaces the old one.
    if (note.find(" facts in each task") != std::string::npos) {
      skill.notes.erase(std::remove_if(skill.notes.begin(), skill.notes.end(),
                                       [](const std::string& old) {
                                         return old.find(" facts in each task") !=
                                                std::string::npos;
                                       }),
                        skill.notes.end());
    }
    AddNote(note, &skill.notes);
  }
  std::size_t dropped = 0;
  for (const Pointer& pointer : pointers) {
    if (job.slips.Chance(job.options.slip)) {
      ++dropped;  // a slip: a line is forgotten
    } else {
      AddPointer(pointer, kMaxTerms, &skill.pointers);
    }
  }
  const std::string given_name = FirstTagged(job.prompt.rest, "skill_name");
  const std::string given_description = FirstTagged(job.prompt.rest, "skill_description");
  if (skill.name.empty()) {
    skill.name = !given_name.empty() ? given_name : challenger ? "what-to-ask" : "where-to-look";
  }
  if (skill.description.empty()) {
    skill.description = !given_description.empty() ? given_description
                        : challenger
                            ? "Says which parts of this context need no further asking."
                            : "Says which part of this context answers questions on which terms.";
  }
  std::string text = "---\nname: " + FrontmatterText(skill.name) + "\ndescription: \"" +
                     FrontmatterText(skill.description) + "\"\n---\n";
  text += challenger ? "# What to ask\n\n" : "# Where to look\n\n";
  for (const std::string& note : skill.notes) text += "- " + note + "\n";
  for (const Pointer& pointer : skill.pointers) text += PointerLine(pointer, challenger) + "\n";
  Json out;
  out.Set("skill_content", std::move(text));
  out.Set("reasoning", "Kept the present lines and put in " +
                           std::to_string(pointers.size() - dropped) +
                           " proposed ones; lines on the same part are one.");
  return out;
}

}  // namespace hone::offline
