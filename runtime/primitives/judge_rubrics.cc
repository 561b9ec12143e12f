#include "primitives/judge_rubrics.h"

#include <vector>

#include "skill/judgement.h"

namespace hone {
namespace {

constexpr const char* kWithheld = "(not shown to the judge)";

// One judging of one answer: asks, reads, asks again.
class Judging : public std::enable_shared_from_this<Judging> {
 public:
  Judging(CallWish wish, int n_rubrics, int64_t tries, std::shared_ptr<CallGate> gate,
          std::function<void(Result<Json>)> done)
      : wish_(std::move(wish)),
        label_(wish_.draw_label),
        n_rubrics_(n_rubrics),
        tries_(tries),
        gate_(std::move(gate)),
        done_(std::move(done)) {}

  void Ask() {
    ++asked_;
    if (!label_.empty() && asked_ > 1) wish_.draw_label = label_ + "#" + std::to_string(asked_);
    gate_->Call(wish_, [self = shared_from_this()](Result<CallReply> reply) {
      if (!reply.ok()) return self->done_(reply.error());
      self->Read(*reply);
    });
  }

 private:
  void Read(const CallReply& reply) {
    calls_.Append(Json(reply.key.Hex()));
    const Judgement judgement =
        ParseJudgement(*reply.answer->text.text, reply.answer->finish_reason, n_rubrics_);
    if (!judgement.graded && asked_ < tries_) return Ask();
    Json value = judgement.ToJson();
    value.Set("calls", calls_);
    done_(std::move(value));
  }

  CallWish wish_;
  std::string label_;
  int n_rubrics_;
  int64_t tries_;
  int64_t asked_ = 0;
  Json calls_ = Json::MakeArray();
  std::shared_ptr<CallGate> gate_;
  std::function<void(Result<Json>)> done_;
};

bool Sees(const Json& args, std::string_view what) {
  for (const Json& name : args["sees"].items()) {
    if (name.AsString() == what) return true;
  }
  return false;
}

Result<PromptValues> JudgeValues(const Json& args, const PartReceiver& parts,
                                 const PromptTemplate& prompt) {
  PromptValues values;
  std::string numbered;
  for (std::size_t i = 0; i < args["rubrics"].size(); ++i) {
    HONE_ASSIGN(const Part rubric, parts.TextOf(args["rubrics"].items()[i]));
    if (i > 0) numbered += '\n';
    numbered += std::to_string(i + 1) + ". " + *rubric.text;
  }
  values["rubrics"] = Part::Of(std::move(numbered));
  HONE_ASSIGN(values["answer"], parts.TextOf(args["answer"]));
  for (const char* name : {"task", "context"}) {
    if (Sees(args, name)) {
      if (!prompt.Uses(name)) {
        return Invalid(prompt.file() + ": the judge is to see the " + name +
                       ", but its prompt has no {{" + name + "}}");
      }
      HONE_ASSIGN(values[name], parts.TextOf(args[name]));
    } else if (prompt.Uses(name)) {
      values[name] = Part::Of(kWithheld);
    }
  }
  return values;
}

Result<CallWish> JudgeWish(const Json& args, std::string step, const PartReceiver& parts,
                           const PromptTemplate& prompt) {
  HONE_ASSIGN(const PromptValues values, JudgeValues(args, parts, prompt));
  HONE_ASSIGN(std::vector<PromptMessage> rendered, prompt.Render(values));
  auto request = std::make_shared<ChatRequest>();
  for (PromptMessage& message : rendered) {
    request->messages.push_back(ChatMessage{message.role, std::move(message.content), {}});
  }
  const auto n_rubrics = static_cast<int>(args["rubrics"].size());
  request->format =
      Json::MakeObject({{"name", Json("verdicts")}, {"schema", VerdictsSchema(n_rubrics)}});
  CallWish wish;
  wish.request = std::move(request);
  wish.role = args["role"].AsString().empty() ? "judge" : args["role"].AsString();
  wish.step = std::move(step);
  wish.draw_label = args["draw"].AsString();
  return wish;
}

}  // namespace

void RunJudgeRubrics(const Json& args, std::string step, const PartReceiver& parts,
                     std::shared_ptr<const PromptTemplate> prompt, std::shared_ptr<CallGate> gate,
                     std::function<void(Result<Json>)> done) {
  const auto n_rubrics = static_cast<int>(args["rubrics"].size());
  if (n_rubrics == 0) return done(Invalid("judge.rubrics: rubrics is empty"));
  Result<CallWish> wish = JudgeWish(args, std::move(step), parts, *prompt);
  if (!wish.ok()) return done(wish.error());
  std::make_shared<Judging>(std::move(wish).value(), n_rubrics, args["tries"].AsInt(3),
                            std::move(gate), std::move(done))
      ->Ask();
}

}  // namespace hone
