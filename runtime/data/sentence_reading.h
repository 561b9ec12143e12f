// SentenceReading: what the question forms ask of a sentence, word by word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "data/statements.h"

namespace hone {

char LowerAscii(char c);
char UpperAscii(char c);

bool IsModal(std::string_view lower);        // "must", "may", "cannot", ...
bool IsAuxiliary(std::string_view lower);    // a modal, or a form of to be, have, do, need
bool IsPreposition(std::string_view lower);  // those that can front a question ("By what ...")
bool IsParticiple(std::string_view lower);   // "registered", "kept": a guess by form

// Words are numbered from 0. Borrows the statement and the vocabulary.
class SentenceReading {
 public:
  // `turn` chooses among equivalent wordings.
  SentenceReading(const TextStatement& statement, const Vocabulary& vocabulary, uint64_t turn)
      : statement_(statement), vocabulary_(vocabulary), turn_(turn) {}

  [[nodiscard]] std::size_t size() const { return statement_.words.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t i) const {
    return statement_.words[i].lower;
  }
  [[nodiscard]] char mark(std::size_t i) const { return statement_.words[i].mark; }
  // False for a place past the end.
  [[nodiscard]] bool Is(std::size_t i, std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool HasAuxiliary(std::size_t first, std::size_t last) const;

  // Words [first, last) as written, without the mark at the end; *ok becomes false when brackets or
  // quotes stay open, or when a colon or semicolon lies inside.
  [[nodiscard]] std::string Slice(std::size_t first, std::size_t last, bool* ok) const;
  // The same for a slice that moves from the start of the sentence into a question: its first word
  // loses its capital unless it is a name, and "therefore" goes.
  [[nodiscard]] std::string Inner(std::size_t first, std::size_t last, bool* ok) const;

  [[nodiscard]] std::string Choose(std::initializer_list<std::string_view> wordings) const;
  // Whether words [0, last) can be a subject: no comma, no relative clause, nothing that points
  // back.
  [[nodiscard]] bool IsSubject(std::size_t last) const;
  // "This relaxed restriction ...": told before. "This License ..." names the document itself.
  [[nodiscard]] bool PointsBack() const;

 private:
  const TextStatement& statement_;
  const Vocabulary& vocabulary_;
  uint64_t turn_;
};

}  // namespace hone
