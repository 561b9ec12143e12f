#include "adapters/gemini_wire.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "adapters/answer_tool.h"
#include "adapters/body_writer.h"
#include "adapters/chat_turns.h"
#include "adapters/gemini_schema.h"
#include "base/text.h"

namespace hone {

namespace {

using Kind = TurnBlock::Kind;

// "gemini-2.5-flash" as 205, "gemini-3-pro-preview" as 300; 0 when the name says none.
int Version(std::string_view model) {
  const std::size_t at = model.find("gemini-");
  if (at == std::string_view::npos) return 0;
  int major = -1;
  int minor = 0;
  bool after_dot = false;
  for (const char c : model.substr(at + 7)) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      int& number = after_dot ? minor : major;
      number = std::max(number, 0) * 10 + (c - '0');
    } else if (c == '.' && !after_dot && major >= 0) {
      after_dot = true;
    } else {
      break;
    }
  }
  return major < 0 ? 0 : major * 100 + minor;
}

Json ThinkingConfig(const std::string& effort, const std::string& model) {
  const int version = Version(model);
  if (effort.empty() || version < 205) return {};
  const bool is_pro = model.find("pro") != std::string::npos;
  const bool is_off = effort == "none";
  const bool is_low = is_off || effort == "minimal" || effort == "low";
  if (version >= 300) {
    const bool is_flash = !is_pro;
    std::string level = is_low ? "low" : effort == "medium" ? "medium" : "high";
    if (is_flash && (is_off || effort == "minimal")) level = "minimal";
    if (level == "medium" && version == 300 && !is_flash) level = "high";  // it has no medium
    return Json::MakeObject({{"thinkingLevel", level}});
  }
  int64_t budget = effort == "medium" ? 8192 : 24'576;
  if (is_low) budget = 1024;
  if (is_off) budget = is_pro ? 128 : 0;  // 2.5 pro always thinks; 128 is its least
  return Json::MakeObject({{"thinkingBudget", budget}});
}

class Writer {
 public:
  Writer(const ChatRequest& request, const std::string& model)
      : request_(request),
        model_(model),
        chat_(SplitTurns(request)),
        functions_(ToolFunctions(request.tools)) {
    if (!request.format.is_object()) return;
    const Json& schema = request.format["schema"];
    const bool has_schema = schema.is_object() && schema.size() > 0;
    if (functions_.empty() && has_schema) schema_ = GeminiSchema(schema);
    schema_in_words_ = !functions_.empty() || (has_schema && !schema_);
  }

  std::vector<BodyPiece> Write() {
    out_.Raw("{");
    System();
    out_.Key("contents").Raw("[");
    for (const ChatTurn& turn : chat_.turns) Turn(turn);
    out_.Raw("]");
    Tools();
    GenerationConfig();
    for (const char* name : {"safetySettings", "cachedContent"}) {
      if (request_.sampling.Has(name)) out_.Field(name, request_.sampling[name]);
    }
    out_.Raw("}");
    return out_.Take();
  }

 private:
  void System() {
    if (chat_.system.empty() && !schema_in_words_) return;
    out_.Key("systemInstruction").Raw(R"({"parts":[)");
    for (const TurnBlock& block : chat_.system) Block(block, false);
    if (schema_in_words_) {
      out_.Comma().Raw(R"({"text":)").Quoted(SchemaInWords(request_.format)).Raw("}");
    }
    out_.Raw("]}");
  }

  void Turn(const ChatTurn& turn) {
    out_.Comma().Raw("{").Field("role", turn.is_assistant ? "model" : "user");
    out_.Key("parts").Raw("[");
    bool is_first_call = true;
    for (const TurnBlock& block : turn.blocks) {
      Block(block, is_first_call);
      if (block.kind == Kind::kToolCall) is_first_call = false;
    }
    out_.Raw("]}");
  }

