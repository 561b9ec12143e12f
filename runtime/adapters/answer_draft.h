// AnswerDraft: an answer as its blocks arrive, whole or piece by piece, for the providers that
// answer in blocks (Anthropic, Bedrock). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/answer_tool.h"
#include "base/json.h"
#include "ports/chat_model.h"

namespace hone {

struct AnswerDraft {
  struct Block {
    std::string text;  // of a text block
    bool is_call = false;
    std::string id, name;  // of a call
    std::string input;     // its argument as JSON text, possibly cut off
    Json thought;          // a block of thinking, as it must be sent again
  };
  std::vector<Block> blocks;

  // The block of an index, made when it is the next one; nullptr when it is neither.
  Block* At(int64_t index);
  // Text, tool calls and finish reason ("tool_calls" becomes "stop" where the only call was the
  // answer tool's). Thoughts go into the first call's extra_content.<provider>.thinking.
  [[nodiscard]] ChatAnswer Answer(const AnswerTool& tool, std::string_view provider,
                                  std::string finish_reason) const;
};

// True when a request's history holds calls of tools without the thoughts that led to them: those
// of another model, or from before thinking was switched on.
bool HistoryLacksThinking(const ChatRequest& request, std::string_view provider);

}  // namespace hone
