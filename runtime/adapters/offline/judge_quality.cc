// Judging a skill as a text, by what can be counted: repetition and length, words that the context
// has, layout, pointers at parts of the context, and how little is tied to single numbers or
// quotes.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "adapters/offline/jobs.h"
#include "adapters/offline/outline.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr double kRoomyWords = 400;  // a skill of twice that many loses half of its conciseness
constexpr double kLongLine = 30;     // words

struct Lines {
  std::vector<std::string> all;  // without headings, blank ones and frontmatter
  std::size_t headings = 0, items = 0;
};

Lines LinesOf(const std::string& skill) {
  Lines out;
  bool in_header = false;
  std::size_t number = 0;
  for (const std::string_view raw : Split(skill, '\n')) {
    const std::string_view line = Trim(raw);
    if (line == "---" && (number == 0 || in_header)) {
      in_header = number == 0;
      ++number;
      continue;
    }
    ++number;
    if (in_header || line.empty()) continue;
    if (line.starts_with("#")) {
      ++out.headings;
      continue;
    }
    if (line.starts_with("- ") || line.starts_with("* ")) ++out.items;
    out.all.emplace_back(line);
  }
  return out;
}

double Share(double part, double whole) { return whole <= 0 ? 0 : std::min(1.0, part / whole); }

int64_t Points(double share, Slips* slips, double slip) {
  // A grader is off by a few points, more often when it slips.
  const int64_t off = slips->Chance(slip) ? static_cast<int64_t>(slips->Below(11)) - 5 : 0;
  const auto points = static_cast<int64_t>(40 + 58 * std::clamp(share, 0.0, 1.0)) + off;
  return std::clamp<int64_t>(points, 0, 100);
}

}  // namespace

Json JudgeQuality(Job job) {
  const std::string skill = job.prompt.skills.empty() ? "" : job.prompt.skills.front().body;
  const Lines lines = LinesOf(skill);
  double words = 0, quotes = 0, long_lines = 0;
  std::set<std::string> different;
  for (const std::string& line : lines.all) {
    const auto count = static_cast<double>(Words(line).size());
    words += count;
    if (count > kLongLine) ++long_lines;
    quotes += static_cast<double>(QuotedPhrases(line).size());
    different.insert(Normal(line));
  }
  const auto total = static_cast<double>(lines.all.size());
  const std::vector<uint64_t> stems = StemsOf(skill);
  const std::vector<uint64_t> known = StemsOf(job.prompt.context);
  const auto supported = static_cast<double>(std::count_if(
      stems.begin(), stems.end(), [&](uint64_t stem) { return HasStem(known, stem); }));
  const double unique = Share(static_cast<double>(different.size()), total);
  const double brief = Share(kRoomyWords, std::max(words, 1.0));
  const double layout = (lines.headings > 0 ? 0.4 : 0) +
                        0.4 * Share(static_cast<double>(lines.items), total) +
                        0.2 * (1 - Share(long_lines, total));
  const double faithful =
      job.prompt.context.empty() ? 0.5 : Share(supported, static_cast<double>(stems.size()));
  Json out;
  const auto put = [&](const char* name, double share) {
    out.Set(name, Json(total == 0 ? int64_t{0} : Points(share, &job.slips, job.options.slip)));
  };
  put("conciseness", 0.5 * unique + 0.5 * brief);
  put("faithfulness", faithful);
  put("clarity", layout);
  put("effectiveness", 0.5 * Share(total, 8) + 0.5 * faithful);
  put("reusability", 1 - Share(quotes, 2 * std::max(total, 1.0)));
  out.Set("reasons", Json("counted: repetition, length, layout, and words that the context has"));
  return out;
}

}  // namespace hone::offline
