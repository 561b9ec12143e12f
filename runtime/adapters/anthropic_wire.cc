#include "adapters/anthropic_wire.h"

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/answer_draft.h"
#include "adapters/anthropic_models.h"
#include "adapters/body_writer.h"
#include "adapters/chat_turns.h"
#include "base/text.h"

namespace hone {
namespace {

using Kind = TurnBlock::Kind;

// What the request settles before it is written.
struct Plan {
  int64_t max_tokens = 0;
  Json thinking;  // {thinking, output_config?} or null
  AnswerTool answer_tool;
  bool schema_in_words = false;
  ClaudeTraits traits;
};

Plan MakePlan(const ChatRequest& request, const AnthropicForm& form) {
  Plan plan;
  plan.traits = ClaudeTraitsOf(form.model);
  const int64_t limit =
      form.max_output_tokens > 0 ? form.max_output_tokens : plan.traits.max_output_tokens;
  plan.max_tokens = request.sampling["max_tokens"].AsInt(limit);
  const Json& own = request.sampling["thinking"];
  if (own.is_object()) {
    plan.thinking = Json::MakeObject({{"thinking", own}});
  } else {
    plan.thinking = ClaudeThinking(plan.traits, request.sampling["reasoning_effort"].AsString(),
                                   plan.max_tokens);
    // A budget demands that a turn with answered calls begins with its thinking.
    if (plan.traits.thinks_by_budget && HistoryLacksThinking(request, "anthropic")) {
      plan.thinking = {};
    }
  }
  if (!request.format.is_object() || form.json == AnthropicJson::kSchema) return plan;
  const bool can_force = plan.thinking.is_null() && request.tools.size() == 0;
  if (form.json == AnthropicJson::kAuto && can_force) {
    plan.answer_tool = MakeAnswerTool(request.format);
  } else {
    plan.schema_in_words = true;
  }
  return plan;
}

class Writer {
 public:
  Writer(const ChatRequest& request, const AnthropicForm& form)
      : request_(request), form_(form), plan_(MakePlan(request, form)), chat_(SplitTurns(request)) {
    if (form.cache_min_bytes > 0) marks_ = FindCacheMarks(chat_, form.cache_min_bytes);
  }

  std::vector<BodyPiece> Write() {
    out_.Raw("{").Field("model", form_.model).Field("max_tokens", plan_.max_tokens);
    if (form_.stream) out_.Field("stream", true);
    System();
    out_.Key("messages").Raw("[");
    for (std::size_t i = 0; i < chat_.turns.size(); ++i) Turn(static_cast<int>(i));
    out_.Raw("]");
    Tools();
    Sampling();
    Thinking();
    out_.Raw("}");
    return out_.Take();
  }

 private:
  void System() {
    if (chat_.system.empty() && !plan_.schema_in_words) return;
    out_.Key("system").Raw("[");
    for (std::size_t i = 0; i < chat_.system.size(); ++i) {
      Text(chat_.system[i], MarkedPiece(marks_, -1, static_cast<int>(i)));
    }
    if (plan_.schema_in_words) {
      out_.Comma().Raw(R"({"type":"text","text":)").Quoted(SchemaInWords(request_.format)).Raw("}");
    }
    out_.Raw("]");
  }

  void Turn(int index) {
    const ChatTurn& turn = chat_.turns[static_cast<std::size_t>(index)];
    out_.Comma().Raw("{").Field("role", turn.is_assistant ? "assistant" : "user");
    out_.Key("content").Raw("[");
    if (!plan_.thinking.is_null()) PastThinking(turn);
    for (std::size_t i = 0; i < turn.blocks.size(); ++i) {
      Block(turn.blocks[i], MarkedPiece(marks_, index, static_cast<int>(i)));
    }
    out_.Raw("]}");
  }

  void PastThinking(const ChatTurn& turn) {
    for (const TurnBlock& block : turn.blocks) {
      const Json& past = block.extra["anthropic"]["thinking"];
      for (const Json& thought : past.items()) out_.Comma().Value(thought);
      if (past.size() > 0) return;
    }
  }

  void Block(const TurnBlock& block, int marked_piece) {
    switch (block.kind) {
      case Kind::kText:
        Text(block, marked_piece);
        return;
      case Kind::kImage:
        out_.Comma().Raw(R"({"type":"image","source":{"type":"base64","media_type":)");
        out_.Quoted(block.image->media_type).Raw(R"(,"data":")");
        out_.Text(block.image->base64.text, /*is_plain=*/true).Raw("\"}}");
        return;
      case Kind::kToolCall:
        out_.Comma().Raw("{").Field("type", "tool_use").Field("id", block.id);
        out_.Field("name", block.name).Field("input", block.arguments).Raw("}");
        return;
      case Kind::kToolResult:
        out_.Comma().Raw("{").Field("type", "tool_result").Field("tool_use_id", block.id);
        out_.Key("content").Raw("\"");
        for (const auto& piece : block.text) out_.Text(piece);
        out_.Raw("\"");
        if (marked_piece >= 0) Mark();
        out_.Raw("}");
        return;
    }
  }

