// AnswerScores: how well a predicted text answers a question whose right texts are known.
//
// Every score is the best over the right texts, 0 when there are none, and equals the published
// Python computation to the last bit (same operations in the same order on IEEE doubles):
//
//   exact match, token F1   Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension
//                           of text", EMNLP 2016, and its evaluation script
//   ANLS                    Biten et al., "Scene text visual question answering", ICCV 2019:
//                           1 - d when d = Levenshtein / longer length is below the threshold, else
//                           0
//   same cell               SpreadsheetBench's comparison as SkillOpt applies it (bdfdc30)
//
// Pure; bytes that are no UTF-8 count as one character each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

// What is taken away before texts are compared. All forms are small letters (skill/unicode_text.h)
// with runs of white space folded to one blank and none at the ends.
enum class AnswerForm {
  kWords,    // "words": without ASCII punctuation (nothing put in its place) and without the words
             // a, an, the (SQuAD)
  kFigures,  // "figures": without ASCII punctuation but . - %, and without the words million(s),
             // billion(s), dollar(s), nominal
  kFolded,   // "folded": nothing more (ANLS)
};

Result<AnswerForm> AnswerFormOf(std::string_view name);
std::string NormalAnswer(std::string_view text, AnswerForm form);

bool ExactMatch(std::string_view prediction, const std::vector<std::string>& answers,
                AnswerForm form = AnswerForm::kWords);
// Harmonic mean of precision and recall over the multisets of words; 1 when both have none.
double TokenF1(std::string_view prediction, const std::vector<std::string>& answers,
               AnswerForm form = AnswerForm::kWords);
// Whether one normal form occurs in the other; an empty prediction is in everything.
bool ContainsMatch(std::string_view prediction, const std::vector<std::string>& answers,
                   AnswerForm form = AnswerForm::kWords);
double Anls(std::string_view prediction, const std::vector<std::string>& answers,
            double threshold = 0.5);

// Levenshtein distance over characters (Hyyro, "A bit-vector algorithm for computing Levenshtein
// and Damerau edit distances", Nordic Journal of Computing 10, 2003).
std::size_t LevenshteinDistance(std::string_view a, std::string_view b);

// Whether two cells hold the same value: null and "" are empty; booleans are numbers; numbers, and
// texts that Python's float() reads, agree when round(x, 2) does; types must agree otherwise; texts
// exactly. A time and a date with time come as {"time": "HH:MM:SS"} (compared without its last
// three characters) and {"datetime": serial days since 1899-12-30} (rounded half to even to whole
// days).
bool SameCell(const Json& prediction, const Json& answer);

// Python's round(x, 2) for finite numbers: to the nearest two-digit decimal of the binary value.
double RoundToCents(double value);

}  // namespace hone
