#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "skill/anchor_places.h"
#include "skill/block_text.h"
#include "skill/text_edits.h"

namespace hone {
namespace {

constexpr std::size_t kNowhere = BlockText::kNowhere;
constexpr std::size_t kPlaces = 3;

// What an accepted edit does to the base: bytes [begin, end) become `content`. Insertions have
// begin == end; lines and appended blocks get the line endings around them when the text is put
// together.
struct Change {
  std::size_t begin;
  std::size_t end;
  std::string content;
  std::size_t index;
  enum class Kind { kBytes, kLines, kBlock } kind = Kind::kBytes;
};

class SoundEdits {
 public:
  SoundEdits(std::string_view text, const std::vector<ProtectedMarks>& marks)
      : text_(text), blocks_(text), places_(text), marks_(marks) {
    const std::size_t feed = text.find('\n');
    bool only_crlf = feed != std::string_view::npos;
    for (std::size_t at = feed; only_crlf && at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      only_crlf = at > 0 && text[at - 1] == '\r';
    }
    eol_ = only_crlf ? "\r\n" : "\n";
    FindRegions();
  }

  EditReport Take(const TextEdit& edit, std::size_t index) {
    EditReport report;
    report.index = index;
    report.op = edit.op;
    report.target = FirstCharacters(edit.target, 200);
    report.content_preview = FirstCharacters(edit.content, 200);
    Decide(edit, &report);
    return report;
  }