  void Block(const TurnBlock& block, bool is_first_call) {
    out_.Comma();
    switch (block.kind) {
      case Kind::kText:
        out_.Raw(R"({"text":")");
        Text(block.text);
        out_.Raw("\"}");
        return;
      case Kind::kImage:
        out_.Raw(R"({"inlineData":{"mimeType":)").Quoted(block.image->media_type);
        out_.Raw(R"(,"data":")").Text(block.image->base64.text, /*is_plain=*/true).Raw("\"}}");
        return;
      case Kind::kToolCall:
        Call(block, is_first_call);
        return;
      case Kind::kToolResult:
        out_.Raw(R"({"functionResponse":{)");
        Id(block.id);
        out_.Field("name", block.name).Raw(R"(,"response":{"result":")");
        Text(block.text);
        out_.Raw("\"}}}");
        return;
    }
  }

  void Call(const TurnBlock& block, bool is_first_call) {
    out_.Raw(R"({"functionCall":{)");
    Id(block.id);
    out_.Field("name", block.name).Field("args", block.arguments).Raw("}");
    const Json& signature = block.extra["google"]["thought_signature"];
    if (signature.is_string()) {
      out_.Field("thoughtSignature", signature);
    } else if (is_first_call && Version(model_) >= 300) {
      // Google's own word for calls that some other model made.
      out_.Field("thoughtSignature", "skip_thought_signature_validator");
    }
    out_.Raw("}");
  }

  void Id(const std::string& id) {
    if (!id.empty() && !id.starts_with(kGeminiOwnCallId)) out_.Field("id", id);
  }

  void Text(const TextPieces& pieces) {
    for (const auto& piece : pieces) out_.Text(piece);
  }

  void Tools() {
    if (functions_.empty()) return;
    out_.Key("tools").Raw(R"([{"functionDeclarations":[)");
    for (const Json& function : functions_) {
      out_.Comma().Raw("{").Field("name", function["name"]);
      if (function.Has("description")) out_.Field("description", function["description"]);
      const Json& schema = function["parameters"];
      if (schema["properties"].size() > 0 || schema.Has("$ref")) {
        if (const std::optional<Json> subset = GeminiSchema(schema)) {
          out_.Field("parameters", *subset);
        } else {
          out_.Field("parametersJsonSchema", schema);
        }
      }
      out_.Raw("}");
    }
    out_.Raw("]}]");
    const Json& wanted = request_.sampling["tool_choice"];
    Json config;
    if (wanted.AsString() == "none") config.Set("mode", "NONE");
    if (wanted.AsString() == "auto") config.Set("mode", "AUTO");
    if (wanted.AsString() == "required") config.Set("mode", "ANY");
    if (wanted["function"]["name"].is_string()) {
      config.Set("mode", "ANY");
      config.Set("allowedFunctionNames", Json::MakeArray({wanted["function"]["name"]}));
    }
    if (!config.is_null()) {
      out_.Field("toolConfig", Json::MakeObject({{"functionCallingConfig", config}}));
    }
  }

  void GenerationConfig() {
    static const std::map<std::string, std::string, std::less<>> kNames = {
        {"max_tokens", "maxOutputTokens"},
        {"top_p", "topP"},
        {"top_k", "topK"},
        {"stop", "stopSequences"},
        {"presence_penalty", "presencePenalty"},
        {"frequency_penalty", "frequencyPenalty"}};
    static const std::set<std::string, std::less<>> kNotHere = {
        "seed", "reasoning_effort", "tool_choice",  "parallel_tool_calls",
        "n",    "logit_bias",       "logprobs",     "top_logprobs",
        "user", "safetySettings",   "cachedContent"};
    Json config;
    for (const auto& [name, value] : request_.sampling.members()) {
      if (value.is_null() || kNotHere.contains(name)) continue;
      const auto known = kNames.find(name);
      const bool is_one_stop = name == "stop" && value.is_string();
      config.Set(known == kNames.end() ? name : known->second,
                 is_one_stop ? Json::MakeArray({value}) : value);
    }
    // sampling.seed pins the seed, or forbids one with false.
    const Json& pinned = request_.sampling["seed"];
    if (pinned.is_number()) {
      config.Set("seed", pinned);
    } else if (request_.seed.has_value() && !(pinned.is_bool() && !pinned.AsBool())) {
      config.Set("seed", static_cast<int64_t>(*request_.seed));
    }
    if (request_.format.is_object() && functions_.empty()) {
      config.Set("responseMimeType", "application/json");
      if (schema_) config.Set("responseSchema", *schema_);
    }
    Json thinking = ThinkingConfig(request_.sampling["reasoning_effort"].AsString(), model_);
    if (!thinking.is_null() && !config.Has("thinkingConfig")) {
      config.Set("thinkingConfig", std::move(thinking));
    }
    if (!config.is_null()) out_.Field("generationConfig", config);
  }

  const ChatRequest& request_;
  const std::string& model_;
  const ChatTurns chat_;
  const std::vector<Json> functions_;
  std::optional<Json> schema_;
  bool schema_in_words_ = false;
  BodyWriter out_;
};

}  // namespace

std::vector<BodyPiece> GeminiRequestBody(const ChatRequest& request, const std::string& model) {
  return Writer(request, model).Write();
}

}  // namespace hone
