// score.*: answers compared with the right ones (skill/answer_scores.h). Pure.
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "skill/answer_scores.h"
#include "skill/choice_label.h"
#include "skill/sheet_ranges.h"

namespace hone {
namespace {

// prediction, answers (a text or a list of texts), form
struct Asked {
  std::string_view prediction;
  std::vector<std::string> answers;
  AnswerForm form = AnswerForm::kWords;
  std::size_t bytes = 0;
};

Asked Read(Call& call, ArgReader* args) {
  Asked out;
  out.prediction = args->Text(1, "prediction");
  if (lua_type(call.L, 2) == LUA_TSTRING) {
    out.answers.emplace_back(TextAt(call.L, 2));
  } else {
    out.answers = args->Texts(2, "answers");
  }
  out.bytes = out.prediction.size();
  for (const std::string& answer : out.answers) out.bytes += answer.size();
  return out;
}

void ReadForm(ArgReader* args, Asked* asked) {
  const std::string_view name = args->TextOr(3, "form", "words");
  if (args->failed()) return;
  const Result<AnswerForm> form = AnswerFormOf(name);
  if (form.ok()) asked->form = *form;
  if (!form.ok()) args->Problem(form.error().message);
}

template <auto Score>
Outcome Compare(Call& call, const char* function) {
  ArgReader args(&call, function);
  Asked asked = Read(call, &args);
  ReadForm(&args, &asked);
  if (args.failed()) return args.Raise();
  call.vm.Charge(asked.bytes);
  const auto value = Score(asked.prediction, asked.answers, asked.form);
  if constexpr (std::is_same_v<decltype(value), const bool>) {
    lua_pushinteger(call.L, value ? 1 : 0);
  } else {
    lua_pushnumber(call.L, value);
  }
  return Outcome::Values(1);
}

Outcome Exact(Call& call) { return Compare<&ExactMatch>(call, "score.exact_match"); }
Outcome F1(Call& call) { return Compare<&TokenF1>(call, "score.token_f1"); }
Outcome Contains(Call& call) { return Compare<&ContainsMatch>(call, "score.contains_match"); }

// score.anls(prediction, answers, threshold = 0.5)
Outcome AnlsScore(Call& call) {
  ArgReader args(&call, "score.anls");
  const Asked asked = Read(call, &args);
  const double threshold = lua_isnoneornil(call.L, 3) ? 0.5 : args.Number(3, "threshold");
  if (args.failed()) return args.Raise();
  call.vm.Charge(asked.bytes +
                 (asked.bytes - asked.prediction.size()) * asked.prediction.size() / 16);
  lua_pushnumber(call.L, Anls(asked.prediction, asked.answers, threshold));
  return Outcome::Values(1);
}

// score.normal(text, form = "words")
Outcome Normal(Call& call) {
  ArgReader args(&call, "score.normal");
  const std::string_view text = args.Text(1, "text");
  const std::string_view name = args.TextOr(2, "form", "words");
  if (args.failed()) return args.Raise();
  const Result<AnswerForm> form = AnswerFormOf(name);
  if (!form.ok()) return Outcome::Raise(form.error().With("score.normal"));
  call.vm.Charge(text.size());
  PushText(call.L, NormalAnswer(text, *form));
  return Outcome::Values(1);
}

// score.edit_distance(a, b): Levenshtein's, over characters
Outcome EditDistanceOf(Call& call) {
  ArgReader args(&call, "score.edit_distance");
  const std::string_view a = args.Text(1, "a");
  const std::string_view b = args.Text(2, "b");
  if (args.failed()) return args.Raise();
  call.vm.Charge(a.size() + b.size() + a.size() * b.size() / 16);
  lua_pushinteger(call.L, static_cast<lua_Integer>(LevenshteinDistance(a, b)));
  return Outcome::Values(1);
}

// score.same_cell(prediction, answer): nil, booleans, numbers, texts, {time =} or {datetime =}
Outcome Cell(Call& call) {
  lua_settop(call.L, 2);
  const Result<Json> prediction = JsonFromLua(call.L, 1, "score.same_cell: prediction");
  if (!prediction.ok()) return Outcome::Raise(prediction.error());
  const Result<Json> answer = JsonFromLua(call.L, 2, "score.same_cell: answer");
  if (!answer.ok()) return Outcome::Raise(answer.error());
  lua_pushboolean(call.L, SameCell(*prediction, *answer) ? 1 : 0);
  return Outcome::Values(1);
}

// score.choice_label(answer, choices): choices are {label, text}
Outcome LabelOf(Call& call) {
  ArgReader args(&call, "score.choice_label");
  const std::string_view answer = args.Text(1, "answer");
  args.List(2, "choices");
  if (args.failed()) return args.Raise();
  const Result<Json> list = JsonFromLua(call.L, 2, "score.choice_label: choices");
  if (!list.ok()) return Outcome::Raise(list.error());
  std::vector<Choice> choices;
  for (const Json& choice : list->items()) {
    choices.push_back({choice["label"].AsString(), choice["text"].AsString()});
  }
  PushText(call.L, ChoiceLabel(answer, choices));
  return Outcome::Values(1);
}

// score.cell_ranges(prediction, answer, position): workbooks as JSON texts
Outcome CellRanges(Call& call) {
  ArgReader args(&call, "score.cell_ranges");
  const std::string_view prediction_text = args.Text(1, "prediction");
  const std::string_view answer_text = args.Text(2, "answer");
  const std::string_view position = args.Text(3, "position");
  if (args.failed()) return args.Raise();
  call.vm.Charge(4 * (prediction_text.size() + answer_text.size()));
  const Result<Json> prediction = Json::Parse(prediction_text);
  if (!prediction.ok())
    return Outcome::Raise(prediction.error().With("score.cell_ranges: prediction"));
  const Result<Json> answer = Json::Parse(answer_text);
  if (!answer.ok()) return Outcome::Raise(answer.error().With("score.cell_ranges: answer"));
  const RangesReport report = CompareRanges(*prediction, *answer, position);
  Json wrong = Json::MakeArray();
  for (const WrongCell& cell : report.wrong) {
    Json entry = Json::MakeObject({{"sheet", Json(cell.sheet)}, {"cell", Json(cell.cell)}});
    if (!cell.prediction.is_null()) entry.Set("prediction", cell.prediction);
    wrong.Append(std::move(entry));
  }
  Json out = Json::MakeObject({{"same", Json(report.same)},
                               {"cells", Json(report.cells)},
                               {"right", Json(report.right)},
                               {"wrong", std::move(wrong)}});
  if (!report.problem.empty()) out.Set("problem", Json(report.problem));
  PushJson(call.L, out);
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> ScoreEntries() {
  return {{"exact_match", &Trampoline<Exact>},       {"token_f1", &Trampoline<F1>},
          {"contains_match", &Trampoline<Contains>}, {"anls", &Trampoline<AnlsScore>},
          {"normal", &Trampoline<Normal>},           {"edit_distance", &Trampoline<EditDistanceOf>},
          {"same_cell", &Trampoline<Cell>},          {"choice_label", &Trampoline<LabelOf>},
          {"cell_ranges", &Trampoline<CellRanges>}};
}

}  // namespace hone
