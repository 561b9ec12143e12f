// ContainerSession: terminals that stay and programs that answer a line with a line, in containers
// of any back end. hone-session, a static program of ours, is put into the container at its first
// use; every operation is one Exec of it. What it says comes from a hostile place: a reply that
// makes no sense is kBadResponse.
//
// Names ("terminal-1", "process-1") count along each container, so that the same operations give
// the same names. An operation runs as the user that started the terminal or process.
//
// Thread: loop's thread. `done` is called exactly once, never inside the call that takes it, and
// not after this object is gone. The engine outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/container_engine.h"

namespace hone {

// Where hone-session is put. Not the container's own: GetSpec::exclude of a verification names it.
inline constexpr const char* kSessionFolder = "/.hone";

struct SessionStart {
  std::vector<std::string> argv;  // a terminal's default: /bin/sh
  std::map<std::string, std::string> env;
  std::string workdir, user;    // as in ExecSpec
  int rows = 24, columns = 80;  // of a terminal
};

struct TerminalKeys {
  std::string keys;  // bytes as they are: "ls\n", "\x03" for C-c; "" only waits
  // At most so long; earlier when the terminal's first program is in the foreground and nothing
  // came for a moment, and when it ended.
  int64_t wait_ms = 1'000;
  int64_t max_output_bytes = 1 << 20;  // the first ones; the rest is dropped
};

struct TerminalOutput {
  std::string output;  // since the send before, without control sequences; lines end with \n
  bool ended = false;  // the terminal's first program
  bool truncated = false;
};

struct TerminalScreenText {
  std::string text;  // rows joined by \n, no blanks at their ends, no empty rows at its end
  bool ended = false;
};

struct ProcessLine {
  std::optional<std::string> line;  // none: only the next line is waited for
  int64_t timeout_ms = 60'000;
  int64_t max_bytes = 1 << 20;  // of the answer; the rest of its line is dropped
};

struct ProcessAnswer {
  std::optional<std::string> line;  // without its end
  bool ended = false;               // the program closed its output
  bool timed_out = false;
  bool truncated = false;
};

class ContainerSession {
 public:
  using ContainerId = ContainerEngine::ContainerId;
  template <typename T>
  using Done = ContainerEngine::Done<T>;

  // `program`: the bytes of hone-session.
  ContainerSession(ContainerEngine& engine, std::string program);
  ~ContainerSession();
  ContainerSession(const ContainerSession&) = delete;
  ContainerSession& operator=(const ContainerSession&) = delete;

  // The name; kInvalidArgument, naming the program, when it could not be started.
  void StartTerminal(const ContainerId& container, SessionStart start, Done<std::string> done);
  void StartProcess(const ContainerId& container, SessionStart start, Done<std::string> done);
  // kNotFound for a name that this container does not have.
  void Send(const ContainerId& container, const std::string& terminal, TerminalKeys keys,
            Done<TerminalOutput> done);
  void Screen(const ContainerId& container, const std::string& terminal,
              Done<TerminalScreenText> done);
  void Ask(const ContainerId& container, const std::string& process, ProcessLine line,
           Done<ProcessAnswer> done);
  // The container is gone; its names are forgotten.
  void Forget(const ContainerId& container);

 private:
  struct Place;  // what is known of one container

  Place& PlaceOf(const ContainerId& container);
  // Once the program is in the container, or cannot be put there.
  void WithProgram(const ContainerId& container, std::function<void(const Status&)> then);
  // One Exec of the program; `words` are its arguments.
  void Call(const ContainerId& container, std::vector<std::string> words, ExecSpec spec,
            Done<ExecEnd> done);
  void Start(const ContainerId& container, const std::string& name, std::vector<std::string> words,
             SessionStart start, Done<std::string> done);
  // A question to a host that was started under `name`, with its reply.
  struct Reply;
  void Question(const ContainerId& container, const std::string& name,
                std::vector<std::string> words, std::string text, int64_t wait_ms,
                Done<Reply> done);

  ContainerEngine& engine_;
  const std::string program_;
  std::map<ContainerId, std::unique_ptr<Place>> places_;
  std::shared_ptr<ContainerSession*> self_ = std::make_shared<ContainerSession*>(this);
};

}  // namespace hone
