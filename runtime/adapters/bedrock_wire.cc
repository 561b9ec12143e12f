#include "adapters/bedrock_wire.h"

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

bool Is(const std::string& model, std::string_view maker) {
  return model.find(maker) != std::string::npos;
}

struct Plan {
  ClaudeTraits claude;
  int64_t max_tokens = 0;  // 0: not sent
  Json thinking;           // Claude's members, or null
  AnswerTool answer_tool;
  bool schema_in_words = false;
};

Plan MakePlan(const ChatRequest& request, const BedrockForm& form) {
  Plan plan;
  plan.claude = ClaudeTraitsOf(form.model);
  const int64_t known = plan.claude.is_claude ? plan.claude.max_output_tokens : 0;
  plan.max_tokens = request.sampling["max_tokens"].AsInt(
      form.max_output_tokens > 0 ? form.max_output_tokens : known);
  const Json& own = request.sampling["thinking"];
  if (own.is_object()) {
    plan.thinking = Json::MakeObject({{"thinking", own}});
  } else {
    plan.thinking = ClaudeThinking(plan.claude, request.sampling["reasoning_effort"].AsString(),
                                   plan.max_tokens);
    if (plan.claude.thinks_by_budget && HistoryLacksThinking(request, "bedrock")) {
      plan.thinking = {};
    }
  }
  if (!request.format.is_object()) return plan;
  const bool can_force = plan.claude.is_claude || Is(form.model, "amazon.nova");
  if (can_force && plan.thinking.is_null() && request.tools.size() == 0) {
    plan.answer_tool = MakeAnswerTool(request.format);
  } else {
    plan.schema_in_words = true;
  }
  return plan;
}

class Writer {
 public:
  Writer(const ChatRequest& request, const BedrockForm& form)
      : request_(request), form_(form), plan_(MakePlan(request, form)), chat_(SplitTurns(request)) {
    const bool has_cache = plan_.claude.is_claude && plan_.claude.max_output_tokens > 4096;
    if (has_cache && form.cache_min_bytes > 0) {
      marks_ = FindCacheMarks(chat_, form.cache_min_bytes);
    }
  }

