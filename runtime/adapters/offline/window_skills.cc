// AutoSkill4Doc's two jobs. From a window: one skill for each of its largest parts, a pointer with
// the words that tell the part from its neighbours. Recombining: two skills that name the same part
// are one, with the words of both.
#include <algorithm>
#include <numeric>
#include <utility>

#include "adapters/offline/jobs.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kCandidates = 3;  // where the prompt does not say how many
constexpr std::size_t kNameWords = 6;
constexpr std::size_t kTerms = 4;  // of a part, enough to tell it from its neighbours
constexpr std::size_t kMergedTerms = 12;

std::string NameOf(const std::string& label) {
  std::string out;
  std::size_t count = 0;
  for (const std::string_view word : Words(label)) {
    if (count++ == kNameWords) break;
    if (!out.empty()) out += '-';
    for (const char c : ToLowerAscii(word)) out += c == '.' || c == '/' || c == '\'' ? '-' : c;
  }
  return out.empty() ? "part" : out;
}

// Everything is said once: whatever else a skill says has to be read, too.
Json SkillOf(const Pointer& pointer) {
  Json out;
  out.Set("name", NameOf(pointer.label));
  out.Set("description", "Where to look.");
  out.Set("prompt", PointerLine(pointer, false));
  out.Set("workflow_steps", Json::MakeArray({Json("Read that part first.")}));
  for (const char* key : {"triggers", "constraints", "cautions", "output_contract"}) {
    out.Set(key, Json::MakeArray());
  }
  out.Set("confidence", 0.75);
  return out;
}

std::vector<Pointer> PointersIn(const Json& skill) {
  return ParseSkill(skill["prompt"].AsString()).pointers;
}

Json Decision(std::string action, Json target, std::string reason, Json skill) {
  return Json::MakeObject({{"action", Json(std::move(action))},
                           {"target", std::move(target)},
                           {"reason", Json(std::move(reason))},
                           {"skill", std::move(skill)}});
}

}  // namespace

Json FindWindowSkills(Job job) {
  const std::vector<Section>& sections = job.context->sections();
  std::vector<int> order(sections.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return sections[static_cast<std::size_t>(a)].tokens >
           sections[static_cast<std::size_t>(b)].tokens;
  });
  std::size_t count = kCandidates;
  const std::string asked = FirstTagged(job.prompt.rest, "count");
  if (!asked.empty() && asked.size() < 4 && asked.find_first_not_of("0123456789") == asked.npos) {
    count = static_cast<std::size_t>(std::stoi(asked));
  }
  if (order.size() > count) order.resize(count);
  std::sort(order.begin(), order.end());
  Json skills = Json::MakeArray();
  for (const int section : order) {
    if (job.slips.Chance(job.options.slip)) continue;  // a slip: a part is overlooked
    Pointer pointer;
    pointer.label = sections[static_cast<std::size_t>(section)].label;
    pointer.terms = job.context->Terms(section, kTerms);
    skills.Append(SkillOf(pointer));
  }
  return Json::MakeObject({{"skills", std::move(skills)}});
}

Json Recombine(Job job) {
  const Result<Json> candidate = Json::Parse(FirstTagged(job.prompt.rest, "candidate"));
  if (!candidate.ok()) return Decision("create", Json(nullptr), "unreadable", Json(nullptr));
  const std::vector<Pointer> wanted = PointersIn(*candidate);
  int64_t number = 0;
  for (const Tagged& block : FindTagged(job.prompt.rest, "existing")) {
    ++number;
    const Result<Json> existing = Json::Parse(block.body);
    if (!existing.ok()) continue;
    std::vector<Pointer> joined = PointersIn(*existing);
    const std::size_t parts = joined.size();
    std::size_t terms = 0;
    for (const Pointer& pointer : joined) terms += pointer.terms.size();
    for (const Pointer& pointer : wanted) AddPointer(pointer, kMergedTerms, &joined);
    if (joined.empty() || wanted.empty() || joined.size() > parts) continue;  // another part
    std::size_t joined_terms = 0;
    for (const Pointer& pointer : joined) joined_terms += pointer.terms.size();
    if (joined_terms == terms) {
      return Decision("unchanged", Json(number), "it says nothing new", Json(nullptr));
    }
    return Decision("merge", Json(number), "both name the same part", SkillOf(joined.front()));
  }
  return Decision("create", Json(nullptr), "no other skill names this part", Json(nullptr));
}

}  // namespace hone::offline
