#include "unit/adapters/offline/shell_talk.h"

#include "adapters/offline/reader.h"

namespace hone::test {

using offline::ShellStep;
using offline::ShellStyle;

ShellTalk::ShellTalk(ShellStyle style, const std::string& opening, offline::ReaderOptions options,
                     uint32_t seed)
    : style_(style), options_(options) {
  request_.seed = seed;
  request_.messages.push_back({"system", {Part::Of("You solve tasks.")}, {}});
  request_.messages.push_back({"user", {Part::Of(opening)}, {}});
  if (style == ShellStyle::kTerminal) {
    request_.format = Json::MakeObject({{"name", Json("terminal_step")}});
    return;
  }
  const char* name = style == ShellStyle::kWorkspace ? "workspace_bash" : "bash";
  request_.tools = Json::MakeArray({Json::MakeObject(
      {{"type", Json("function")}, {"function", Json::MakeObject({{"name", Json(name)}})}})});
}

ChatAnswer ShellTalk::Next() {
  ChatAnswer answer = Read(request_, options_);
  Json extra;
  if (answer.tool_calls.size() > 0) {
    extra = Json::MakeObject({{"tool_calls", answer.tool_calls}});
    call_ = answer.tool_calls.items()[0]["id"].AsString();
  }
  request_.messages.push_back({"assistant", {Part::Of(answer.text)}, extra});
  return answer;
}

ShellStep ShellTalk::Step() {
  const ChatAnswer answer = Next();
  ShellStep step;
  if (style_ == ShellStyle::kTerminal) {
    const Json json = Json::Parse(answer.text).value();
    step.say = json["analysis"].AsString();
    step.skill = json["load_skill"].AsString();
    for (const Json& command : json["commands"].items()) {
      step.command += command["keystrokes"].AsString();
    }
    return step;
  }
  step.say = answer.text;
  for (const Json& call : answer.tool_calls.items()) {
    const Json arguments = Json::Parse(call["function"]["arguments"].AsString()).value();
    step.command = arguments["command"].AsString();
    step.skill = arguments["name"].AsString();
  }
  return step;
}

void ShellTalk::Show(const std::string& message) {
  const bool is_tool = style_ != ShellStyle::kTerminal;
  request_.messages.push_back(
      {is_tool ? "tool" : "user",
       {Part::Of(message)},
       is_tool ? Json::MakeObject({{"tool_call_id", Json(call_)}}) : Json()});
}

void ShellTalk::ShowSkill(const std::string& name, const std::string& text) {
  Show("<loaded_skill name=\"" + name + "\">\n" + text + "\n</loaded_skill>");
}

std::string SolverOpening(const std::string& skills, const std::string& category,
                          const std::string& task) {
  return "<skills>\n" + skills + "\n</skills>\n\n<task id=\"t\" category=\"" + category + "\">\n" +
         task + "\n</task>";
}

}  // namespace hone::test
