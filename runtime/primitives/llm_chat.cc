#include "primitives/llm_chat.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/text.h"

namespace hone {
namespace {

const std::vector<std::string>& MediaTypes() {
  static const std::vector<std::string> types = {"image/png", "image/jpeg", "image/webp",
                                                 "image/gif"};
  return types;
}

// Base64 as it goes into a request: the standard alphabet, padded, without line breaks; so that one
// picture has one form and thereby one key.
bool IsBase64(const std::string& text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  const std::size_t end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  return end == std::string::npos || (end + 2 >= text.size() && text.substr(end) == "=") ||
         (end + 2 == text.size() && text.substr(end) == "==");
}

// Where texts and images come from.
struct Sources {
  const PartReceiver& parts;
  const AssetMap* assets;  // of the data; null: there are none
};

// A file of the data, as base64.
Result<Part> ReadImageAsset(const Json& named, const std::string& place, const AssetMap* assets) {
  static const AssetMap none;
  HONE_ASSIGN(const Asset* asset, FindAsset(assets == nullptr ? none : *assets, named, place));
  if (asset->kind != AssetKind::kFile) {
    return Fail(ErrorCode::kRefused, place + ": the asset '" + asset->name + "' is no file");
  }
  HONE_ASSIGN(const std::vector<AssetEntry> content, ReadAsset(*asset));
  return Part::Of(EncodeBase64(content.front().bytes));
}

Result<ChatImage> ReadImage(const Json& piece, int64_t at, const std::string& place,
                            const Sources& sources) {
  ChatImage image;
  image.at = at;
  image.media_type = piece["media_type"].AsString();
  const std::vector<std::string>& known = MediaTypes();
  if (std::find(known.begin(), known.end(), image.media_type) == known.end()) {
    return Invalid(place + ".media_type is '" + OneLine(image.media_type, 40) + "'" +
                   NameHint(image.media_type, known));
  }
  if (piece["image"].Has("$asset")) {
    HONE_ASSIGN(image.base64, ReadImageAsset(piece["image"], place + ".image", sources.assets));
    if (!image.base64.text->empty()) return image;
    return Invalid(place + ".image is an empty file");
  }
  HONE_ASSIGN(image.base64, sources.parts.TextOf(piece["image"]));
  if (!IsBase64(*image.base64.text)) {
    return Invalid(place + ".image must be base64 with padding and without line breaks");
  }
  return image;
}

Result<ChatMessage> ReadMessage(const Json& entry, std::size_t index, const Sources& sources) {
  ChatMessage message;
  message.role = entry["role"].AsString();
  const std::string place = "llm.chat: messages[" + std::to_string(index + 1) + "]";
  int64_t at = 0;
  const Json::Array& content = entry["content"].items();
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i].Has("image")) {
      if (message.role != "user" && message.role != "tool") {
        return Invalid(place + ": only user and tool messages may hold images, this is a " +
                       message.role + " message");
      }
      HONE_ASSIGN(
          ChatImage image,
          ReadImage(content[i], at, place + ".content[" + std::to_string(i + 1) + "]", sources));
      message.images.push_back(std::move(image));
      continue;
    }
    HONE_ASSIGN(Part part, sources.parts.TextOf(content[i]));
    at += static_cast<int64_t>(part.text->size());
    message.content.push_back(std::move(part));
  }
  for (const auto& [key, value] : entry.members()) {
    if (key == "role" || key == "content") continue;
    HONE_ASSIGN(Json resolved, sources.parts.Resolve(value));
    message.extra.Set(key, std::move(resolved));
  }
  return message;
}

Result<ChatRequest> ReadRequest(const Json& args, const Sources& sources) {
  const PartReceiver& parts = sources.parts;
  ChatRequest request;
  const Json::Array& messages = args["messages"].items();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    HONE_ASSIGN(ChatMessage message, ReadMessage(messages[i], i, sources));
    request.messages.push_back(std::move(message));
  }
  if (request.messages.empty()) return Invalid("llm.chat: messages is empty");
  HONE_ASSIGN(request.tools, parts.Resolve(args["tools"]));
  HONE_ASSIGN(request.format, parts.Resolve(args["format"]));
  HONE_ASSIGN(request.sampling, parts.Resolve(args["sampling"]));
  return request;
}

Json AnswerValue(const CallReply& reply) {
  const StoredAnswer& answer = *reply.answer;
  Json value = Json::MakeObject();
  value.Set("text", Json(*answer.text.text));
  if (!answer.tool_calls.is_null()) value.Set("tool_calls", answer.tool_calls);
  value.Set("finish_reason", Json(answer.finish_reason));
  value.Set("usage", Json::MakeObject({{"input", Json(answer.input_tokens)},
                                       {"cached_input", Json(answer.cached_tokens)},
                                       {"output", Json(answer.output_tokens)},
                                       {"reasoning", Json(answer.reasoning_tokens)}}));
  value.Set("call", Json(reply.key.Hex()));
  return value;
}

}  // namespace

void RunLlmChat(const Json& args, std::string step, const PartReceiver& parts,
                const AssetMap* assets, std::shared_ptr<CallGate> gate,
                std::function<void(Result<Json>)> done) {
  Result<ChatRequest> request = ReadRequest(args, {parts, assets});
  if (!request.ok()) return done(request.error());
  CallWish wish;
  wish.request = std::make_shared<const ChatRequest>(std::move(request).value());
  wish.role = args["role"].AsString();
  wish.step = std::move(step);
  wish.draw_label = args["draw"].AsString();
  gate->Call(std::move(wish), [done = std::move(done)](Result<CallReply> reply) {
    if (!reply.ok()) return done(reply.error());
    done(AnswerValue(*reply));
  });
}

}  // namespace hone
