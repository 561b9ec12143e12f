// TextEdits: append, insert_after, replace and delete on a text, by exact anchors, with a report
// per edit. Pure; bytes in, bytes out.
//
// Two semantics:
//
//   kSound (default)   Every edit is located in the one given text, and those that do not overlap
//     are applied together; where two overlap, the earlier in the list wins and the later is
//     reported. An anchor must occur exactly once outside protected regions; "\n" in an anchor also
//     matches "\r\n" in a text that uses only that. Statuses: applied; refused_protected (the edit
//     would touch a protected region or writes one of its marks), refused_empty, refused_duplicate,
//     missing_anchor and ambiguous_anchor (with the nearest places), conflict, no_change,
//     unknown_op, malformed.
//       append        as a block of its own at the end, before protected regions that end the text
//       insert_after  lines of their own below the line in which the anchor ends
//       replace       the anchor by the content, byte for byte
//       delete        the anchor; a whole line together with its line ending
//
//   kPublished   The edits one after another on the growing text, first occurrence only, content
//     trimmed and freed of marks: SkillOpt's patch mode with its statuses (applied_append,
//     applied_insert_after_fallback_append, skipped_replace_target_not_found, error, ...), read in
//     its code at commit bdfdc30. There an unknown anchor of insert_after appends, and an edit that
//     begins before a protected region may reach into it. Where a region's marks stand more than
//     once, the first of each counts.
//
// A protected region runs from a first mark to the next last mark, both included. In sound
// semantics a first mark without a last one protects the rest of the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

struct ProtectedMarks {
  std::string first;  // not empty
  std::string last;   // not empty
};

struct TextEdit {
  std::string op;  // "append", "insert_after", "replace" or "delete"
  std::string target;
  std::string content;
  // Sound semantics only: bytes are put as they are, with no line endings added or changed and no
  // look at duplicates. Diffs are made of such edits.
  bool exact = false;
  // Not empty: the edit could not be read (no table, content that is no text, ...), and why.
  std::string problem;
};

enum class EditSemantics { kSound, kPublished };

struct EditPlace {
  std::size_t line = 0;  // from 1
  std::string text;      // of the line, at most 200 characters
};

struct EditReport {
  std::size_t index = 0;        // from 1
  std::string op;               // as given
  std::string target;           // its first 200 characters
  std::string content_preview;  // first 200 characters of what is put
  std::string status;
  std::string problem;            // in words; empty when applied
  std::vector<EditPlace> places;  // of a missing or ambiguous anchor, best or first ones
  std::size_t other = 0;          // index of the edit in conflict, or 0
};

struct EditResult {
  std::string text;
  std::vector<EditReport> reports;  // one per edit, in their order
  std::size_t applied = 0;
  std::size_t skipped = 0;
  std::size_t errors = 0;  // edits that could not be read
};

EditResult ApplyEdits(std::string_view text, const std::vector<TextEdit>& edits,
                      EditSemantics semantics = EditSemantics::kSound,
                      const std::vector<ProtectedMarks>& marks = {});

// Exact edits that turn `before` into `after`: ApplyEdits(before, DiffEdits(before, after)).text ==
// after. Each hunk of the line diff (skill/line_diff.h) becomes one edit, with as much context as
// makes its anchor unique.
std::vector<TextEdit> DiffEdits(std::string_view before, std::string_view after);

// The first `count` code points.
std::string_view FirstCharacters(std::string_view text, std::size_t count);

// The two halves, for ApplyEdits.
EditResult ApplySoundEdits(std::string_view text, const std::vector<TextEdit>& edits,
                           const std::vector<ProtectedMarks>& marks);
EditResult ApplyPublishedEdits(std::string_view text, const std::vector<TextEdit>& edits,
                               const std::vector<ProtectedMarks>& marks);

}  // namespace hone
