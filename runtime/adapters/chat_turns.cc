#include "adapters/chat_turns.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

using Kind = TurnBlock::Kind;

std::shared_ptr<const std::string> Shared(std::string_view text) {
  return std::make_shared<const std::string>(text);
}

bool IsBlank(const TextPieces& pieces) {
  return std::all_of(pieces.begin(), pieces.end(),
                     [](const auto& piece) { return Trim(*piece).empty(); });
}

void AddText(TextPieces pieces, std::vector<TurnBlock>* out) {
  if (IsBlank(pieces)) return;
  out->push_back({.kind = Kind::kText, .text = std::move(pieces)});
}

// A message's text and images in order. A piece is cut only where an image stands inside it.
void AddContent(const ChatMessage& message, std::vector<TurnBlock>* out) {
  TextPieces open;
  std::size_t image = 0;
  int64_t at = 0;  // bytes of the content before the piece
  for (const Part& part : message.content) {
    std::size_t from = 0;
    while (image < message.images.size() &&
           message.images[image].at < at + static_cast<int64_t>(part.text->size())) {
      const auto stop =
          static_cast<std::size_t>(std::max<int64_t>(message.images[image].at - at, 0));
      if (stop > from)
        open.push_back(Shared(std::string_view(*part.text).substr(from, stop - from)));
      from = std::max(from, stop);
      AddText(std::exchange(open, {}), out);
      out->push_back({.kind = Kind::kImage, .image = &message.images[image++]});
    }
    if (from == 0) {
      open.push_back(part.text);
    } else if (from < part.text->size()) {
      open.push_back(Shared(std::string_view(*part.text).substr(from)));
    }
    at += static_cast<int64_t>(part.text->size());
  }
  AddText(std::move(open), out);
  for (; image < message.images.size(); ++image) {
    out->push_back({.kind = Kind::kImage, .image = &message.images[image]});
  }
}

// A model writes its arguments as JSON text; what is no object is wrapped, so that it still can be
// sent back.
Json Arguments(const std::string& text) {
  const Result<Json> parsed = Json::Parse(text);
  if (parsed.ok() && parsed->is_object()) return *parsed;
  Json object = Json::MakeObject();
  if (!Trim(text).empty()) object.Set("arguments", parsed.ok() ? *parsed : Json(text));
  return object;
}

void AddToolCalls(const Json& calls, std::map<std::string, std::string>* names,
                  std::vector<TurnBlock>* out) {
  for (const Json& call : calls.items()) {
    TurnBlock block{.kind = Kind::kToolCall};
    block.id = call["id"].AsString();
    block.name = call["function"]["name"].AsString();
    block.arguments = Arguments(call["function"]["arguments"].AsString());
    block.extra = call["extra_content"];
    (*names)[block.id] = block.name;
    out->push_back(std::move(block));
  }
}

void TrimEnd(std::vector<TurnBlock>* blocks) {
  while (!blocks->empty() && blocks->back().kind == Kind::kText) {
    TextPieces& pieces = blocks->back().text;
    while (!pieces.empty()) {
      const std::string_view piece = *pieces.back();
      const std::size_t end = piece.find_last_not_of(" \t\r\n");
      if (end == std::string_view::npos) {
        pieces.pop_back();
        continue;
      }
      if (end + 1 < piece.size()) pieces.back() = Shared(piece.substr(0, end + 1));
      return;
    }
    blocks->pop_back();
  }
}

TurnBlock Empty() { return {.kind = Kind::kText, .text = {Shared("(empty)")}}; }

}  // namespace

