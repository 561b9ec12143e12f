#include "adapters/chat_completion_json.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

constexpr uint32_t kSeedMask = 0x7FFFFFFF;

Result<std::string> ReadText(const Json& content, const std::string& field) {
  if (content.is_string()) return content.AsString();
  if (content.is_null()) return std::string();
  return Invalid(field + " must be a text, but is " + std::string(content.type_name()));
}

// Nothing is fetched: only an image inside the request is one.
Result<ChatImage> ReadImage(const Json& image_url, int64_t at, const std::string& field) {
  const std::string_view url = image_url["url"].AsString();
  constexpr std::string_view kScheme = "data:";
  constexpr std::string_view kEncoding = ";base64,";
  const std::size_t end = url.find(kEncoding);
  if (!url.starts_with(kScheme) || end == std::string_view::npos) {
    return Invalid(field + ".url must be a data URL in base64; this server fetches nothing");
  }
  ChatImage image;
  image.at = at;
  image.media_type = url.substr(kScheme.size(), end - kScheme.size());
  image.base64 = Part::Of(std::string(url.substr(end + kEncoding.size())));
  return image;
}

Result<ChatMessage> ReadMessage(const Json& value, const std::string& field) {
  if (!value.is_object()) return Invalid(field + " must be an object");
  ChatMessage message;
  message.role = value["role"].AsString();
  if (message.role == "developer") message.role = "system";
  const std::vector<std::string> roles = {"system", "user", "assistant", "tool"};
  if (std::find(roles.begin(), roles.end(), message.role) == roles.end()) {
    return Invalid(field + ".role is '" + OneLine(message.role, 40) + "'" +
                   NameHint(message.role, roles));
  }
  const Json& content = value["content"];
  if (content.is_array()) {
    int64_t at = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
      const Json& part = content.items()[i];
      const std::string where = field + ".content[" + std::to_string(i) + "]";
      if (part["type"].AsString() == "image_url") {
        HONE_ASSIGN(ChatImage image, ReadImage(part["image_url"], at, where + ".image_url"));
        message.images.push_back(std::move(image));
        continue;
      }
      if (part["type"].AsString() != "text") {
        return Invalid(where + ".type must be 'text' or 'image_url'; this server reads no other");
      }
      HONE_ASSIGN(std::string text, ReadText(part["text"], where + ".text"));
      at += static_cast<int64_t>(text.size());
      message.content.push_back(Part::Of(std::move(text)));
    }
  } else if (content.is_null() && !value.Has("tool_calls")) {
    return Invalid(field + ".content is missing");
  } else if (!content.is_null()) {
    HONE_ASSIGN(std::string text, ReadText(content, field + ".content"));
    message.content.push_back(Part::Of(std::move(text)));
  }
  for (const char* name : {"tool_calls", "tool_call_id", "name"}) {
    if (value.Has(name)) message.extra.Set(name, value[name]);
  }
  return message;
}

Result<Json> ReadFormat(const Json& format) {
  const std::string& type = format["type"].AsString();
  if (format.is_null() || type == "text") return Json();
  if (type == "json_object") return Json::MakeObject({{"name", "json_object"}, {"schema", {}}});
  if (type != "json_schema") {
    return Invalid("response_format.type is '" + OneLine(type, 40) +
                   "'; known: text, json_object, json_schema");
  }
  const Json& inner = format["json_schema"];
  if (inner["name"].AsString().empty()) {
    return Invalid("response_format.json_schema.name is missing");
  }
  return Json::MakeObject({{"name", inner["name"]}, {"schema", inner["schema"]}});
}

Json UsageJson(const TokenUsage& usage) {
  return Json::MakeObject(
      {{"prompt_tokens", usage.input},
       {"completion_tokens", usage.output},
       {"total_tokens", usage.input + usage.output},
       {"prompt_tokens_details", Json::MakeObject({{"cached_tokens", usage.cached_input}})},
       {"completion_tokens_details", Json::MakeObject({{"reasoning_tokens", usage.reasoning}})}});
}

void AppendEvent(const ChatAnswer& answer, const ChatCompletionStamp& stamp, Json::Array choices,
                 const Json& usage, std::string* out) {
  Json event = Json::MakeObject({{"id", stamp.id},
                                 {"object", "chat.completion.chunk"},
                                 {"created", stamp.created_s},
                                 {"model", answer.response_model},
                                 {"choices", Json(std::move(choices))}});
  if (!usage.is_null()) event.Set("usage", usage);
  *out += "data: " + event.Dump() + "\n\n";
}

