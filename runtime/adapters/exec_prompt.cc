#include "adapters/exec_prompt.h"

#include <algorithm>
#include <cctype>

#include "adapters/answer_tool.h"
#include "adapters/chat_turns.h"

namespace hone {
namespace {

using Kind = TurnBlock::Kind;

// The end of a media type, if it is plain: it becomes part of a file's name.
std::string Ending(const std::string& media_type) {
  std::string ending = media_type.substr(media_type.find('/') + 1);
  const bool plain = ending.size() <= 8 && std::all_of(ending.begin(), ending.end(), [](char c) {
                       return std::isalnum(static_cast<unsigned char>(c)) != 0;
                     });
  return plain && !ending.empty() ? ending : "bin";
}

class Writer {
 public:
  explicit Writer(const ChatRequest& request) : request_(request), chat_(SplitTurns(request)) {}

  ExecPrompt Write() {
    const bool is_one = chat_.turns.size() == 1;
    System(!is_one);
    if (request_.tools.size() > 0) Paragraph(Tools());
    if (request_.format.is_object()) Paragraph(SchemaInWords(request_.format));
    for (const ChatTurn& turn : chat_.turns) Turn(turn, is_one);
    if (!is_one) Paragraph("Answer with what the assistant says next, without a tag.");
    return std::move(prompt_);
  }

 private:
  void Paragraph(const std::string& text) {
    if (!prompt_.text.empty()) prompt_.text += "\n\n";
    prompt_.text += text;
  }

  void System(bool tagged) {
    std::string text;
    for (const TurnBlock& block : chat_.system) {
      if (!text.empty()) text += "\n\n";
      for (const auto& piece : block.text) text += *piece;
    }
    if (!text.empty()) Paragraph(tagged ? "<system>\n" + text + "\n</system>" : text);
  }

  [[nodiscard]] std::string Tools() const {
    std::string text =
        "You may call these functions:\n" + request_.tools.Dump() +
        "\nAnswer with one JSON object and nothing else: {\"content\": \"what you say\", "
        "\"tool_calls\": [{\"name\": \"the function\", \"arguments\": {}}]}. Leave tool_calls "
        "empty "
        "to call none.";
    const Json& choice = request_.sampling["tool_choice"];
    if (choice.AsString() == "none") text += " Call none now.";
    if (choice.AsString() == "required") text += " Call at least one now.";
    if (choice["function"]["name"].is_string()) {
      text += " Call " + choice["function"]["name"].AsString() + " now.";
    }
    return text;
  }

  void Turn(const ChatTurn& turn, bool is_one) {
    const std::string tag = turn.is_assistant ? "assistant" : "user";
    std::string text;
    std::string results;
    for (const TurnBlock& block : turn.blocks) {
      std::string content;
      for (const auto& piece : block.text) content += *piece;
      if (block.kind == Kind::kImage) {
        const std::string name = "image-" + std::to_string(prompt_.images.size() + 1) + "." +
                                 Ending(block.image->media_type);
        prompt_.images.push_back({name, block.image});
        text += "[image: " + name + "]";
      } else if (block.kind == Kind::kToolCall) {
        text += "\n<call function=\"" + block.name + "\">" + block.arguments.Dump() + "</call>";
      } else if (block.kind == Kind::kToolResult) {
        results += (results.empty() ? "" : "\n\n") +
                   ("<result function=\"" + block.name + "\">\n" + content + "\n</result>");
      } else {
        text += content;
      }
    }
    if (!results.empty()) Paragraph(results);
    if (text.empty()) return;
    Paragraph(is_one ? text : "<" + tag + ">\n" + text + "\n</" + tag + ">");
  }

  const ChatRequest& request_;
  const ChatTurns chat_;
  ExecPrompt prompt_;
};

}  // namespace

ExecPrompt WriteExecPrompt(const ChatRequest& request) { return Writer(request).Write(); }

}  // namespace hone
