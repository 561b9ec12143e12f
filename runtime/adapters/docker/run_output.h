// RunOutput: what `hone-session run` tells of one command (adapters/session/run_frames.h), gathered
// with the limits of its ExecSpec. It comes from inside the container: nothing it says is believed
// beyond the words it may say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ports/container_engine.h"

namespace hone {

class RunOutput {
 public:
  explicit RunOutput(int64_t max_output_bytes) : limit_(max_output_bytes) {}

  void Feed(std::string_view bytes);

  // False: nothing of the command has run.
  [[nodiscard]] bool has_begun() const { return has_begun_; }
  [[nodiscard]] bool has_end() const { return has_end_; }
  // The command had to be killed, and something of it would not die.
  [[nodiscard]] bool is_stuck() const { return is_stuck_; }
  // Streams so far; the rest of the fields once has_end().
  ExecEnd Take();

 private:
  void Frame(unsigned char kind, std::string_view body);
  void Append(std::string_view bytes, std::string* text, bool* truncated) const;
  void End(std::string_view words);
  void Failed(std::string_view words);

  int64_t limit_;
  std::string buffer_;
  ExecEnd end_;
  bool has_begun_ = false;
  bool has_end_ = false;
  bool is_stuck_ = false;
};

}  // namespace hone
