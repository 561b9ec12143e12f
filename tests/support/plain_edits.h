// Edits on texts told again, with nothing clever: plain loops over std::string that know none of
// the blocks, filters and indexes of skill/. What unit tests and the fuzz target compare with.
//
//   PlainPublished   SkillOpt's patch mode at commit bdfdc30, by its table of statuses
//   PlainSound       the sound semantics of skill/text_edits.h; statuses and the text, no places
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "skill/text_edits.h"
#include "skill/unicode_text.h"

namespace hone {

// One edit on the growing text; gives its status.
inline std::string PlainPublished(std::string* text, const TextEdit& edit,
                                  const std::vector<ProtectedMarks>& marks) {
  std::string content(Strip(edit.content));
  std::size_t earliest = std::string::npos;
  for (const ProtectedMarks& pair : marks) {
    content = ReplaceAll(ReplaceAll(content, pair.first, ""), pair.last, "");
    earliest = std::min(earliest, text->find(pair.first));
  }
  const std::size_t at = edit.target.empty() ? std::string::npos : text->find(edit.target);
  for (const ProtectedMarks& pair : marks) {
    const std::size_t first = text->find(pair.first), last = text->find(pair.last);
    if (at == std::string::npos || first == std::string::npos || last == std::string::npos)
      continue;
    if (first <= at && at < last + pair.last.size()) return "skipped_protected_region";
  }
  const bool append = edit.op == "append", after = edit.op == "insert_after";
  if (append || (after && at == std::string::npos)) {
    const std::string name = append ? "applied_append" : "applied_insert_after_fallback";
    if (earliest == std::string::npos) {
      *text = std::string(StripEnd(*text)) + "\n\n" + content + "\n";
      return append ? name : name + "_append";
    }
    *text = std::string(StripEnd(text->substr(0, earliest))) + "\n\n" + content + "\n\n" +
            text->substr(earliest);
    return name + "_before_protected_region";
  }
  if (after) {
    const std::size_t feed = text->find('\n', at + edit.target.size());
    text->insert(feed == std::string::npos ? text->size() : feed + 1, "\n" + content + "\n");
    return "applied_insert_after";
  }
  if (edit.op != "replace" && edit.op != "delete") return "skipped_unknown_op";
  if (edit.target.empty()) return "skipped_" + edit.op + "_missing_target";
  if (at == std::string::npos) return "skipped_" + edit.op + "_target_not_found";
  text->replace(at, edit.target.size(), edit.op == "replace" ? content : "");
  return "applied_" + edit.op;
}

// All edits on one base.
class PlainSound {
 public:
  PlainSound(std::string text, std::vector<ProtectedMarks> marks)
      : text_(std::move(text)), marks_(std::move(marks)), is_protected_(text_.size(), false) {
    std::size_t feeds = 0, carriages = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      feeds += text_[i] == '\n' ? 1 : 0;
      carriages += text_[i] == '\n' && i > 0 && text_[i - 1] == '\r' ? 1 : 0;
    }
    crlf_ = feeds > 0 && feeds == carriages;
    for (const ProtectedMarks& pair : marks_) {
      for (std::size_t at = text_.find(pair.first); at != std::string::npos;) {
        const std::size_t last = text_.find(pair.last, at + pair.first.size());
        const std::size_t end = last == std::string::npos ? text_.size() : last + pair.last.size();
        for (std::size_t i = at; i < end; ++i) is_protected_[i] = true;
        begins_.push_back(at);
        at = text_.find(pair.first, end);
      }
    }
  }

  // One edit of the list; gives its status.
  std::string Take(const TextEdit& edit) { return Decide(edit); }

  [[nodiscard]] std::string Text() const {
    const std::string eol = crlf_ ? "\r\n" : "\n";
    std::string out;
    for (std::size_t at = 0; at <= text_.size();) {
      bool any_block = false;
      for (const bool blocks : {false, true}) {
        for (const Put& put : puts_) {
          if (put.begin != at || put.end != at || put.is_block != blocks) continue;
          if (!out.empty() && out.back() != '\n') out += eol;
          const bool is_blank = out.ends_with("\n\n") || out.ends_with("\n\r\n");
          if (put.is_block && !out.empty() && !is_blank) out += eol;
          out += put.content + eol;
          any_block = any_block || put.is_block;
        }
      }
      if (any_block && at < text_.size() && text_[at] != '\n' && text_[at] != '\r') out += eol;
      std::size_t next = at;
      for (const Put& put : puts_) {
        if (put.begin != at || put.end == at) continue;
        out += put.content;
        next = put.end;
      }
      if (next == at) {
        if (at < text_.size()) out += text_[at];
        ++next;
      }
      at = next;
    }
    return out;
  }

 private:
  struct Put {
    std::size_t begin, end;
    std::string content;
    bool is_block;
  };