  std::vector<BodyPiece> Write() {
    out_.Raw("{");
    System();
    out_.Key("messages").Raw("[");
    for (std::size_t i = 0; i < chat_.turns.size(); ++i) Turn(static_cast<int>(i));
    out_.Raw("]");
    Inference();
    Tools();
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
      out_.Comma().Raw(R"({"text":)").Quoted(SchemaInWords(request_.format)).Raw("}");
    }
    out_.Raw("]");
  }

  void Turn(int index) {
    const ChatTurn& turn = chat_.turns[static_cast<std::size_t>(index)];
    out_.Comma().Raw("{").Field("role", turn.is_assistant ? "assistant" : "user");
    out_.Key("content").Raw("[");
    if (!plan_.thinking.is_null()) {
      for (const TurnBlock& block : turn.blocks) {
        const Json& past = block.extra["bedrock"]["thinking"];
        for (const Json& thought : past.items()) out_.Comma().Value(thought);
        if (past.size() > 0) break;
      }
    }
    for (std::size_t i = 0; i < turn.blocks.size(); ++i) {
      Block(turn.blocks[i], MarkedPiece(marks_, index, static_cast<int>(i)));
    }
    out_.Raw("]}");
  }

  void Block(const TurnBlock& block, int marked_piece) {
    switch (block.kind) {
      case Kind::kText:
        Text(block, marked_piece);
        return;
      case Kind::kImage: {
        // "image/png" is "png" here.
        const std::string& type = block.image->media_type;
        out_.Comma().Raw(R"({"image":{"format":)").Quoted(type.substr(type.find('/') + 1));
        out_.Raw(R"(,"source":{"bytes":")");
        out_.Text(block.image->base64.text, /*is_plain=*/true).Raw("\"}}}");
        return;
      }
      case Kind::kToolCall:
        out_.Comma().Raw(R"({"toolUse":{)").Field("toolUseId", block.id);
        out_.Field("name", block.name).Field("input", block.arguments).Raw("}}");
        return;
      case Kind::kToolResult:
        out_.Comma().Raw(R"({"toolResult":{)").Field("toolUseId", block.id);
        out_.Raw(R"(,"content":[{"text":")");
        if (IsBlank(block.text)) {
          out_.Raw("(empty)");
        } else {
          for (const auto& piece : block.text) out_.Text(piece);
        }
        out_.Raw("\"}]}}");
        if (marked_piece >= 0) Mark();
        return;
    }
  }

  static bool IsBlank(const TextPieces& pieces) {
    return std::all_of(pieces.begin(), pieces.end(),
                       [](const auto& piece) { return Trim(*piece).empty(); });
  }

  // A marked text is two blocks, so that the mark stands where its stable part ends.
  void Text(const TurnBlock& block, int marked_piece) {
    const auto end = static_cast<std::ptrdiff_t>(marked_piece + 1);
    if (marked_piece >= 0) {
      TextBlock({block.text.begin(), block.text.begin() + end});
      Mark();
    }
    const TextPieces rest(block.text.begin() + std::max<std::ptrdiff_t>(end, 0), block.text.end());
    if (!IsBlank(rest)) TextBlock(rest);
  }

  void TextBlock(const TextPieces& pieces) {
    out_.Comma().Raw(R"({"text":")");
    for (const auto& piece : pieces) out_.Text(piece);
    out_.Raw("\"}");
  }

  void Mark() { out_.Comma().Raw(R"({"cachePoint":{"type":"default"}})"); }

  void Inference() {
    // Settled elsewhere, or known to OpenAI's form only.
    static const std::set<std::string, std::less<>> kNotSent = {"max_tokens",
                                                                "reasoning_effort",
                                                                "seed",
                                                                "tool_choice",
                                                                "thinking",
                                                                "parallel_tool_calls",
                                                                "n",
                                                                "stop",
                                                                "presence_penalty",
                                                                "frequency_penalty",
                                                                "logit_bias",
                                                                "logprobs",
                                                                "top_logprobs",
                                                                "user",
                                                                "output_config"};
    const Json& sampling = request_.sampling;
    Json inference;
    Json more = plan_.thinking;
    MakersReasoning(&more);
    // Nova refuses sampling and limits beside its highest effort.
    const bool is_free = more["reasoningConfig"]["maxReasoningEffort"].AsString() == "high";
    if (plan_.max_tokens > 0 && !is_free) inference.Set("maxTokens", plan_.max_tokens);
    for (const auto& [name, value] : sampling.members()) {
      if (value.is_null() || kNotSent.contains(name)) continue;
      if (name == "temperature" || name == "top_p" || name == "top_k") {
        if (is_free || !plan_.claude.takes_sampling || !plan_.thinking.is_null()) continue;
        if (name == "top_p" && !plan_.claude.takes_both_ps && sampling.Has("temperature")) continue;
      }
      if (name == "temperature") {
        inference.Set("temperature", value);
      } else if (name == "top_p") {
        inference.Set("topP", value);
      } else {
        more.Set(name, value);
      }
    }
    Json stop = Json::MakeArray();
    const Json& wanted = sampling["stop"];
    for (const Json& item : wanted.is_string() ? Json::Array{wanted} : wanted.items()) {
      if (!Trim(item.AsString()).empty()) stop.Append(item);
    }
    if (stop.size() > 0) inference.Set("stopSequences", stop);
    if (inference.size() > 0) out_.Field("inferenceConfig", inference);
    if (more.size() > 0) out_.Field("additionalModelRequestFields", more);
  }

  void MakersReasoning(Json* more) const {
    std::string effort = request_.sampling["reasoning_effort"].AsString();
    if (effort.empty() || effort == "none") return;
    if (effort == "minimal") effort = "low";
    if (effort == "xhigh" || effort == "max") effort = "high";
    if (Is(form_.model, "openai.gpt-oss")) more->Set("reasoning_effort", effort);
    if (Is(form_.model, "amazon.nova-2")) {
      more->Set("reasoningConfig",
                Json::MakeObject({{"type", "enabled"}, {"maxReasoningEffort", effort}}));
    }
  }

  void Tools() {
    const std::vector<Json> functions = DeclaredFunctions(request_, chat_);
    const bool forced = !plan_.answer_tool.name.empty();
    if (functions.empty() && !forced) return;
    out_.Key("toolConfig").Raw(R"({"tools":[)");
    for (const Json& function : functions) {
      const Json& schema = function["parameters"];
      Tool(function["name"], function["description"],
           schema.is_object() ? schema : Json::MakeObject({{"type", "object"}}));
    }
    if (forced) Tool(plan_.answer_tool.name, kAnswerToolDescription, plan_.answer_tool.schema);
    out_.Raw("]");
    const Json choice = Choice(forced);
    if (!choice.is_null()) out_.Field("toolChoice", choice);
    out_.Raw("}");
  }

  void Tool(const Json& name, const Json& description, const Json& schema) {
    out_.Comma().Raw(R"({"toolSpec":{)").Field("name", name);
    if (!description.AsString().empty()) out_.Field("description", description);
    out_.Field("inputSchema", Json::MakeObject({{"json", schema}})).Raw("}}");
  }

  [[nodiscard]] Json Choice(bool forced) const {
    const auto named = [](const Json& name) {
      return Json::MakeObject({{"tool", Json::MakeObject({{"name", name}})}});
    };
    if (forced) return named(plan_.answer_tool.name);
    const Json& wanted = request_.sampling["tool_choice"];
    if (request_.tools.size() == 0 || !plan_.thinking.is_null()) return {};
    if (wanted.AsString() == "auto") return Json::MakeObject({{"auto", Json::MakeObject()}});
    if (wanted.AsString() == "required") return Json::MakeObject({{"any", Json::MakeObject()}});
    if (wanted["function"]["name"].is_string()) return named(wanted["function"]["name"]);
    return {};
  }

  const ChatRequest& request_;
  const BedrockForm& form_;
  const Plan plan_;
  const ChatTurns chat_;
  std::vector<CacheMark> marks_;
  BodyWriter out_;
};

}  // namespace

std::vector<BodyPiece> BedrockRequestBody(const ChatRequest& request, const BedrockForm& form) {
  return Writer(request, form).Write();
}

AnswerTool BedrockAnswerTool(const ChatRequest& request, const BedrockForm& form) {
  return MakePlan(request, form).answer_tool;
}

}  // namespace hone
