#include "adapters/offline/shell_turns.h"

#include <algorithm>

#include "adapters/offline/prompt.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr double kWaitSeconds = 10.0;  // at most, for what a command shows

bool HasTool(const ChatRequest& request, std::string_view name) {
  return std::any_of(request.tools.items().begin(), request.tools.items().end(),
                     [&](const Json& tool) { return tool["function"]["name"].AsString() == name; });
}

std::string TextOf(const ChatMessage& message) {
  std::string out;
  for (const Part& part : message.content) out += *part.text;
  return out;
}

// The text in the outermost <tag>; all of it when it does not begin with that tag (a terminal may
// show warnings first).
std::string Unwrapped(std::string_view text, std::string_view tag, ShellStyle style) {
  const std::string opening = "<" + std::string(tag);
  const std::size_t open = text.find(opening);
  if (open == std::string_view::npos) return std::string(text);
  const bool at_start = Trim(text.substr(0, open)).empty();
  if (!at_start && style != ShellStyle::kTerminal) return std::string(text);
  const std::size_t body = text.find('>', open);
  const std::size_t close = text.rfind("</" + std::string(tag) + ">");
  if (body == std::string_view::npos || close == std::string_view::npos || close < body) {
    return std::string(text);
  }
  return std::string(Trim(text.substr(body + 1, close - body - 1)));
}

// What a person sees of it: without control sequences (ESC [ ... letter) and carriage returns.
std::string Plain(std::string_view shown) {
  std::string out;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    if (shown.substr(at).starts_with("\x1b[")) {
      at += 2;
      while (at < shown.size() && (shown[at] < '@' || shown[at] > '~')) ++at;
    } else if (shown[at] != '\r') {
      out += shown[at];
    }
  }
  return out;
}

std::vector<OfferedSkill> OfferedIn(std::string_view opening) {
  std::vector<OfferedSkill> out;
  const std::string list = FirstTagged(opening, "skills");
  for (const std::string_view raw : Split(list, '\n')) {
    std::string_view line = Trim(raw);
    const std::size_t colon = line.find(": ");
    if (!line.starts_with("- ") || colon == std::string_view::npos) continue;
    line.remove_prefix(2);
    out.push_back(
        {std::string(Trim(line.substr(0, colon - 2))), std::string(Trim(line.substr(colon)))});
  }
  return out;
}

ShellTurn TurnOf(const std::string& tool, const Json& given) {
  const Result<Json> parsed =
      given.is_string() ? Json::Parse(given.AsString()) : Result<Json>(given);
  const Json arguments = parsed.ok() ? *parsed : Json();
  if (tool == "load_skill") return {"", arguments["name"].AsString(), ""};
  return {arguments["command"].AsString(), "", ""};
}

Json ToolCall(const std::string& tool, std::string_view argument, const std::string& value,
              std::size_t number) {
  const Json arguments = Json::MakeObject({{std::string(argument), Json(value)}});
  return Json::MakeArray({Json::MakeObject(
      {{"id", Json("step_" + std::to_string(number))},
       {"type", Json("function")},
       {"function",
        Json::MakeObject({{"name", Json(tool)}, {"arguments", Json(arguments.Dump())}})}})});
}

}  // namespace

ShellStyle StyleOf(const ChatRequest& request) {
  if (HasTool(request, "workspace_bash")) return ShellStyle::kWorkspace;
  if (HasTool(request, "bash")) return ShellStyle::kTools;
  if (request.format["name"].AsString() == "terminal_step") return ShellStyle::kTerminal;
  return ShellStyle::kNone;
}

ShellTurns::ShellTurns(const ChatRequest& request) : style(StyleOf(request)) {
  bool begun = false;
  std::vector<std::pair<std::string, std::size_t>> open;  // calls without an answer, and their turn
  for (const ChatMessage& message : request.messages) {
    const std::string text = TextOf(message);
    if (message.role == "assistant") {
      begun = true;
      open.clear();
      if (style == ShellStyle::kTerminal) {
        const Result<Json> step = Json::Parse(text);
        ShellTurn turn;
        if (step.ok()) {
          turn.skill = (*step)["load_skill"].AsString();
          for (const Json& command : (*step)["commands"].items()) {
            turn.command += command["keystrokes"].AsString();
          }
        }
        open.emplace_back("", turns.size());
        turns.push_back(std::move(turn));
      }
      for (const Json& call : message.extra["tool_calls"].items()) {
        const Json& function = call["function"];
        open.emplace_back(call["id"].AsString(), turns.size());
        turns.push_back(TurnOf(function["name"].AsString(), function["arguments"]));
      }
    } else if (!begun) {
      if (message.role == "user") opening += text + "\n";
    } else {
      const std::string id = message.extra["tool_call_id"].AsString();
      for (const auto& [call, index] : open) {
        if (call != id) continue;
        ShellTurn& turn = turns[index];
        turn.output =
            Plain(Unwrapped(text, turn.skill.empty() ? "terminal" : "loaded_skill", style));
      }
    }
  }
  const std::vector<Tagged> tasks = FindTagged(opening, "task");
  if (!tasks.empty()) {
    task = tasks.back().body;
    category = tasks.back().Attribute("category");
  }
  offered = OfferedIn(opening);
}

void Express(const ShellStep& step, const ShellTurns& turns, ChatAnswer* answer) {
  answer->finish_reason = "stop";
  const bool is_last = step.command.empty() && step.skill.empty();
  if (turns.style == ShellStyle::kTerminal) {
    Json json = Json::MakeObject({});
    if (!step.skill.empty()) {
      json.Set("load_skill", step.skill);
    } else {
      Json commands = Json::MakeArray();
      if (!is_last) {
        commands.Append(Json::MakeObject(
            {{"keystrokes", Json(step.command + "\n")}, {"duration", Json(kWaitSeconds)}}));
      }
      json.Set("analysis", step.say);
      json.Set("plan", is_last ? "Stop here." : "Run it and look at what it shows.");
      json.Set("commands", std::move(commands));
      json.Set("task_complete", is_last);
    }
    answer->text = json.Dump();
    return;
  }
  answer->text = step.say;
  if (is_last) return;
  const bool loads = !step.skill.empty();
  answer->tool_calls =
      loads ? ToolCall("load_skill", "name", step.skill, turns.turns.size() + 1)
            : ToolCall(turns.style == ShellStyle::kWorkspace ? "workspace_bash" : "bash", "command",
                       step.command, turns.turns.size() + 1);
  answer->finish_reason = "tool_calls";
}

}  // namespace hone::offline
