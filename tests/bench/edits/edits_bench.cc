// The C++ side of tests/bench/edits/measure.py: reads cases (JSON, one file), applies the edits and
// scores the answers, and prints seconds and results as JSON.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/hash.h"
#include "base/json.h"
#include "skill/answer_scores.h"
#include "skill/choice_label.h"
#include "skill/sheet_ranges.h"
#include "skill/text_edits.h"

namespace hone {
namespace {

// The best of several runs: what else the machine does only adds.
double Seconds(int runs, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

Json Edits(const Json& one) {
  std::vector<TextEdit> edits;
  for (const Json& edit : one["edits"].items()) {
    edits.push_back(
        {edit["op"].AsString(), edit["target"].AsString(), edit["content"].AsString(), false, ""});
  }
  std::vector<ProtectedMarks> marks;
  for (const Json& pair : one["marks"].items()) {
    marks.push_back({pair.items()[0].AsString(), pair.items()[1].AsString()});
  }
  Json out = Json::MakeObject({{"name", one["name"]}});
  const std::string& text = one["text"].AsString();
  for (const auto semantics : {EditSemantics::kPublished, EditSemantics::kSound}) {
    EditResult result;
    const double seconds = Seconds(7, [&] { result = ApplyEdits(text, edits, semantics, marks); });
    const std::string name = semantics == EditSemantics::kSound ? "sound" : "published";
    out.Set(name, seconds);
    out.Set(name + "_hash", HashOf(result.text).Hex());
    out.Set(name + "_applied", static_cast<int64_t>(result.applied));
    if (semantics == EditSemantics::kPublished) {
      out.Set("diff", Seconds(3, [&] { DiffEdits(text, result.text); }));
    }
  }
  return out;
}

Json Scores(const Json& pairs) {
  Json out = Json::MakeObject();
  const auto measure = [&](const char* name, const auto& score) {
    double sum = 0;
    const double seconds = Seconds(5, [&] {
      sum = 0;
      for (const Json& pair : pairs.items()) {
        sum += score(pair.items()[0].AsString(), {pair.items()[1].AsString()});
      }
    });
    out.Set(name, Json::MakeObject({{"seconds", seconds}, {"sum", sum}}));
  };
  using Answers = std::vector<std::string>;
  measure("exact_match",
          [](const std::string& a, const Answers& b) { return ExactMatch(a, b) ? 1.0 : 0.0; });
  measure("token_f1", [](const std::string& a, const Answers& b) { return TokenF1(a, b); });
  measure("anls", [](const std::string& a, const Answers& b) { return Anls(a, b); });
  measure("figures_match", [](const std::string& a, const Answers& b) {
    return ExactMatch(a, b, AnswerForm::kFigures) ? 1.0 : 0.0;
  });
  const std::vector<Choice> choices = {
      {"A", "Paris London"}, {"B", "blue whale"}, {"C", "the river Seine"}, {"D", "the"}};
  measure("choice_label", [&](const std::string& a, const Answers&) {
    return ChoiceLabel(a, choices) == "B" ? 1.0 : 0.0;
  });
  return out;
}

// Two workbooks in all cells of one range.
Json Cells(const Json& books) {
  RangesReport report;
  const double seconds = Seconds(5, [&] {
    report = CompareRanges(books["prediction"], books["answer"], books["position"].AsString());
  });
  return Json::MakeObject({{"seconds", seconds}, {"cells", report.cells}, {"right", report.right}});
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  const hone::Result<hone::Json> cases = hone::Json::Parse(text.str());
  if (!cases.ok()) return 2;
  hone::Json edits = hone::Json::MakeArray();
  for (const hone::Json& one : (*cases)["edits"].items()) edits.Append(hone::Edits(one));
  const hone::Json out = hone::Json::MakeObject({{"edits", edits},
                                                 {"scores", hone::Scores((*cases)["pairs"])},
                                                 {"cells", hone::Cells((*cases)["books"])}});
  std::puts(out.Dump().c_str());
  return 0;
}
