// Guides in one answer, by the same extraction as in a workspace (guide.h).
//
// task_skill       a guide for one task: what the messages teach about it, else general advice
// distilled_skill  the skill that is shown (or the drafts, joined), reduced to procedures and notes
// success_draft    the same as task_skill for a whole category, with the category as support_key
#include "adapters/offline/guide.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/observation.h"
#include "skill/skill_document.h"

namespace hone::offline {
namespace {

std::string ShownSkills(const Prompt& prompt) {
  for (const std::string_view tag : {"present_skill", "drafts"}) {
    if (std::string shown = FirstTagged(prompt.rest, tag); !shown.empty()) return shown;
  }
  std::string out;
  for (const Tagged& skill : prompt.skills) out += skill.body + "\n";
  return out;
}

// What the skill that is shown says, and what the rest of the messages teaches.
Instructions Taught(Job* job, const Observation& observation) {
  Instructions guide = ReadInstructions(ShownSkills(job->prompt));
  MergeInto(Learn(job->prompt.rest, observation.task, job->options.attention, job->options.slip,
                  &job->slips),
            &guide);
  return IsEmpty(guide) ? GeneralAdvice() : guide;
}

}  // namespace

Json WriteTaskSkill(Job job) {
  const Observation observation = ReadObservation(job.prompt.rest);
  const std::vector<Tagged> tasks = FindTagged(job.prompt.rest, "task");
  const std::string id = tasks.empty() ? "" : tasks.front().Attribute("id");
  const Instructions guide = Taught(&job, observation);
  return Json::MakeObject({{"skill", Json(RenderGuide((id.empty() ? "task" : id) + "-guide",
                                                      observation.category, guide))}});
}

Json DistilSkill(Job job) {
  const std::string shown = ShownSkills(job.prompt);
  const Result<SkillReading> reading = hone::ParseSkill(shown);
  Instructions guide = ReadInstructions(shown);
  if (IsEmpty(guide)) guide = GeneralAdvice();
  std::string category;
  if (reading.ok()) {
    for (const SkillField& field : reading->document.other) {
      if (field.key == "category") category = field.value;
    }
  }
  return Json::MakeObject(
      {{"skill", Json(RenderGuide(reading.ok() ? reading->document.name : "", category, guide))}});
}

Json DraftFromSuccess(Job job) {
  const Observation observation = ReadObservation(job.prompt.rest);
  const Instructions guide = Taught(&job, observation);
  const std::string key = Slugify(observation.category + " conventions");
  return Json::MakeObject(
      {{"skill", Json(RenderGuide(key, observation.category, guide))}, {"support_key", Json(key)}});
}

}  // namespace hone::offline
