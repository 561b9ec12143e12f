// A talk with the offline reader about a task in a shell: what a recipe's agent loop sends, reduced
// to the messages. Commands are not run; each test says what they put out.
#pragma once

#include <string>
#include <vector>

#include "adapters/offline/options.h"
#include "adapters/offline/shell_turns.h"
#include "ports/chat_model.h"

namespace hone::test {

class ShellTalk {
 public:
  // `opening`: the first user message.
  ShellTalk(offline::ShellStyle style, const std::string& opening, offline::ReaderOptions options,
            uint32_t seed = 1);

  // What the reader wants next; its message is put into the talk.
  ChatAnswer Next();
  // The same as one step: exactly one of command and skill is set, or neither at the end.
  offline::ShellStep Step();
  // The answer to the last step, as it stands in the message (with the tag around it).
  void Show(const std::string& message);
  void ShowOutput(const std::string& output) { Show("<terminal>\n" + output + "\n</terminal>"); }
  void ShowSkill(const std::string& name, const std::string& text);

  [[nodiscard]] const ChatRequest& request() const { return request_; }

 private:
  const offline::ShellStyle style_;
  const offline::ReaderOptions options_;
  ChatRequest request_;
  std::string call_;  // id of the last tool call
};

// <skills> and <task> as a solver gets them; `skills`: lines "- name: description".
std::string SolverOpening(const std::string& skills, const std::string& category,
                          const std::string& task);

}  // namespace hone::test
