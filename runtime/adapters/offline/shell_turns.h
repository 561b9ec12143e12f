// ShellTurns: a request of a recipe that lets a model use a shell, read as what was done so far.
//
// Three styles, told apart by tools and format: tools with `bash` (a solver), the format
// "terminal_step" (a solver that types into a terminal), a tool `workspace_bash` (an evolver). What
// a tool put out is data: tags in it open nothing, and whether an output is a skill follows from
// what was asked for, never from what came back. Immutable; borrows nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/chat_model.h"

namespace hone::offline {

enum class ShellStyle { kNone, kTools, kTerminal, kWorkspace };
ShellStyle StyleOf(const ChatRequest& request);

struct OfferedSkill {
  std::string name;
  std::string description;
};

struct ShellTurn {
  std::string command;  // "" when a skill was asked for
  std::string skill;
  std::string output;  // without the tag around it
};

struct ShellTurns {
  explicit ShellTurns(const ChatRequest& request);

  ShellStyle style;
  std::string opening;  // the user's messages before the first turn
  std::string task;     // <task> of the opening
  std::string category;
  std::vector<OfferedSkill> offered;  // <skills> of the opening
  std::vector<ShellTurn> turns;
};

// One thing to do next: run a command, load a skill, or (both empty) say something and stop.
struct ShellStep {
  std::string say;  // why, or the last words
  std::string command;
  std::string skill;
};
// The step in the form of the style: tool calls, a terminal step, or plain text.
void Express(const ShellStep& step, const ShellTurns& turns, ChatAnswer* answer);

}  // namespace hone::offline
