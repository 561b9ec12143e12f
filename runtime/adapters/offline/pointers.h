// Pointers: how the offline reader writes and understands a skill about a context.
//
// A pointer is a line of a skill that quotes the heading or the first words of a part and names
// terms:
//   - conveying, object code, source: read the part headed "6. Conveying Non-Source Forms."
// Any other wording with such a quotation is understood alike. Lines without one are notes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::offline {

struct Pointer {
  std::vector<std::string> terms;
  std::string label;
};

struct SkillNotes {
  std::string name;  // of the frontmatter, "" when there is none
  std::string description;
  std::vector<Pointer> pointers;   // one per label
  std::vector<std::string> notes;  // other lines of the body that say something, without bullets
};

SkillNotes ParseSkill(std::string_view skill);

// Adds a pointer; one with the same label gets the terms it lacks, up to `max_terms`.
void AddPointer(const Pointer& pointer, std::size_t max_terms, std::vector<Pointer>* pointers);
void AddNote(const std::string& note, std::vector<std::string>* notes);

// The pointer as a line with bullet, without line break; for the skill of a challenger the terms
// are left out: the part is named because it needs no further asking.
std::string PointerLine(const Pointer& pointer, bool for_challenger);

}  // namespace hone::offline
