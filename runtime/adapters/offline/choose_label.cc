// Multiple choice: a task that lists "A. ...", "B. ..." and asks for <answer> tags is answered with
// the label of the choice that shares the most telling words with what was read: the context as
// far as attention goes, and the notes of the skill.
#include <algorithm>
#include <string>
#include <vector>

#include "adapters/offline/attention.h"
#include "adapters/offline/jobs.h"
#include "adapters/offline/retriever.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

struct Labelled {
  char label = 'A';
  std::vector<uint64_t> stems;
};

// Lines "A. text" in the order of the alphabet.
std::vector<Labelled> ChoicesOf(const std::string& task) {
  std::vector<Labelled> out;
  for (const std::string_view raw : Split(task, '\n')) {
    const std::string_view line = Trim(raw);
    const char next = static_cast<char>('A' + static_cast<int>(out.size()));
    if (line.size() > 3 && line[0] == next && line[1] == '.' && line[2] == ' ') {
      out.push_back({next, StemsOf(line.substr(3))});
    }
  }
  return out;
}

}  // namespace

bool OffersChoices(const std::string& task) { return ChoicesOf(task).size() > 1; }

std::string ChooseLabel(Job job) {
  std::vector<Labelled> choices = ChoicesOf(job.prompt.task);
  std::string skill;
  for (const Tagged& block : job.prompt.skills) skill += block.body + "\n";
  const Seen seen = Attend(*job.context, skill, job.prompt.task, job.options.attention);
  const Retriever retriever(*job.context, seen);
  std::vector<uint64_t> noted;
  for (const std::string& note : seen.notes) {
    const std::vector<uint64_t> stems = StemsOf(note);
    noted.insert(noted.end(), stems.begin(), stems.end());
  }
  const auto tells = [&](const Labelled& choice) {
    double sum = 0;
    for (const uint64_t stem : choice.stems) {
      // A word that several choices hold tells them apart the less.
      const auto holders =
          std::count_if(choices.begin(), choices.end(),
                        [&](const Labelled& other) { return HasStem(other.stems, stem); });
      const bool is_noted = std::find(noted.begin(), noted.end(), stem) != noted.end();
      sum += (retriever.Rarity(stem) + (is_noted ? 1.0 : 0.0)) / static_cast<double>(holders);
    }
    return sum / (1.0 + 0.05 * static_cast<double>(choice.stems.size()));
  };
  std::vector<std::pair<double, char>> ranked;
  for (const Labelled& choice : choices) ranked.emplace_back(-tells(choice), choice.label);
  std::sort(ranked.begin(), ranked.end());
  const bool slips = ranked.size() > 1 && job.slips.Chance(job.options.slip);
  const char label = ranked[slips ? 1 : 0].second;
  return "It shares the most with what I read.\n<answer>" + std::string(1, label) + "</answer>";
}

}  // namespace hone::offline