  // A marked text is two blocks, so that the mark stands where its stable part ends.
  void Text(const TurnBlock& block, int marked_piece) {
    const auto end = static_cast<std::ptrdiff_t>(marked_piece + 1);
    if (marked_piece >= 0) TextBlock({block.text.begin(), block.text.begin() + end}, true);
    TextPieces rest(block.text.begin() + std::max<std::ptrdiff_t>(end, 0), block.text.end());
    const bool is_blank = std::all_of(rest.begin(), rest.end(),
                                      [](const auto& piece) { return Trim(*piece).empty(); });
    if (!is_blank) TextBlock(rest, false);
  }

  void TextBlock(const TextPieces& pieces, bool is_marked) {
    out_.Comma().Raw(R"({"type":"text","text":")");
    for (const auto& piece : pieces) out_.Text(piece);
    out_.Raw("\"");
    if (is_marked) Mark();
    out_.Raw("}");
  }

  void Mark() { out_.Field("cache_control", Json::MakeObject({{"type", "ephemeral"}})); }

  void Tools() {
    const std::vector<Json> functions = DeclaredFunctions(request_, chat_);
    const bool forced = !plan_.answer_tool.name.empty();
    if (functions.empty() && !forced) return;
    out_.Key("tools").Raw("[");
    for (const Json& function : functions) {
      out_.Comma().Raw("{").Field("name", function["name"]);
      if (function.Has("description")) out_.Field("description", function["description"]);
      const Json& schema = function["parameters"];
      out_.Field("input_schema",
                 schema.is_object() ? schema : Json::MakeObject({{"type", "object"}}));
      out_.Raw("}");
    }
    if (forced) {
      out_.Comma().Raw("{").Field("name", plan_.answer_tool.name);
      out_.Field("description", kAnswerToolDescription);
      out_.Field("input_schema", plan_.answer_tool.schema).Raw("}");
    }
    out_.Raw("]");
    Json choice =
        forced ? Json::MakeObject({{"type", "tool"}, {"name", plan_.answer_tool.name}}) : Choice();
    if (!choice.is_null()) out_.Field("tool_choice", choice);
  }

  [[nodiscard]] Json Choice() const {
    const Json& wanted = request_.sampling["tool_choice"];
    const Json& parallel = request_.sampling["parallel_tool_calls"];
    Json choice;
    if (wanted.AsString() == "none" || request_.tools.size() == 0) {
      return Json::MakeObject({{"type", "none"}});
    }
    if (wanted.AsString() == "auto") choice.Set("type", "auto");
    // Thinking goes with no forced call.
    if (plan_.thinking.is_null()) {
      if (wanted.AsString() == "required") choice.Set("type", "any");
      if (wanted["function"]["name"].is_string()) {
        choice.Set("type", "tool");
        choice.Set("name", wanted["function"]["name"]);
      }
    }
    if (parallel.is_bool() && !parallel.AsBool()) {
      if (choice.is_null()) choice.Set("type", "auto");
      choice.Set("disable_parallel_tool_use", true);
    }
    return choice;
  }

  void Sampling() {
    // Settled elsewhere, or known to OpenAI's form only.
    static const std::set<std::string, std::less<>> kNotSent = {"max_tokens",
                                                                "reasoning_effort",
                                                                "seed",
                                                                "tool_choice",
                                                                "thinking",
                                                                "output_config",
                                                                "n",
                                                                "parallel_tool_calls",
                                                                "presence_penalty",
                                                                "frequency_penalty",
                                                                "logit_bias",
                                                                "logprobs",
                                                                "top_logprobs",
                                                                "user"};
    const Json& sampling = request_.sampling;
    for (const auto& [name, value] : sampling.members()) {
      if (value.is_null() || kNotSent.contains(name)) continue;
      if (name == "temperature" || name == "top_p" || name == "top_k") {
        if (!plan_.traits.takes_sampling || !plan_.thinking.is_null()) continue;
        if (name == "top_p" && !plan_.traits.takes_both_ps && sampling.Has("temperature")) continue;
        out_.Field(name, value);
      } else if (name == "stop") {
        Stop(value);
      } else {
        out_.Field(name, value);
      }
    }
  }

  void Stop(const Json& stop) {
    Json list = Json::MakeArray();
    for (const Json& item : stop.is_string() ? Json::Array{stop} : stop.items()) {
      if (!Trim(item.AsString()).empty()) list.Append(item);
    }
    if (list.size() > 0) out_.Field("stop_sequences", list);
  }

  void Thinking() {
    Json config = plan_.thinking["output_config"];
    for (const auto& [name, value] : request_.sampling["output_config"].members()) {
      config.Set(name, value);
    }
    if (form_.json == AnthropicJson::kSchema && request_.format["schema"].is_object()) {
      config.Set("format", Json::MakeObject(
                               {{"type", "json_schema"}, {"schema", request_.format["schema"]}}));
    }
    if (plan_.thinking.Has("thinking")) out_.Field("thinking", plan_.thinking["thinking"]);
    if (config.size() > 0) out_.Field("output_config", config);
  }

  const ChatRequest& request_;
  const AnthropicForm& form_;
  const Plan plan_;
  const ChatTurns chat_;
  std::vector<CacheMark> marks_;
  BodyWriter out_;
};

}  // namespace

std::vector<BodyPiece> AnthropicRequestBody(const ChatRequest& request, const AnthropicForm& form) {
  return Writer(request, form).Write();
}

AnswerTool AnthropicAnswerTool(const ChatRequest& request, const AnthropicForm& form) {
  return MakePlan(request, form).answer_tool;
}

}  // namespace hone
