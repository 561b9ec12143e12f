// SkillDocument: a SKILL.md, which is YAML frontmatter (name, description, ...) and a Markdown
// body.
//
// Strict in what is written, lenient in what is read: models and people write sloppy frontmatter,
// and what they meant must not be lost. The frontmatter's subset of YAML is scalars (plain, quoted,
// block) and one map of scalars (`metadata`); that is all the format has. Limits are the public
// Agent Skills specification's: name 1-64 of a-z 0-9 and single hyphens, description 1-1024
// characters.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hone {

inline constexpr std::size_t kMaxSkillName = 64;
inline constexpr std::size_t kMaxSkillDescription = 1024;   // characters
inline constexpr std::size_t kMaxSkillCompatibility = 500;  // characters

struct SkillField {
  std::string key;
  std::string value;
  bool operator==(const SkillField&) const = default;
};

struct SkillDocument {
  std::string name;
  std::string description;
  std::vector<SkillField>
      other;  // license, compatibility, allowed-tools and unknown keys, in order
  std::vector<SkillField> metadata;  // the members of `metadata`
  std::string body;                  // without surrounding blank lines
  bool operator==(const SkillDocument&) const = default;
};

struct SkillReading {
  SkillDocument document;
  bool has_frontmatter = false;
  std::vector<std::string> warnings;  // "line 3: ...", what a strict reader would have refused
};

struct SkillProblem {
  int line = 1;
  bool is_error = true;  // false: only advised against
  std::string text;
  [[nodiscard]] std::string Text() const;  // "SKILL.md:3: ..."
};

// Lenient. Takes a byte-order mark, CRLF, a code fence around the whole, stray colons, unknown
// keys. Without frontmatter everything is body and the name is "". Fails only on invalid UTF-8 and
// on frontmatter that never ends.
Result<SkillReading> ParseSkill(std::string_view text);

// The canonical text: name, description, other, metadata, body; ends with one newline. ParseSkill
// gives back the same document, if keys and name are words and the body has no blank ends.
std::string RenderSkill(const SkillDocument& document);

// Strict. Everything a strict validator refuses or the specification advises against, in line
// order. `folder` is the folder's name, which must equal the name; "" when there is none.
std::vector<SkillProblem> CheckSkill(std::string_view text, std::string_view folder = "");
bool IsValidSkill(std::string_view text);  // no problem with is_error

// Makes a text a valid skill name: "Tax Rules (2024)!" -> "tax-rules-2024"; "skill" when nothing is
// left. Latin letters lose their accents.
std::string Slugify(std::string_view text);

// A document that CheckSkill finds no error in: the name slugified, the description on one line and
// within its limit (the body's first words when blank), frontmatter and fences around the body
// taken off. When `name` is blank the body's own frontmatter or first heading names it.
SkillDocument NormaliseSkill(std::string_view name, std::string_view description,
                             std::string_view body);

}  // namespace hone
