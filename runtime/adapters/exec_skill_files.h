// Skills of a request as files for a command-line agent, where such agents look for them.
//
// A block <skill name="NAME">...</skill> that begins on a line of its own in a system or user
// message becomes .agents/skills/NAME/SKILL.md, with a frontmatter when it has none; task.md beside
// it holds the prompt, so that the agent may read it again. What stands in the prompt stays there:
// an agent that knows nothing of skill files is none the worse. A request without a skill makes no
// file. Pure.
#pragma once

#include <string>
#include <vector>

#include "ports/chat_model.h"

namespace hone {

struct ExecFile {
  std::string path;  // relative to the agent's folder
  std::string text;
};

std::vector<ExecFile> SkillFilesOf(const ChatRequest& request, const std::string& prompt);

}  // namespace hone
