// Procedures: what a manual or a skill says about how something is done.
//
// A procedure is a headed part with a shell block (```sh or ```bash); its sentences are its rules.
// Sentences of parts without a block are notes. Text of any origin is read alike: Markdown between
// lines of a terminal, a cut-off beginning, blocks of other languages (left out).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::offline {

struct Procedure {
  std::string title;  // of the document: the last heading of the first level, "" when cut off
  std::string heading;
  std::vector<std::string> rules;
  std::string command;  // with places, see places.h
};

struct Note {
  std::string title;  // as above
  std::string text;   // one sentence
};

struct Instructions {
  std::vector<Note> notes;
  std::vector<Procedure> procedures;
};

// Pure.
Instructions ReadInstructions(std::string_view text);

// How many different words of the task a procedure speaks of; those of its heading count double.
int MatchOf(const Procedure& procedure, const std::vector<uint64_t>& task_stems);
// Every word of the heading that carries content is in the task.
bool HeadingIsIn(const Procedure& procedure, const std::vector<uint64_t>& task_stems);

}  // namespace hone::offline
