// Reads the frontmatter of a SKILL.md: the small part of YAML that such files use. Lenient: what it
// cannot read by the rules it takes as text, with a note. Internal to skill_document.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

struct FrontmatterField {
  std::string key;
  std::string value;                      // trimmed
  std::vector<FrontmatterField> members;  // of a nested map of scalars
  int line = 1;
};

struct FrontmatterNote {
  int line = 1;
  std::string text;
};

struct Frontmatter {
  std::vector<FrontmatterField> fields;  // each key once
  std::vector<FrontmatterNote> notes;    // what a strict reader refuses
};

// `lines` are those between the two `---` lines; `first_line` is the number of the first of them.
Frontmatter ReadFrontmatter(const std::vector<std::string_view>& lines, int first_line);

// A text as a YAML scalar on one line: plain where that is safe, else double-quoted. Never holds
// "---", on which the reference reader splits.
std::string YamlScalar(std::string_view text);

}  // namespace hone
