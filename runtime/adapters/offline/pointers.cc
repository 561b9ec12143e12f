#include "adapters/offline/pointers.h"

#include <algorithm>

#include "adapters/offline/prompt.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

// Words every skill of ours holds around its pointers; they are no terms.
bool IsGuideWord(std::string_view word) {
  return word == "read" || word == "part" || word == "headed" || word == "beginning";
}

std::string_view WithoutBullet(std::string_view line) {
  line = Trim(line);
  if (line.size() > 2 && (line[0] == '-' || line[0] == '*') && line[1] == ' ') {
    line.remove_prefix(2);
  }
  return Trim(line);
}

std::string Unquoted(std::string_view value) {
  value = Trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

std::vector<std::string> TermsOf(std::string_view line) {
  std::vector<std::string> out;
  const std::size_t quote = line.find('"');
  const std::string_view before = line.substr(0, quote);
  const std::size_t colon = before.rfind(':');
  if (colon != std::string_view::npos) {
    for (const std::string_view term : Split(before.substr(0, colon), ',')) {
      const std::string_view trimmed = Trim(term);
      if (!trimmed.empty()) out.emplace_back(trimmed);
    }
    return out;
  }
  std::string without(line);
  for (const std::string& phrase : QuotedPhrases(line)) without = ReplaceAll(without, phrase, " ");
  for (const std::string_view word : Words(without)) {
    if (StemOf(word) != 0 && !IsGuideWord(ToLowerAscii(word))) out.emplace_back(word);
  }
  return out;
}

}  // namespace

void AddPointer(const Pointer& pointer, std::size_t max_terms, std::vector<Pointer>* pointers) {
  const std::string wanted = Normal(pointer.label);
  for (Pointer& present : *pointers) {
    if (Normal(present.label) != wanted) continue;
    for (const std::string& term : pointer.terms) {
      if (present.terms.size() >= max_terms) return;
      const bool known =
          std::find(present.terms.begin(), present.terms.end(), term) != present.terms.end();
      if (!known) present.terms.push_back(term);
    }
    return;
  }
  pointers->push_back(pointer);
  Pointer& added = pointers->back();
  if (added.terms.size() > max_terms) added.terms.resize(max_terms);
}

void AddNote(const std::string& note, std::vector<std::string>* notes) {
  if (std::find(notes->begin(), notes->end(), note) == notes->end()) notes->push_back(note);
}

SkillNotes ParseSkill(std::string_view skill) {
  SkillNotes out;
  std::string_view body = Trim(skill);
  if (body.starts_with("---\n")) {
    const std::size_t end = body.find("\n---", 3);
    if (end != std::string_view::npos) {
      for (const std::string_view line : Split(body.substr(4, end - 3), '\n')) {
        if (line.starts_with("name:")) out.name = Unquoted(line.substr(5));
        if (line.starts_with("description:")) out.description = Unquoted(line.substr(12));
      }
      const std::size_t line_end = body.find('\n', end + 1);
      body = line_end == std::string_view::npos ? std::string_view() : body.substr(line_end);
    }
  }
  for (const std::string_view raw : Split(body, '\n')) {
    const std::string_view line = WithoutBullet(raw);
    if (line.empty() || line[0] == '#' || line.starts_with("```") || line.starts_with("---")) {
      continue;
    }
    const std::vector<std::string> phrases = QuotedPhrases(line);
    if (phrases.empty()) {
      AddNote(std::string(line), &out.notes);
    } else {
      for (const std::string& phrase : phrases) {
        AddPointer({TermsOf(line), phrase}, SIZE_MAX, &out.pointers);
      }
    }
  }
  return out;
}

std::string PointerLine(const Pointer& pointer, bool for_challenger) {
  if (for_challenger) {
    return "- Answered already: the part headed \"" + pointer.label + "\". Ask about another one.";
  }
  return "- " + Join(pointer.terms, ", ") + ": read the part headed \"" + pointer.label + "\"";
}

}  // namespace hone::offline
