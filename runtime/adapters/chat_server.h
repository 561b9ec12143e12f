// ChatServer: a model of this process behind the OpenAI chat-completions API, on 127.0.0.1 only.
//
//   POST /v1/chat/completions   also as server-sent events with "stream": true
//   POST /v1/embeddings         where Options::embed is given
//   GET  /v1/models             GET /health
//
// What can't be read is answered 400 with an OpenAI-shaped error. One thread serves one connection,
// up to Options::max_connections; more wait. No authentication: an Authorization header is ignored.
//
// Thread: Start, Stop and the destructor on one thread; `answer` and `on_request` are called from
// many threads at once. Built for loopback use, tests and benchmarks, not for the network.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"

namespace hone {

class ChatServer {
 public:
  // Failures become HTTP statuses: kInvalidArgument 400, kNotFound 404, kRateLimited 429, else 500.
  using Answer = std::function<Result<ChatAnswer>(const ChatRequest&, const std::string& model)>;

  using Embed = std::function<Result<EmbedAnswer>(const EmbedRequest&, const std::string& model)>;

  struct Options {
    int port = 0;                       // 0 picks a free one
    std::vector<std::string> models{};  // listed by /v1/models
    int max_connections = 1100;
    int keep_alive_s = 5;  // idle connections are closed after it
    std::size_t max_body_bytes = 64U << 20U;
    Embed embed{};  // called from many threads at once
    // Called after each request for an answer with the model, the status and the bytes of the body.
    std::function<void(const std::string& model, int status, std::size_t bytes)> on_request{};
  };

  ChatServer(Answer answer, Options options);
  ~ChatServer();  // stops
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  // Listens and returns; serving goes on in threads of its own. Fails when the port is taken.
  Status Start();
  // Ends what is being answered, then returns. Idle connections that their clients keep open delay
  // it by up to keep_alive_s.
  void Stop();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string base_url() const;  // "http://127.0.0.1:PORT/v1"
  [[nodiscard]] int64_t requests() const;      // requests for an answer that arrived so far

 private:
  struct State;
  std::unique_ptr<State> state_;
  int port_ = 0;
};

}  // namespace hone
