// DockerStream: the upgraded connection of one exec: bytes to the command's standard input, and its
// two streams back in frames (1 byte of kind, 3 of nothing, 4 of length, big endian).
//
// Thread: loop's thread. Callbacks never come inside Open, and none after Close.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/uv_event_loop.h"
#include "base/result.h"

namespace hone {

class DockerStream {
 public:
  struct Events {
    std::function<void(bool is_error, std::string_view bytes)> on_bytes;
    // The daemon closed the connection, or it could not be had: then in the daemon's words.
    std::function<void(Status)> on_end;
  };
  struct Closer {
    void operator()(DockerStream* stream) const { stream->Close(); }
  };
  using Owner = std::unique_ptr<DockerStream, Closer>;

  // Posts `body` to `target` of the daemon at `socket`; `stdin_text` follows and then the end of
  // that stream.
  static Owner Open(UvEventLoop& loop, const std::string& socket, const std::string& target,
                    const std::string& body, std::string stdin_text, Events events);

 private:
  enum class State { kHead, kFrames, kFailedBody, kEnded };

  explicit DockerStream(Events events) : events_(std::move(events)) {}
  ~DockerStream() = default;
  void Close();
  void Connected(int status);
  void Write(uv_write_t* request, const std::string& bytes);
  void Received(ssize_t size, const char* bytes);
  bool ParseHead();
  void ParseFrames();
  void End(Status status);

  Events events_;
  uv_pipe_t pipe_{};
  uv_connect_t connect_{};
  uv_write_t head_write_{}, stdin_write_{};
  uv_shutdown_t shutdown_{};
  std::string head_;  // of the request
  std::string stdin_text_;
  std::string buffer_;  // received, not yet taken
  int status_ = 0;      // of the response, where it is a failure
  State state_ = State::kHead;
  std::string read_space_ = std::string(65536, '\0');
};

}  // namespace hone
