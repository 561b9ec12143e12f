// Writing a skill: the lines of the present skill and those of the proposal, merged by the part
// they name, in one complete SKILL.md. Without a proposal the writer diagnoses the traces itself;
// without traces it notes the parts of the context that it gets to read, which with bounded
// attention are the first ones.
#include <algorithm>
#include <set>
#include <utility>

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

// Parts that the present skill names were noted before: they need no second reading, so that a
// reader that is asked again gets further.
std::vector<Pointer> PointersToWhatIsRead(const Job& job, const SkillNotes& present) {
  std::vector<Pointer> out;
  std::set<int> noted;
  for (const Pointer& pointer : present.pointers) {
    noted.insert(job.context->FindSection(pointer.label));
  }
  int64_t left = job.options.attention;
  const std::vector<Section>& sections = job.context->sections();
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const int section = static_cast<int>(i);
    if (noted.count(section) > 0) continue;
    if (sections[i].tokens > left && !out.empty()) break;  // tired: nothing after this
    left -= sections[i].tokens;
    AddPointer({job.context->Terms(section, kPointerTerms), sections[i].label}, kPointerTerms,
               &out);
  }
  return out;
}

// One line, safe between the quotation marks of a frontmatter value.
std::string FrontmatterText(std::string text) {
  return ReplaceAll(ReplaceAll(Collapse(text), "\\", " "), "\"", "'");
}

struct Draft {
  SkillNotes skill;
  std::string body;
  std::size_t lines_put_in = 0;
};

// `whole`: with the lines of the present skill; else the addition alone.
Draft Write(Job job, bool whole) {
  const bool challenger = ForChallenger(job.prompt);
  SkillNotes present_lines;
  SkillNotes skill;
  for (const Tagged& block : job.prompt.skills) {
    const SkillNotes present = ParseSkill(block.body);
    for (const Pointer& pointer : present.pointers) {
      AddPointer(pointer, kMaxTerms, &present_lines.pointers);
    }
    if (!whole) continue;
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
    pointers = PointersToWhatIsRead(job, present_lines);
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
  Draft out;
  out.body = challenger ? "# What to ask\n\n" : "# Where to look\n\n";
  for (const std::string& note : skill.notes) out.body += "- " + note + "\n";
  for (const Pointer& pointer : skill.pointers) out.body += PointerLine(pointer, challenger) + "\n";
  out.lines_put_in = pointers.size() - dropped;
  out.skill = std::move(skill);
  return out;
}

std::string Document(const Draft& draft) {
  return "---\nname: " + FrontmatterText(draft.skill.name) + "\ndescription: \"" +
         FrontmatterText(draft.skill.description) + "\"\n---\n" + draft.body;
}

}  // namespace

Json WriteSkill(Job job) {
  const Draft draft = Write(std::move(job), true);
  Json out;
  out.Set("skill_content", Document(draft));
  out.Set("reasoning", "Kept the present lines and put in " + std::to_string(draft.lines_put_in) +
                           " proposed ones; lines on the same part are one.");
  return out;
}

Json WriteAddition(Job job) {
  const Draft draft = Write(std::move(job), false);
  Json out;
  out.Set("skill_content", Document(draft));
  out.Set("reasoning", "Added " + std::to_string(draft.lines_put_in) + " proposed lines.");
  return out;
}

Json WriteSkillParts(Job job) {
  const Draft draft = Write(std::move(job), true);
  return Json::MakeObject({{"name", draft.skill.name},
                           {"description", draft.skill.description},
                           {"content", draft.body}});
}

}  // namespace hone::offline
