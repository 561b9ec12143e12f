// ExecProcess: a program run for one answer: a text on its standard input, what it prints, how it
// ended. It has a folder of its own, a process group of its own and no descriptor of ours; when it
// ends, or has to, the whole group is killed.
//
// Thread: the loop's thread, which must be the thread that made the loop's children before and must
// outlive them (child_start.h). Deletes itself after `done`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/uv_event_loop.h"
#include "base/result.h"

namespace hone {

struct ExecRun {
  std::string path;                      // absolute
  std::vector<std::string> arguments;    // arguments[0] included
  std::vector<std::string> environment;  // "NAME=value"
  std::string folder;
  std::string input;
  int64_t total_timeout_ms = 0;
  int64_t idle_timeout_ms = 0;  // no byte printed; 0: no such limit
  std::size_t max_output_bytes = 0;
};

struct ExecRunEnd {
  enum class How { kExited, kKilled, kTimedOut, kIdle, kTooMuch, kCancelled };
  How how = How::kExited;
  int code = 0;           // exit code, or the signal of kKilled
  std::string output;     // its standard output
  std::string complaint;  // the end of its standard error, at most 4 KB
};

class ExecProcess {
 public:
  using Done = std::function<void(ExecRunEnd)>;

  // Starts it. `done` is called once, never inside Start; the process must not be used after that.
  static Result<ExecProcess*> Start(UvEventLoop& loop, const ExecRun& run, Done done);
  void Cancel();   // `done` follows with kCancelled
  void Abandon();  // killed and waited for; no `done` follows

 private:
  struct Handles;
  explicit ExecProcess(Handles* handles) : handles_(handles) {}
  Handles* handles_;
};

}  // namespace hone
