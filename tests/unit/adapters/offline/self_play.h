// A small self-play loop in C++ for the tests of the offline reader: what the ctx2skill recipe
// does, reduced to the calls. It asks the reader by messages alone, like any recipe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/offline/options.h"
#include "base/json.h"
#include "ports/chat_model.h"

namespace hone::test {

struct Task {
  std::string text;
  std::vector<std::string> rubrics;
};

// One request to the reader; format "" asks for plain text.
ChatAnswer Ask(const std::string& system, const std::string& user, const std::string& format,
               uint32_t seed, const offline::ReaderOptions& options);

std::vector<Task> Challenge(const std::string& context, const std::string& skill, int count,
                            uint32_t seed, const offline::ReaderOptions& options);
std::string Answer(const std::string& context, const std::string& skill, const Task& task,
                   uint32_t seed, const offline::ReaderOptions& options);
std::vector<bool> Judge(const Task& task, const std::string& answer, uint32_t seed,
                        const offline::ReaderOptions& options);
bool Solves(const std::string& context, const std::string& skill, const Task& task, uint32_t seed,
            const offline::ReaderOptions& options);

struct SelfPlay {
  std::vector<std::string> skills;  // after each iteration
  std::vector<int> solved;          // of `tasks`, in each iteration
  std::string selected;             // by cross-time replay
  std::string challenger;
};
SelfPlay Play(const std::string& context, int iterations, int tasks, uint32_t seed,
              const offline::ReaderOptions& options, bool challenger_evolves = true);

// Tasks made without the reader: the first words of every so many sentences are asked about, some
// of the others are to be in the answer.
std::vector<Task> HeldOut(const std::string& context, std::size_t count);

// File text, "" when there is none; the words [first, last) of a text with its line breaks.
std::string FileText(const std::string& path);
std::string WordRange(const std::string& text, std::size_t first, std::size_t last);

}  // namespace hone::test