ChatTurns SplitTurns(const ChatRequest& request) {
  ChatTurns result;
  std::map<std::string, std::string> names;  // of the functions called so far, by call id
  for (const ChatMessage& message : request.messages) {
    if (message.role == "system" || message.role == "developer") {
      AddContent(message, &result.system);
      continue;
    }
    const bool is_assistant = message.role == "assistant";
    if (result.turns.empty() && is_assistant) result.turns.push_back({false, {Empty()}});
    if (result.turns.empty() || result.turns.back().is_assistant != is_assistant) {
      result.turns.push_back({is_assistant, {}});
    }
    std::vector<TurnBlock>& blocks = result.turns.back().blocks;
    if (message.role == "tool") {
      TurnBlock block{.kind = Kind::kToolResult};
      for (const Part& part : message.content) block.text.push_back(part.text);
      block.id = message.extra["tool_call_id"].AsString();
      const auto known = names.find(block.id);
      block.name = known != names.end() ? known->second : message.extra["name"].AsString();
      blocks.push_back(std::move(block));
      for (const ChatImage& image : message.images) {
        blocks.push_back({.kind = Kind::kImage, .image = &image});
      }
      continue;
    }
    AddContent(message, &blocks);
    if (is_assistant) AddToolCalls(message.extra["tool_calls"], &names, &blocks);
  }
  // Only texts are of use to a system; an image there belongs to nobody.
  std::erase_if(result.system, [](const TurnBlock& block) { return block.kind != Kind::kText; });
  if (result.turns.empty()) result.turns.push_back({false, {}});
  if (result.turns.back().is_assistant) TrimEnd(&result.turns.back().blocks);
  for (ChatTurn& turn : result.turns) {
    std::stable_partition(turn.blocks.begin(), turn.blocks.end(),
                          [](const TurnBlock& block) { return block.kind == Kind::kToolResult; });
    if (turn.blocks.empty()) turn.blocks.push_back(Empty());
  }
  return result;
}

std::vector<CacheMark> FindCacheMarks(const ChatTurns& chat, std::size_t min_bytes) {
  std::vector<CacheMark> system;
  std::vector<CacheMark> turns;
  const auto look = [&](const std::vector<TurnBlock>& blocks, int turn,
                        std::vector<CacheMark>* out) {
    for (int i = 0; i < static_cast<int>(blocks.size()); ++i) {
      const TextPieces& pieces = blocks[static_cast<std::size_t>(i)].text;
      for (int p = 0; p < static_cast<int>(pieces.size()); ++p) {
        if (pieces[static_cast<std::size_t>(p)]->size() >= min_bytes) out->push_back({turn, i, p});
      }
    }
  };
  look(chat.system, -1, &system);
  for (int i = 0; i < static_cast<int>(chat.turns.size()); ++i) {
    look(chat.turns[static_cast<std::size_t>(i)].blocks, i, &turns);
  }
  std::vector<CacheMark> marks;
  if (!system.empty()) marks.push_back(system.back());
  if (!turns.empty()) marks.push_back(turns.front());
  // Two marks in one block would have to be two cuts of it; the later one holds the earlier.
  if (turns.size() > 1) {
    const bool same_block =
        turns.back().turn == turns.front().turn && turns.back().block == turns.front().block;
    if (same_block) {
      marks.back() = turns.back();
    } else {
      marks.push_back(turns.back());
    }
  }
  return marks;
}

int MarkedPiece(const std::vector<CacheMark>& marks, int turn, int block) {
  for (const CacheMark& mark : marks) {
    if (mark.turn == turn && mark.block == block) return mark.piece;
  }
  return -1;
}

std::vector<Json> ToolFunctions(const Json& tools) {
  std::vector<Json> functions;
  for (const Json& tool : tools.items()) {
    if (tool["function"].is_object()) functions.push_back(tool["function"]);
  }
  return functions;
}

std::vector<Json> DeclaredFunctions(const ChatRequest& request, const ChatTurns& chat) {
  std::vector<Json> functions = ToolFunctions(request.tools);
  if (!functions.empty()) return functions;
  std::set<std::string> names;
  for (const ChatTurn& turn : chat.turns) {
    for (const TurnBlock& block : turn.blocks) {
      if (block.kind == Kind::kToolCall) names.insert(block.name);
    }
  }
  for (const std::string& name : names) {
    functions.push_back(Json::MakeObject({{"name", name}, {"description", "No longer offered."}}));
  }
  return functions;
}

}  // namespace hone
