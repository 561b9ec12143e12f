#include "primitives/llm_chat.h"

namespace hone {
namespace {

Result<ChatMessage> ReadMessage(const Json& entry, const PartReceiver& parts) {
  ChatMessage message;
  message.role = entry["role"].AsString();
  for (const Json& piece : entry["content"].items()) {
    HONE_ASSIGN(Part part, parts.TextOf(piece));
    message.content.push_back(std::move(part));
  }
  for (const auto& [key, value] : entry.members()) {
    if (key == "role" || key == "content") continue;
    HONE_ASSIGN(Json resolved, parts.Resolve(value));
    message.extra.Set(key, std::move(resolved));
  }
  return message;
}

Result<ChatRequest> ReadRequest(const Json& args, const PartReceiver& parts) {
  ChatRequest request;
  for (const Json& entry : args["messages"].items()) {
    HONE_ASSIGN(ChatMessage message, ReadMessage(entry, parts));
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
                std::shared_ptr<CallGate> gate, std::function<void(Result<Json>)> done) {
  Result<ChatRequest> request = ReadRequest(args, parts);
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
