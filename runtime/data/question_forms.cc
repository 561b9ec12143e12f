#include "data/question_forms.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "data/sentence_reading.h"

namespace hone {
namespace {

void AddFront(const SentenceReading& words, std::vector<Question>* out) {
  if (!words.Is(0,
                {"if", "when", "whenever", "where", "once", "unless", "after", "before", "to"})) {
    return;
  }
  for (std::size_t i = 3; i + 4 < words.size() && i < 32; ++i) {
    if (words.mark(i) != ',' || words.Is(i + 1, {"and", "or", "nor", "but", "if", "when"}))
      continue;
    const std::size_t main_end = std::min(words.size(), i + 9);
    if (!words.HasAuxiliary(i + 1, main_end)) {
      if (words.Is(i + 1, {"we", "you", "they", "it", "he", "she", "then"})) return;
      continue;
    }
    bool ok = true;
    const bool purpose = words.Is(0, {"to"});
    const std::string clause = words.Slice(1, i + 1, &ok);
    std::string front = words.Slice(0, 1, &ok);
    front[0] = LowerAscii(front[0]);
    if (!ok || (!purpose && words.Is(1, {"so", "not", "it", "this", "necessary", "possible"}))) {
      return;
    }
    Question question;
    question.asked = purpose ? "means" : "consequence";
    question.text = purpose ? words.Choose({"According to the text, what is done or needed to ",
                                            "What does the text name as the way to "}) +
                                  clause + "?"
                            : words.Choose({"What applies ", "According to the text, what applies ",
                                            "What does the text lay down "}) +
                                  front + " " + clause + "?";
    question.answer_first = i + 1;
    question.answer_last = words.size();
    question.weight = purpose ? 3.5 : 4.5;
    out->push_back(std::move(question));
    return;
  }
}

struct Tail {
  std::string_view cue;  // up to three words
  std::string_view asked;
  std::array<std::string_view, 2> lead;
  double weight;
};

constexpr std::array<Tail, 24> kTails = {{
    {"unless",
     "exception",
     {"Which exception does the text make to the rule that ",
      "In which case does it not hold that "},
     5},
    {"except",
     "exception",
     {"Which exception does the text make to the rule that ",
      "What is excepted where the text says that "},
     4.5},
    {"provided that",
     "condition",
     {"On which condition does the text say that ", "Under which condition does it hold that "},
     5},
    {"provided you",
     "condition",
     {"On which condition does the text say that ", "Under which condition does it hold that "},
     5},
    {"only if",
     "condition",
     {"Under which sole condition does it hold that ",
      "On which condition alone does the text say that "},
     5},
    {"as long as",
     "condition",
     {"For how long, or on which condition, does it hold that ",
      "On which condition does the text say that "},
     5},
    {"if",
     "condition",
     {"In which case does the text say that ", "Under which condition does it hold that "},
     4.5},
    {"so that",
     "purpose",
     {"For what purpose does the text say that ", "What is the purpose where the text says that "},
     4},
    {"in order to",
     "purpose",
     {"For what purpose does the text say that ", "To what end does the text say that "},
     4},
    {"to ensure",
     "purpose",
     {"For what purpose does the text say that ", "To what end does the text say that "},
     4},
    {"to avoid",
     "purpose",
     {"For what purpose does the text say that ",
      "What is to be avoided where the text says that "},
     4},
    {"to prevent",
     "purpose",
     {"For what purpose does the text say that ",
      "What is to be prevented where the text says that "},
     4},
    {"because",
     "reason",
     {"Why, according to the text, is it that ",
      "What reason does the text give for the fact that "},
     4.5},
    {"since",
     "reason",
     {"Why, according to the text, is it that ",
      "What reason does the text give for the fact that "},
     3},
    {"until",
     "end",
     {"Until when, or until what happens, does it hold that ",
      "Until when does the text say that "},
     4},
    {"before",
     "time",
     {"Before what does the text say that ", "Before which event does it hold that "},
     3.5},
    {"after",
     "time",
     {"After what does the text say that ", "After which event does it hold that "},
     3.5},
    {"when",
     "case",
     {"When, according to the text, is it that ", "In which case does the text say that "},
     4},
    {"within",
     "limit",
     {"Within which limit does the text say that ", "Within what does it hold that "},
     3.5},
    {"at least",
     "minimum",
     {"What is the least that the text asks for where it says that ",
      "Which minimum is named where the text says that "},
     4},
    {"no later than",
     "limit",
     {"By when, at the latest, does the text say that ",
      "Which time limit is set where the text says that "},
     5},
    {"such as",
     "examples",
     {"Which examples does the text give where it says that ",
      "Which examples are named for the statement that "},
     3},
    {"rather than",
     "alternative",
     {"Instead of what does the text say that ", "What is ruled out where the text says that "},
     3.5},
    {"instead of",
     "alternative",
     {"Instead of what does the text say that ", "What is replaced where the text says that "},
     3.5},
}};

void AddTails(const SentenceReading& words, uint64_t turn, std::vector<Question>* out) {
  if (words.PointsBack() ||
      words.Is(0, {"if", "when", "whenever", "where", "once", "unless", "after", "before", "to",
                   "for", "while", "although", "and", "but", "or", "as", "note", "see", "in"})) {
    return;
  }
  for (const Tail& tail : kTails) {
    const std::vector<std::string_view> cue = Split(tail.cue, ' ');
    for (std::size_t i = 4; i + cue.size() + 1 < words.size(); ++i) {
      bool match = true;
      for (std::size_t k = 0; k < cue.size(); ++k) match = match && words[i + k] == cue[k];
      if (!match || words.Is(i - 1, {"as", "even", "only", "and", "or", "but", "whether", "not",
                                     "than", "especially", "particularly", "that"})) {
        continue;
      }
      bool ok = words.HasAuxiliary(0, i) && i <= 32;
      // With "if" or "when" earlier the rule itself is conditional, and the question would mislead.
      for (std::size_t k = 0; k < i; ++k)
        ok = ok && !words.Is(k, {"if", "unless", "when", "either"});
      const std::string rule = words.Inner(0, i, &ok);
      if (!ok) break;
      Question question;
      question.asked = std::string(tail.asked);
      question.text = std::string(tail.lead[turn % 2]) + rule + "?";
      // "provided you ..." keeps its subject in the answer.
      question.answer_first = i + (tail.cue == "provided you" ? 1 : cue.size());
      question.answer_last = words.size();
      question.weight = tail.weight - (i > 20 ? 1.0 : 0.0);
      out->push_back(std::move(question));
      break;
    }
  }
}

void AddVerbs(const SentenceReading& words, std::vector<Question>* out) {
  struct Verb {
    std::string_view found;
    std::string_view base;
    double weight;
  };
  static constexpr std::array<Verb, 24> kVerbs = {{
      {"means", "mean", 5},         {"mean", "mean", 5},
      {"contains", "contain", 4},   {"contain", "contain", 4},
      {"includes", "include", 4},   {"include", "include", 3},
      {"specifies", "specify", 4},  {"describes", "describe", 4},
      {"gives", "give", 3},         {"provides", "provide", 4},
      {"provide", "provide", 3},    {"defines", "define", 4},
      {"requires", "require", 4},   {"require", "require", 4},
      {"lists", "list", 3},         {"allows", "allow", 4},
      {"allow", "allow", 4},        {"prevents", "prevent", 4},
      {"returns", "return", 4},     {"determines", "determine", 4},
      {"indicates", "indicate", 4}, {"covers", "cover", 4},
      {"denotes", "denote", 4},     {"controls", "control", 3},
  }};
  for (std::size_t i = 1; i + 3 < words.size() && i < 10; ++i) {
    if (IsAuxiliary(words[i])) return;
    for (const Verb& verb : kVerbs) {
      if (words[i] != verb.found || !words.IsSubject(i)) continue;
      // "Both covers must": the word is a noun there.
      bool ok = words.mark(i) == 0 && !IsAuxiliary(words[i + 1]) && !words.Is(i + 1, {"of"});
      const std::string subject = words.Inner(0, i, &ok);
      if (!ok) return;
      Question question;
      question.asked = verb.base == "mean" ? "meaning" : "content";
      question.text = std::string(verb.found == verb.base ? "What do " : "What does ") + subject +
                      " " + std::string(verb.base) + "?";
      question.answer_first = i + 1;
      question.answer_last = words.size();
      question.weight = verb.weight;
      out->push_back(std::move(question));
      return;
    }
  }
}

// "S must V ...", "S must not be V-ed in ...", "S is V-ed by ...", "S is a ...".
void AddPredicates(const SentenceReading& words, std::vector<Question>* out) {
  std::size_t aux = 1;
  while (aux < words.size() && aux < 13 && !IsAuxiliary(words[aux])) ++aux;
  if (aux + 4 >= words.size() || !words.IsSubject(aux) || words.mark(aux) != 0) return;
  const bool modal = IsModal(words[aux]);
  const bool copula = words.Is(aux, {"is", "are", "was", "were"});
  if (!modal && !copula) return;
  if (words.Is(aux, {"are", "were"}) && words.Is(0, {"a", "an", "one"})) return;
  std::size_t verb = aux + 1;
  const bool negated = words.Is(verb, {"not"}) || words.Is(aux, {"cannot"});
  if (words.Is(verb, {"not"})) ++verb;
  if (words[verb].ends_with("ly") ||
      words.Is(verb, {"also", "always", "then", "never", "therefore", "thus", "now", "still", "in",
                      "otherwise", "instead", "either", "both", "at", "as", "so", "often", "by"})) {
    return;
  }
  const bool be = modal && words.Is(verb, {"be"});
  if (be) ++verb;
  if (verb + 3 >= words.size() || words.mark(verb) != 0) return;

  bool ok = true;
  const std::string subject = words.Inner(0, aux, &ok);
  std::string auxiliary = words.Is(aux, {"cannot"}) ? "can" : words[aux];
  const std::string middle = std::string(negated ? " not" : "") + (be ? " be" : "");
  Question question;
  question.answer_last = words.size();
  if ((be || copula) && IsParticiple(words[verb])) {
    const std::size_t preposition = verb + 1;
    if (!IsPreposition(words[preposition]) || words.mark(preposition) != 0) return;
    if (words.Is(preposition, {"to", "of"})) return;
    std::string front = words[preposition];
    front[0] = UpperAscii(front[0]);
    question.text = front + " what " + auxiliary + " " + subject + middle + " " + words[verb] + "?";
    question.asked = "detail";
    question.answer_first = preposition + 1;
    question.weight = 3.5;
  } else if (copula || be) {
    if (negated) return;
    const bool noun = words.Is(verb, {"a", "an", "the", "one", "any"});
    if (copula && !noun) {
      question.text = "How does the text describe " + subject + "?";
    } else {
      question.text = "What " + auxiliary + " " + subject + middle + "?";
    }
    question.asked = "description";
    question.answer_first = verb;
    question.weight = noun ? 3.5 : 2.5;
  } else {
    std::size_t object = verb + 1;
    std::string phrase = words[verb];
    if (words.Is(object, {"up", "out", "off", "down", "back", "over"}))
      phrase += " " + words[object++];
    if (phrase.size() < 3 || phrase.ends_with("ly") || words.Is(object, {"to", "not"})) return;
    std::string front;
    if (IsPreposition(words[object])) {
      if (words.Is(object, {"of", "as"})) return;
      front = words[object++];
      front[0] = UpperAscii(front[0]);
    }
    question.text = (front.empty() ? "What " : front + " what ") + auxiliary + " " + subject +
                    (negated ? " not " : " ") + phrase + "?";
    const bool duty = auxiliary == "must" || auxiliary == "shall" || auxiliary == "should";
    question.asked = phrase == "mean" ? "meaning" : duty ? "requirement" : "detail";
    question.answer_first = object;
    question.weight = words.Is(verb, {"have"}) ? 3.5 : 4;
  }
  if (ok && question.answer_first + 2 < words.size()) out->push_back(std::move(question));
}

// Words of an opening that ties a sentence to the one before ("In addition, ..."), with its comma.
std::size_t OpeningWords(const TextStatement& statement) {
  static const std::array<std::string_view, 23> kOpenings = {
      "in addition",       "in particular", "in general",
      "in other words",    "in all cases",  "in this case",
      "on the other hand", "for example",   "for instance",
      "as a result",       "moreover",      "furthermore",
      "however",           "therefore",     "finally",
      "similarly",         "thus",          "also",
      "otherwise",         "likewise",      "normally",
      "additionally",      "instead"};
  for (const std::string_view opening : kOpenings) {
    const std::vector<std::string_view> parts = Split(opening, ' ');
    bool match = parts.size() + 5 < statement.words.size();
    for (std::size_t i = 0; match && i < parts.size(); ++i) {
      match = statement.words[i].lower == parts[i];
    }
    if (match && statement.words[parts.size() - 1].mark == ',') return parts.size();
  }
  return 0;
}

}  // namespace

std::vector<Question> AskAbout(const TextStatement& statement, const Vocabulary& vocabulary,
                               uint64_t turn) {
  TextStatement body = statement;
  const std::size_t opening = OpeningWords(statement);
  body.words.erase(body.words.begin(), body.words.begin() + static_cast<std::ptrdiff_t>(opening));
  const SentenceReading words(body, vocabulary, turn);
  std::vector<Question> questions;
  AddFront(words, &questions);
  AddTails(words, turn, &questions);
  AddVerbs(words, &questions);
  AddPredicates(words, &questions);
  for (Question& question : questions) {
    question.answer_first += opening;
    question.answer_last += opening;
  }
  return questions;
}

}  // namespace hone
