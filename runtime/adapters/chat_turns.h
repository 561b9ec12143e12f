// ChatTurns: a request in the shape that Anthropic, Gemini and Bedrock share: system texts apart,
// then turns of user and assistant in strict alternation, each a list of blocks. Pure.
//
// What the shape demands and a request need not have is settled here, the same way for all three:
//   - system messages are lifted out, wherever they stood;
//   - neighbouring messages of one side become one turn; a tool's result is on the user's side;
//   - texts of white space only are dropped (providers refuse them); a turn that is then empty
//     says "(empty)", and a request that does not begin with the user begins with such a turn;
//   - white space at the end of a last assistant turn goes (an answer is to continue it);
//   - images become blocks at the place they have in their text; the results of tools come first
//     in their turn, their images behind them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "ports/chat_model.h"

namespace hone {

using TextPieces = std::vector<std::shared_ptr<const std::string>>;

struct TurnBlock {
  enum class Kind { kText, kImage, kToolCall, kToolResult };
  Kind kind = Kind::kText;
  TextPieces text = {};              // kText, kToolResult: concatenated
  const ChatImage* image = nullptr;  // kImage: borrowed from the request
  std::string id = {};               // kToolCall, kToolResult
  std::string name = {};             // kToolCall, kToolResult: the function's
  Json arguments = {};               // kToolCall: an object
  Json extra = {};                   // kToolCall: its "extra_content", as a provider gave it
};

struct ChatTurn {
  bool is_assistant = false;
  std::vector<TurnBlock> blocks;
};

struct ChatTurns {
  std::vector<TurnBlock> system;  // kText only
  std::vector<ChatTurn> turns;    // begins with the user's; never empty
};

ChatTurns SplitTurns(const ChatRequest& request);

// Where a provider's prompt cache is told to remember: after a large text of the system, the first
// and the last large text of the turns (a text of min_bytes or more in one piece). At most three.
struct CacheMark {
  int turn = 0;  // -1: the system
  int block = 0;
  int piece = 0;  // the last piece inside the cached prefix
  bool operator==(const CacheMark&) const = default;
};
std::vector<CacheMark> FindCacheMarks(const ChatTurns& chat, std::size_t min_bytes);
// The piece of a block that a mark stands on, or -1.
int MarkedPiece(const std::vector<CacheMark>& marks, int turn, int block);

// The functions of a request's tools (OpenAI form), without their wrapping.
std::vector<Json> ToolFunctions(const Json& tools);
// The same, or, for a request without tools, the functions that its history called: Anthropic and
// Bedrock refuse calls in a history whose functions nobody declares.
std::vector<Json> DeclaredFunctions(const ChatRequest& request, const ChatTurns& chat);

}  // namespace hone
