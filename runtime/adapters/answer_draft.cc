#include "adapters/answer_draft.h"

#include <utility>

namespace hone {

AnswerDraft::Block* AnswerDraft::At(int64_t index) {
  const auto size = static_cast<int64_t>(blocks.size());
  if (index < 0 || index > size) return nullptr;
  if (index == size) blocks.emplace_back();
  return &blocks[static_cast<std::size_t>(index)];
}

ChatAnswer AnswerDraft::Answer(const AnswerTool& tool, std::string_view provider,
                               std::string finish_reason) const {
  ChatAnswer answer;
  Json thoughts;
  std::string tool_text;
  for (const Block& block : blocks) {
    answer.text += block.text;
    if (!block.thought.is_null()) thoughts.Append(block.thought);
    if (!block.is_call) continue;
    const std::string input = block.input.empty() ? "{}" : block.input;
    if (!tool.name.empty() && block.name == tool.name) {
      const Result<Json> argument = Json::Parse(input);
      tool_text = argument.ok() ? tool.Text(*argument) : input;
      continue;
    }
    answer.tool_calls.Append(Json::MakeObject(
        {{"id", block.id},
         {"type", "function"},
         {"function", Json::MakeObject({{"name", block.name}, {"arguments", input}})}}));
  }
  if (answer.tool_calls.size() > 0 && thoughts.size() > 0) {
    Json inside = Json::MakeObject({{"thinking", std::move(thoughts)}});
    Json extra;
    extra.Set(provider, std::move(inside));
    answer.tool_calls.mutable_items()[0].Set("extra_content", std::move(extra));
  }
  answer.finish_reason = std::move(finish_reason);
  if (!tool_text.empty()) {
    answer.text = std::move(tool_text);  // what was said before the call is not the answer
    if (answer.finish_reason == "tool_calls") answer.finish_reason = "stop";
  }
  return answer;
}

bool HistoryLacksThinking(const ChatRequest& request, std::string_view provider) {
  for (const ChatMessage& message : request.messages) {
    const Json& calls = message.extra["tool_calls"];
    if (calls.size() == 0) continue;
    if (calls.items()[0]["extra_content"][provider]["thinking"].size() == 0) return true;
  }
  return false;
}

}  // namespace hone
