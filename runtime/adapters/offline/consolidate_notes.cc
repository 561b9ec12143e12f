// Consolidating notes: of two that share most of their words the longer one stays.
#include <algorithm>

#include "adapters/offline/jobs.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

bool SayTheSame(const std::string& a, const std::string& b) {
  const std::vector<uint64_t> left = StemsOf(a);
  const std::vector<uint64_t> right = StemsOf(b);
  const auto shared =
      std::count_if(left.begin(), left.end(), [&](uint64_t stem) { return HasStem(right, stem); });
  return 3 * shared >= 2 * static_cast<std::ptrdiff_t>(std::min(left.size(), right.size()));
}

}  // namespace

Json ConsolidateNotes(Job job) {
  std::vector<std::string> kept;
  const std::string notes_text = FirstTagged(job.prompt.rest, "notes");
  for (const std::string_view raw : Split(notes_text, '\n')) {
    std::string_view note = Trim(raw);
    if (!note.starts_with("- ")) continue;
    note = Trim(note.substr(2));
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const std::string& other) {
      return SayTheSame(other, std::string(note));
    });
    if (same == kept.end()) {
      kept.emplace_back(note);
    } else if (note.size() > same->size()) {
      *same = note;
    }
  }
  Json notes = Json::MakeArray();
  for (const std::string& note : kept) notes.Append(note);
  return Json::MakeObject({{"appendix_notes", std::move(notes)}});
}

}  // namespace hone::offline
