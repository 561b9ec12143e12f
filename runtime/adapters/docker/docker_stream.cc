#include "adapters/docker/docker_stream.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "adapters/docker/docker_api.h"

namespace hone {
namespace {

constexpr std::size_t kFrameHeader = 8;
constexpr std::size_t kMostHead = 64U << 10U;
constexpr unsigned char kErrorStream = 2;

Error NoConnection(int code) {
  return Fail(ErrorCode::kUnavailable,
              std::string("no connection to the container daemon: ") + uv_strerror(code));
}

}  // namespace

DockerStream::Owner DockerStream::Open(UvEventLoop& loop, const std::string& socket,
                                       const std::string& target, const std::string& body,
                                       std::string stdin_text, Events events) {
  Owner owner(new DockerStream(std::move(events)));
  DockerStream* self = owner.get();
  self->head_ = "POST " + target +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                "Content-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body;
  self->stdin_text_ = std::move(stdin_text);
  HONE_CHECK(uv_pipe_init(loop.uv(), &self->pipe_, 0) == 0);
  self->pipe_.data = self;
  self->connect_.data = self;
  uv_pipe_connect(&self->connect_, &self->pipe_, socket.c_str(),
                  [](uv_connect_t* request, int code) {
                    static_cast<DockerStream*>(request->data)->Connected(code);
                  });
  return owner;
}

void DockerStream::Close() {
  state_ = State::kEnded;
  uv_close(reinterpret_cast<uv_handle_t*>(&pipe_),
           [](uv_handle_t* handle) { delete static_cast<DockerStream*>(handle->data); });
}

void DockerStream::Connected(int status) {
  if (state_ == State::kEnded) return;
  if (status != 0) return End(NoConnection(status));
  const uv_alloc_cb allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    std::string& space = static_cast<DockerStream*>(handle->data)->read_space_;
    *buffer = uv_buf_init(space.data(), static_cast<unsigned>(space.size()));
  };
  const uv_read_cb received = [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
    static_cast<DockerStream*>(stream->data)->Received(size, buffer->base);
  };
  uv_read_start(reinterpret_cast<uv_stream_t*>(&pipe_), allocate, received);
  Write(&head_write_, head_);
}

void DockerStream::Write(uv_write_t* request, const std::string& bytes) {
  uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  // A failure to write is seen as the end of what is read.
  uv_write(request, reinterpret_cast<uv_stream_t*>(&pipe_), &buffer, 1, [](uv_write_t*, int) {});
}

void DockerStream::Received(ssize_t size, const char* bytes) {
  if (state_ == State::kEnded || size == 0) return;
  if (size < 0) {
    if (state_ == State::kFrames) return End({});
    if (state_ == State::kFailedBody) {
      HttpResponse response;
      response.status = status_;
      response.body = buffer_;
      return End(DockerError(response));
    }
    return End(NoConnection(static_cast<int>(size)));
  }
  buffer_.append(bytes, static_cast<std::size_t>(size));
  if (state_ == State::kHead && !ParseHead()) return;
  if (state_ == State::kFrames) ParseFrames();
  if (buffer_.size() > kMostHead && state_ == State::kFailedBody) buffer_.resize(kMostHead);
}

// False while the head is not whole.
bool DockerStream::ParseHead() {
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (buffer_.size() > kMostHead) {
      End(Fail(ErrorCode::kBadResponse, "the container daemon's answer has no end of its head"));
    }
    return false;
  }
  status_ = buffer_.size() > 12 ? std::atoi(buffer_.c_str() + 9) : 0;  // "HTTP/1.1 101 ..."
  buffer_.erase(0, end + 4);
  if (status_ != 101 && status_ != 200) {
    state_ = State::kFailedBody;
    // Such a connection may be kept open: the half that is ours is over, so the other one ends.
    uv_shutdown(&shutdown_, reinterpret_cast<uv_stream_t*>(&pipe_), [](uv_shutdown_t*, int) {});
    return true;
  }
  state_ = State::kFrames;
  if (!stdin_text_.empty()) Write(&stdin_write_, stdin_text_);
  uv_shutdown(&shutdown_, reinterpret_cast<uv_stream_t*>(&pipe_), [](uv_shutdown_t*, int) {});
  return true;
}

void DockerStream::ParseFrames() {
  std::size_t at = 0;
  while (buffer_.size() - at >= kFrameHeader) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[at + i]); };
    const std::size_t size = std::size_t{byte(4)} << 24U | std::size_t{byte(5)} << 16U |
                             std::size_t{byte(6)} << 8U | byte(7);
    if (buffer_.size() - at - kFrameHeader < size) break;
    events_.on_bytes(byte(0) == kErrorStream,
                     std::string_view(buffer_).substr(at + kFrameHeader, size));
    if (state_ == State::kEnded) return;
    at += kFrameHeader + size;
  }
  buffer_.erase(0, at);
}

void DockerStream::End(Status status) {
  state_ = State::kEnded;
  events_.on_end(std::move(status));
}

}  // namespace hone