  [[nodiscard]] std::string Assemble() {
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      return std::pair(a.begin, Rank(a)) < std::pair(b.begin, Rank(b));
    });
    std::string out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      out += text_.substr(at, change.begin - at);
      at = change.end;
      if (change.kind == Change::Kind::kBytes) {
        out += change.content;
        continue;
      }
      if (!out.empty() && out.back() != '\n') out += eol_;
      const bool block = change.kind == Change::Kind::kBlock;
      if (block && !out.empty() && !EndsWithBlankLine(out)) out += eol_;
      out += change.content + eol_;
      const bool last = i + 1 == changes_.size() || changes_[i + 1].begin > change.begin;
      if (block && last && at < text_.size() && text_[at] != '\n' && text_[at] != '\r') out += eol_;
    }
    out += text_.substr(at);
    return out;
  }

 private:
  static int Rank(const Change& change) {
    return change.begin < change.end ? 2 : change.kind == Change::Kind::kBlock ? 1 : 0;
  }

  static bool EndsWithBlankLine(std::string_view text) {
    text.remove_suffix(1);
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return !text.empty() && text.back() == '\n';
  }

  void FindRegions() {
    for (const ProtectedMarks& pair : marks_) {
      for (std::size_t at = blocks_.Find(pair.first); at != kNowhere;) {
        const std::size_t last = blocks_.Find(pair.last, at + pair.first.size());
        const std::size_t end = last == kNowhere ? text_.size() : last + pair.last.size();
        regions_.emplace_back(at, end);
        at = blocks_.Find(pair.first, end);
      }
    }
    std::sort(regions_.begin(), regions_.end());
    std::vector<std::pair<std::size_t, std::size_t>> joined;
    for (const auto& region : regions_) {
      if (!joined.empty() && region.first < joined.back().second) {
        joined.back().second = std::max(joined.back().second, region.second);
      } else {
        joined.push_back(region);
      }
    }
    regions_ = std::move(joined);
  }

  // Whether bytes [begin, end), or the point begin == end, reach into a protected region.
  [[nodiscard]] bool Protected(std::size_t begin, std::size_t end) const {
    auto region = std::upper_bound(regions_.begin(), regions_.end(), begin,
                                   [](std::size_t at, const auto& r) { return at < r.second; });
    if (region == regions_.end()) return false;
    return begin == end ? region->first < begin : region->first < end;
  }

  static void Refuse(EditReport* report, std::string status, std::string problem) {
    report->status = std::move(status);
    report->problem = std::move(problem);
  }

  void Decide(const TextEdit& edit, EditReport* report) {
    if (!edit.problem.empty()) return Refuse(report, "malformed", edit.problem);
    static const std::vector<std::string> ops = {"append", "insert_after", "replace", "delete"};
    if (std::find(ops.begin(), ops.end(), edit.op) == ops.end()) {
      return Refuse(report, "unknown_op",
                    "'" + OneLine(edit.op, 60) + "' is no operation" + NameHint(edit.op, ops));
    }
    const bool deletes = edit.op == "delete";
    if (!deletes && !edit.exact && Trim(edit.content).empty()) {
      return Refuse(report, "refused_empty",
                    edit.op == "replace" ? "the content is empty: use delete to take text away"
                                         : "the content is empty");
    }
    for (const ProtectedMarks& pair : marks_) {
      for (const std::string& mark : {pair.first, pair.last}) {
        if (deletes || edit.content.find(mark) == std::string::npos) continue;
        return Refuse(report, "refused_protected",
                      "the content holds the mark of a protected region, " + OneLine(mark, 80));
      }
    }
    if (edit.op == "append") {
      Add(AppendPoint(), AppendPoint(), edit, true, report);
      return;
    }
    if (edit.target.empty()) {
      return Refuse(report, "missing_anchor", edit.op + " needs a target, and it is empty");
    }
    std::string anchor = edit.target;
    std::size_t at = Locate(anchor, report);
    if (report->status == "missing_anchor" && !edit.exact && eol_.size() == 2) {
      anchor = Crlf(edit.target);
      EditReport again = *report;
      again.status.clear();
      again.problem.clear();
      at = anchor == edit.target ? kNowhere : Locate(anchor, &again);
      if (again.status != "missing_anchor" && anchor != edit.target) *report = std::move(again);
    }
    if (report->status == "missing_anchor") report->places = places_.Nearest(edit.target);
    if (!report->status.empty()) return;
    if (edit.op == "insert_after") {
      const std::size_t feed = blocks_.Find("\n", at + anchor.size() - 1);
      const std::size_t point = feed == kNowhere ? text_.size() : feed + 1;
      return Add(point, point, edit, false, report);
    }
    std::size_t begin = at;
    std::size_t end = at + anchor.size();
    if (deletes && !edit.exact) TakeLineEnding(begin, &end);
    Add(begin, end, edit, false, report);
  }

  // The one occurrence outside protected regions; otherwise the report has a status.
  std::size_t Locate(std::string_view anchor, EditReport* report) {
    std::vector<std::size_t> found;
    bool in_region = false;
    for (std::size_t at = blocks_.Find(anchor); at != kNowhere && found.size() < kPlaces;
         at = blocks_.Find(anchor, at + 1)) {
      if (Protected(at, at + anchor.size())) {
        in_region = true;
      } else {
        found.push_back(at);
      }
    }
    if (found.size() == 1) return found[0];
    if (found.empty() && in_region) {
      Refuse(report, "refused_protected", "the target reaches into a protected region");
    } else if (found.empty()) {
      Refuse(report, "missing_anchor", "the target does not occur in the text");
    } else {
      Refuse(report, "ambiguous_anchor",
             "the target occurs " +
                 (found.size() < kPlaces ? std::to_string(found.size()) + " times"
                                         : std::to_string(kPlaces) + " times or more") +
                 ": give more of its surroundings");
      for (const std::size_t at : found) report->places.push_back(places_.At(at));
    }
    return kNowhere;
  }

  // A whole line goes with its ending.
  void TakeLineEnding(std::size_t begin, std::size_t* end) const {
    if (begin > 0 && text_[begin - 1] != '\n') return;
    if (text_[*end - 1] == '\n') return;
    std::size_t after = *end;
    if (after < text_.size() && text_[after] == '\r') ++after;
    if (after < text_.size() && text_[after] == '\n' && !Protected(*end, after + 1)) {
      *end = after + 1;
    }
  }

  // The end of the text, or the first of the protected regions that end it.
  [[nodiscard]] std::size_t AppendPoint() const {
    std::size_t point = text_.size();
    std::size_t end = text_.size();
    for (auto region = regions_.rbegin(); region != regions_.rend(); ++region) {
      if (!Trim(text_.substr(region->second, end - region->second)).empty()) break;
      point = end = region->first;
    }
    return point;
  }

  [[nodiscard]] std::string Crlf(std::string_view text) const {
    if (eol_.size() < 2) return std::string(text);
    return ReplaceAll(ReplaceAll(std::string(text), "\r\n", "\n"), "\n", "\r\n");
  }

  // Content as lines of their own, without blank lines around.
  [[nodiscard]] std::string Lines(std::string_view content) const {
    while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) {
      content.remove_suffix(1);
    }
    while (!content.empty() && (content.front() == '\n' || content.front() == '\r')) {
      content.remove_prefix(1);
    }
    return Crlf(content);
  }

  [[nodiscard]] bool StandsAsLines(std::string_view lines) const {
    for (std::size_t at = blocks_.Find(lines); at != kNowhere; at = blocks_.Find(lines, at + 1)) {
      const std::size_t end = at + lines.size();
      const bool begins = at == 0 || text_[at - 1] == '\n';
      const bool ends = end == text_.size() || text_[end] == '\n' || text_[end] == '\r';
      if (begins && ends) return true;
    }
    return false;
  }

  void Add(std::size_t begin, std::size_t end, const TextEdit& edit, bool append,
           EditReport* report) {
    const bool inserts = begin == end;
    std::string content;
    if (edit.op != "delete") content = edit.exact ? edit.content : Crlf(edit.content);
    if (inserts && !edit.exact) {
      content = Lines(edit.content);
      const auto other = inserted_.find(content);
      if (other != inserted_.end()) {
        report->other = other->second;
        return Refuse(report, "refused_duplicate",
                      "edit " + std::to_string(other->second) + " puts the same lines");
      }
      if (StandsAsLines(content)) {
        return Refuse(report, "refused_duplicate", "the text already holds these lines");
      }
    }
    if (Protected(begin, end)) {
      return Refuse(report, "refused_protected",
                    inserts ? "the line after the target lies in a protected region"
                            : "the target reaches into a protected region");
    }
    if (!inserts && text_.substr(begin, end - begin) == content) {
      return Refuse(report, "no_change", "target and content are equal");
    }
    report->other = InConflict(begin, end);
    if (report->other != 0) {
      return Refuse(report, "conflict",
                    "edit " + std::to_string(report->other) + " changes the same text");
    }
    report->status = "applied";
    if (inserts && !edit.exact) inserted_.emplace(content, report->index);
    if (inserts) {
      points_.emplace(begin, report->index);
    } else {
      ranges_.emplace(begin, std::pair(end, report->index));
    }
    const Change::Kind kind = !inserts || edit.exact ? Change::Kind::kBytes
                              : append               ? Change::Kind::kBlock
                                                     : Change::Kind::kLines;
    changes_.push_back({begin, end, std::move(content), report->index, kind});
  }

  // The index of an accepted edit that changes some of the same bytes, or 0. Accepted ranges do not
  // overlap one another, so the neighbours in order are all there is to look at.
  [[nodiscard]] std::size_t InConflict(std::size_t begin, std::size_t end) const {
    const auto next = ranges_.lower_bound(begin);
    if (next != ranges_.end() && next->first < end) return next->second.second;
    if (next != ranges_.begin()) {
      const auto before = std::prev(next);
      if (before->second.first > begin) return before->second.second;
    }
    const auto point = points_.upper_bound(begin);
    return point != points_.end() && point->first < end ? point->second : 0;
  }

  std::string_view text_;
  BlockText blocks_;
  AnchorPlaces places_;
  const std::vector<ProtectedMarks>& marks_;
  std::string eol_;
  std::vector<std::pair<std::size_t, std::size_t>> regions_;  // in order, apart from one another
  std::vector<Change> changes_;
  std::map<std::size_t, std::pair<std::size_t, std::size_t>> ranges_;  // begin -> end, index
  std::multimap<std::size_t, std::size_t> points_;                     // point -> index
  std::map<std::string, std::size_t> inserted_;                        // lines -> index
};

}  // namespace

EditResult ApplySoundEdits(std::string_view text, const std::vector<TextEdit>& edits,
                           const std::vector<ProtectedMarks>& marks) {
  SoundEdits sound(text, marks);
  EditResult result;
  result.reports.reserve(edits.size());
  for (const TextEdit& edit : edits) {
    result.reports.push_back(sound.Take(edit, result.reports.size() + 1));
    const std::string& status = result.reports.back().status;
    ++(status == "applied"     ? result.applied
       : status == "malformed" ? result.errors
                               : result.skipped);
  }
  result.text = sound.Assemble();
  return result;
}

}  // namespace hone