  [[nodiscard]] std::string EndsOfHere(const std::string& text) const {
    return crlf_ ? ReplaceAll(ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n") : text;
  }

  // A range with a protected byte; a point inside of a region, or between two that touch.
  [[nodiscard]] bool Touches(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (is_protected_[i]) return true;
    }
    return begin == end && begin > 0 && begin < text_.size() && is_protected_[begin] &&
           is_protected_[begin - 1] &&
           std::find(begins_.begin(), begins_.end(), begin) == begins_.end();
  }

  std::string Decide(const TextEdit& edit) {
    if (!edit.problem.empty()) return "malformed";
    const bool append = edit.op == "append", after = edit.op == "insert_after";
    const bool deletes = edit.op == "delete";
    if (!append && !after && !deletes && edit.op != "replace") return "unknown_op";
    if (!deletes && Trim(edit.content).empty()) return "refused_empty";
    for (const ProtectedMarks& pair : marks_) {
      if (deletes) break;
      if (edit.content.find(pair.first) != std::string::npos) return "refused_protected";
      if (edit.content.find(pair.last) != std::string::npos) return "refused_protected";
    }
    if (append) return Insert(AppendPoint(), edit.content, true);
    if (edit.target.empty()) return "missing_anchor";
    std::size_t at = 0;
    std::string anchor = edit.target;
    std::string status = Locate(anchor, &at);
    if (status == "missing_anchor" && EndsOfHere(anchor) != anchor) {
      anchor = EndsOfHere(anchor);
      status = Locate(anchor, &at);
    }
    if (!status.empty()) return status;
    std::size_t end = at + anchor.size();
    if (after) {
      while (end < text_.size() && text_[end - 1] != '\n') ++end;
      return Insert(end, edit.content, false);
    }
    const bool is_line = (at == 0 || text_[at - 1] == '\n') && text_[end - 1] != '\n';
    if (deletes && is_line) {
      for (const std::string ending : {"\r\n", "\n"}) {
        if (text_.compare(end, ending.size(), ending) != 0) continue;
        if (!Touches(end, end + ending.size())) end += ending.size();
        break;
      }
    }
    return Replace(at, end, deletes ? "" : EndsOfHere(edit.content));
  }

  std::string Locate(const std::string& anchor, std::size_t* place) const {
    std::size_t outside = 0;
    bool inside = false;
    for (std::size_t at = 0; at + anchor.size() <= text_.size(); ++at) {
      if (text_.compare(at, anchor.size(), anchor) != 0) continue;
      if (Touches(at, at + anchor.size())) {
        inside = true;
      } else if (++outside == 1) {
        *place = at;
      }
    }
    if (outside == 1) return "";
    if (outside > 1) return "ambiguous_anchor";
    return inside ? "refused_protected" : "missing_anchor";
  }

  // Before the regions that end the text, blanks between them left aside.
  [[nodiscard]] std::size_t AppendPoint() const {
    std::size_t point = text_.size();
    for (std::size_t at = text_.size(); at > 0; --at) {
      if (is_protected_[at - 1]) {
        point = at - 1;
      } else if (!Trim(std::string(1, text_[at - 1])).empty()) {
        break;
      }
    }
    return point;
  }

  std::string Insert(std::size_t point, std::string content, bool is_block) {
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    while (content.starts_with('\n') || content.starts_with('\r')) content.erase(0, 1);
    content = EndsOfHere(content);
    for (const Put& put : puts_) {
      if (put.begin == put.end && put.content == content) return "refused_duplicate";
    }
    for (std::size_t at = 0; at + content.size() <= text_.size(); ++at) {
      const std::size_t end = at + content.size();
      if (text_.compare(at, content.size(), content) != 0) continue;
      const bool begins = at == 0 || text_[at - 1] == '\n';
      const bool ends = end == text_.size() || text_[end] == '\n' || text_[end] == '\r';
      if (begins && ends) return "refused_duplicate";
    }
    if (Touches(point, point)) return "refused_protected";
    for (const Put& put : puts_) {
      if (put.begin < point && point < put.end) return "conflict";
    }
    puts_.push_back({point, point, content, is_block});
    return "applied";
  }

  std::string Replace(std::size_t begin, std::size_t end, const std::string& content) {
    if (Touches(begin, end)) return "refused_protected";
    if (text_.substr(begin, end - begin) == content) return "no_change";
    for (const Put& put : puts_) {
      const bool is_point = put.begin == put.end;
      if (is_point ? begin < put.begin && put.begin < end : begin < put.end && put.begin < end) {
        return "conflict";
      }
    }
    puts_.push_back({begin, end, content, false});
    return "applied";
  }

  std::string text_;
  std::vector<ProtectedMarks> marks_;
  std::vector<bool> is_protected_;
  std::vector<std::size_t> begins_;  // of regions
  bool crlf_ = false;
  std::vector<Put> puts_;
};

}  // namespace hone
