// From one statement to the questions it answers.
//
// A question keeps the part of the statement that tells what it is about and asks for the rest: the
// condition, the exception, the consequence, the purpose, the meaning, the object of a duty. The
// part asked for never stands in the question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/statements.h"

namespace hone {

struct Question {
  std::string text;   // a whole question, without a lead ("In the section ...")
  std::string asked;  // what the answer gives, for rubrics: "condition", "exception", ...
  std::size_t answer_first = 0;  // words [answer_first, answer_last) of the statement answer it
  std::size_t answer_last = 0;
  double weight = 0;  // how well the form reads; larger is better
};

// All questions that the known sentence forms give, in a fixed order. `turn` chooses among
// equivalent wordings.
std::vector<Question> AskAbout(const TextStatement& statement, const Vocabulary& vocabulary,
                               uint64_t turn);

}  // namespace hone
