#include <algorithm>

#include "base/text.h"
#include "skill/block_text.h"
#include "skill/text_edits.h"
#include "skill/unicode_text.h"

namespace hone {
namespace {

constexpr std::size_t kNowhere = BlockText::kNowhere;

// The text with the first places of its marks, which are looked for again only when an edit may
// have moved them.
class PublishedText {
 public:
  PublishedText(std::string_view text, const std::vector<ProtectedMarks>& marks) : text_(text) {
    for (const ProtectedMarks& pair : marks) {
      marks_.push_back({pair.first});
      marks_.push_back({pair.last});
      longest_ = std::max({longest_, pair.first.size(), pair.last.size()});
    }
  }

  [[nodiscard]] std::size_t Find(std::string_view needle, std::size_t from = 0) const {
    return text_.Find(needle, from);
  }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] std::string Text() const { return text_.Text(); }

  void Replace(std::size_t at, std::size_t removed, std::string_view content) {
    text_.Replace(at, removed, content);
    if (longest_ == 0) return;
    const std::size_t from = at - std::min(at, longest_ - 1);
    const std::string changed = text_.Slice(from, at - from + content.size() + longest_ - 1);
    for (Mark& mark : marks_) {
      if (!mark.known || (mark.at != kNowhere && mark.at + mark.bytes.size() <= at)) continue;
      // It stays where it was, counted from the end, unless the edit took it away or made another
      // one before it.
      const bool is_apart = mark.at == kNowhere || mark.at >= at + removed;
      mark.known = is_apart && changed.find(mark.bytes) == std::string::npos;
      if (mark.at != kNowhere) mark.at += content.size() - removed;
    }
  }

  [[nodiscard]] bool Protects(std::size_t at) {
    for (std::size_t i = 0; i + 1 < marks_.size(); i += 2) {
      const std::size_t first = PlaceOf(&marks_[i]);
      if (first == kNowhere) continue;
      const std::size_t last = PlaceOf(&marks_[i + 1]);
      if (last != kNowhere && first <= at && at < last + marks_[i + 1].bytes.size()) return true;
    }
    return false;
  }

  // Of the first marks, or kNowhere.
  [[nodiscard]] std::size_t EarliestFirstMark() {
    std::size_t earliest = kNowhere;
    for (std::size_t i = 0; i < marks_.size(); i += 2) {
      earliest = std::min(earliest, PlaceOf(&marks_[i]));
    }
    return earliest;
  }

  // Where the text before `end` ends without trailing white space.
  [[nodiscard]] std::size_t StrippedEnd(std::size_t end) const {
    for (std::size_t window = 64;; window *= 8) {
      const std::size_t from = end - std::min(end, window);
      const std::string before = text_.Slice(from, end - from);
      const std::size_t left = StripEnd(before).size();
      // The first bytes of a window may be the middle of a character.
      if (left > 4 || from == 0) return from + left;
    }
  }

 private:
  struct Mark {
    std::string_view bytes;
    std::size_t at = kNowhere;
    bool known = false;
  };

  std::size_t PlaceOf(Mark* mark) {
    if (!mark->known) {
      mark->at = text_.Find(mark->bytes);
      mark->known = true;
    }
    return mark->at;
  }

  BlockText text_;
  std::vector<Mark> marks_;  // first, last, first, last, ...
  std::size_t longest_ = 0;
};

// Returns whether the content went before a protected region.
bool Append(PublishedText* text, const std::string& content) {
  const std::size_t mark = text->EarliestFirstMark();
  if (mark == kNowhere) {
    const std::size_t end = text->StrippedEnd(text->size());
    text->Replace(end, text->size() - end, "\n\n" + content + "\n");
    return false;
  }
  const std::size_t end = text->StrippedEnd(mark);
  text->Replace(end, mark - end, "\n\n" + content + "\n\n");
  return true;
}

std::string Apply(PublishedText* text, const TextEdit& edit, const std::string& content) {
  const std::string& target = edit.target;
  const std::size_t at = target.empty() ? kNowhere : text->Find(target);
  if (at != kNowhere && text->Protects(at)) return "skipped_protected_region";
  if (edit.op == "append") {
    return Append(text, content) ? "applied_append_before_protected_region" : "applied_append";
  }
  if (edit.op == "insert_after") {
    if (at == kNowhere) {
      return Append(text, content) ? "applied_insert_after_fallback_before_protected_region"
                                   : "applied_insert_after_fallback_append";
    }
    const std::size_t feed = text->Find("\n", at + target.size());
    text->Replace(feed == kNowhere ? text->size() : feed + 1, 0, "\n" + content + "\n");
    return "applied_insert_after";
  }
  if (edit.op != "replace" && edit.op != "delete") return "skipped_unknown_op";
  const bool replace = edit.op == "replace";
  if (target.empty()) {
    return replace ? "skipped_replace_missing_target" : "skipped_delete_missing_target";
  }
  if (at == kNowhere) {
    return replace ? "skipped_replace_target_not_found" : "skipped_delete_target_not_found";
  }
  text->Replace(at, target.size(), replace ? std::string_view(content) : std::string_view());
  return replace ? "applied_replace" : "applied_delete";
}

std::string Cleaned(std::string_view content, const std::vector<ProtectedMarks>& marks) {
  std::string out(Strip(content));
  for (const ProtectedMarks& pair : marks) {
    for (const std::string* mark : {&pair.first, &pair.last}) {
      if (out.find(*mark) != std::string::npos) out = ReplaceAll(std::move(out), *mark, "");
    }
  }
  return out;
}

}  // namespace

EditResult ApplyPublishedEdits(std::string_view text, const std::vector<TextEdit>& edits,
                               const std::vector<ProtectedMarks>& marks) {
  PublishedText working(text, marks);
  EditResult result;
  result.reports.reserve(edits.size());
  for (const TextEdit& edit : edits) {
    EditReport report;
    report.index = result.reports.size() + 1;
    report.op = edit.op;
    report.target = FirstCharacters(edit.target, 200);
    if (edit.problem.empty()) {
      const std::string content = Cleaned(edit.content, marks);
      report.content_preview = FirstCharacters(content, 200);
      report.status = Apply(&working, edit, content);
    } else {
      report.status = "error";
      report.problem = edit.problem;
    }
    const bool applied = report.status.compare(0, 7, "applied") == 0;
    ++(applied ? result.applied : report.status == "error" ? result.errors : result.skipped);
    result.reports.push_back(std::move(report));
  }
  result.text = working.Text();
  return result;
}

}  // namespace hone