Json Choice(Json delta, Json finish_reason) {
  return Json::MakeObject(
      {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish_reason)}});
}

}  // namespace

Result<ChatCompletionRequest> ParseChatCompletionRequest(std::string_view body) {
  if (!IsValidUtf8(body)) return Invalid("the body is not valid UTF-8");
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok()) return parsed.error().With("the body is not JSON");
  const Json& root = *parsed;
  if (!root.is_object()) return Invalid("the body must be a JSON object");

  ChatCompletionRequest request;
  request.model = root["model"].AsString();
  if (request.model.empty()) return Invalid("model is missing");
  const Json& messages = root["messages"];
  if (!messages.is_array() || messages.size() == 0) {
    return Invalid("messages must be a list of at least one message");
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    HONE_ASSIGN(ChatMessage message,
                ReadMessage(messages.items()[i], "messages[" + std::to_string(i) + "]"));
    request.chat.messages.push_back(std::move(message));
  }
  if (root["n"].AsInt(1) != 1) return Invalid("n must be 1");
  HONE_ASSIGN(request.chat.format, ReadFormat(root["response_format"]));
  if (root["tools"].size() > 0) request.chat.tools = root["tools"];
  for (const char* name : {"temperature", "top_p", "stop", "reasoning_effort"}) {
    if (!root[name].is_null()) request.chat.sampling.Set(name, root[name]);
  }
  for (const char* name : {"max_tokens", "max_completion_tokens"}) {
    const Json& limit = root[name];
    if (limit.is_null()) continue;
    if (limit.AsInt(0) < 1) return Invalid(std::string(name) + " must be an integer of at least 1");
    request.chat.sampling.Set("max_tokens", limit);
  }
  const Json& seed = root["seed"];
  if (!seed.is_null()) {
    if (!seed.is_int()) return Invalid("seed must be an integer");
    request.chat.seed = static_cast<uint32_t>(seed.AsInt()) & kSeedMask;
  }
  request.stream = root["stream"].AsBool();
  request.stream_usage = root["stream_options"]["include_usage"].AsBool();
  return request;
}

std::string WriteChatCompletion(const ChatAnswer& answer, const ChatCompletionStamp& stamp) {
  Json message = Json::MakeObject({{"role", "assistant"}, {"content", answer.text}});
  if (answer.text.empty() && answer.tool_calls.size() > 0) message.Set("content", Json());
  if (answer.tool_calls.size() > 0) message.Set("tool_calls", answer.tool_calls);
  return Json::MakeObject(
             {{"id", stamp.id},
              {"object", "chat.completion"},
              {"created", stamp.created_s},
              {"model", answer.response_model},
              {"choices",
               Json::MakeArray({Json::MakeObject({{"index", 0},
                                                  {"message", std::move(message)},
                                                  {"finish_reason", answer.finish_reason}})})},
              {"usage", UsageJson(answer.usage)}})
      .Dump();
}

std::string WriteChatCompletionEvents(const ChatAnswer& answer, const ChatCompletionStamp& stamp,
                                      bool with_usage, std::size_t chunk_bytes) {
  std::string out;
  AppendEvent(answer, stamp,
              {Choice(Json::MakeObject({{"role", "assistant"}, {"content", ""}}), Json())}, Json(),
              &out);
  for (std::string_view rest = answer.text; !rest.empty();) {
    std::string_view chunk = Utf8Prefix(rest, chunk_bytes);
    if (chunk.empty()) chunk = rest;
    AppendEvent(answer, stamp, {Choice(Json::MakeObject({{"content", chunk}}), Json())}, Json(),
                &out);
    rest.remove_prefix(chunk.size());
  }
  if (answer.tool_calls.size() > 0) {
    Json calls = answer.tool_calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      calls.mutable_items()[i].Set("index", Json(static_cast<int64_t>(i)));
    }
    AppendEvent(answer, stamp,
                {Choice(Json::MakeObject({{"tool_calls", std::move(calls)}}), Json())}, Json(),
                &out);
  }
  AppendEvent(answer, stamp, {Choice(Json::MakeObject(), answer.finish_reason)}, Json(), &out);
  if (with_usage) AppendEvent(answer, stamp, {}, UsageJson(answer.usage), &out);
  return out + "data: [DONE]\n\n";
}

std::string WriteChatError(std::string_view message, std::string_view type) {
  return Json::MakeObject(
             {{"error",
               Json::MakeObject(
                   {{"message", message}, {"type", type}, {"param", Json()}, {"code", Json()}})}})
      .Dump();
}

}  // namespace hone
