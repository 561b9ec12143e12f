#include "adapters/chat_server.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "adapters/chat_completion_json.h"
#include "adapters/embedding_json.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int kListenBacklog = 1024;
constexpr const char* kJson = "application/json";

// Threads on demand: the library's own pool starts all of its threads at once.
class GrowingPool final : public httplib::TaskQueue {
 public:
  explicit GrowingPool(std::size_t max_threads) : max_threads_(max_threads) {}

  void enqueue(std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      if (idle_ < tasks_.size() && threads_.size() < max_threads_) {
        threads_.emplace_back([this] { Work(); });
      }
    }
    wake_.notify_one();
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      --idle_;
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  const std::size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

int HttpStatus(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kRateLimited:
      return 429;
    default:
      return 500;
  }
}

void SetError(int status, std::string_view message, httplib::Response* response) {
  response->status = status;
  response->set_content(
      WriteChatError(message, status < 500 ? "invalid_request_error" : "server_error"), kJson);
}

}  // namespace

struct ChatServer::State {
  Answer answer;
  Options options;
  httplib::Server server;
  std::thread acceptor;
  std::atomic<bool> acceptor_ended{false};
  std::atomic<int64_t> requests{0};

  // Returns the model's name, for the record.
  std::string Complete(const httplib::Request& http, httplib::Response* response) {
    const int64_t number = ++requests;
    const Result<ChatCompletionRequest> request = ParseChatCompletionRequest(http.body);
    if (!request.ok()) {
      SetError(HttpStatus(request.error().code), request.error().message, response);
      return "";
    }
    const Result<ChatAnswer> answered = answer(request->chat, request->model);
    if (!answered.ok()) {
      SetError(HttpStatus(answered.error().code), answered.error().message, response);
      return request->model;
    }
    const ChatCompletionStamp stamp{"chatcmpl-" + std::to_string(number), std::time(nullptr)};
    if (request->stream) {
      response->set_content(WriteChatCompletionEvents(*answered, stamp, request->stream_usage),
                            "text/event-stream");
    } else {
      response->set_content(WriteChatCompletion(*answered, stamp), kJson);
    }
    return request->model;
  }

  std::string EmbedTexts(const httplib::Request& http, httplib::Response* response) {
    ++requests;
    const Result<EmbeddingsRequest> request = ParseEmbeddingsRequest(http.body);
    if (!request.ok()) {
      SetError(HttpStatus(request.error().code), request.error().message, response);
      return "";
    }
    const Result<EmbedAnswer> answered = options.embed(request->embed, request->model);
    if (!answered.ok()) {
      SetError(HttpStatus(answered.error().code), answered.error().message, response);
    } else {
      response->set_content(WriteEmbeddings(*answered, request->as_base64), kJson);
    }
    return request->model;
  }

  using Handler = std::string (State::*)(const httplib::Request&, httplib::Response*);
  void Serve(const char* path, Handler handler) {
    server.Post(path,
                [this, handler](const httplib::Request& request, httplib::Response& response) {
                  const std::string model = (this->*handler)(request, &response);
                  if (response.status == -1) response.status = 200;
                  if (options.on_request)
                    options.on_request(model, response.status, request.body.size());
                });
  }

  std::string ModelList() const {
    Json data = Json::MakeArray();
    for (const std::string& model : options.models) {
      data.Append(Json::MakeObject(
          {{"id", model}, {"object", "model"}, {"created", 0}, {"owned_by", "hone"}}));
    }
    return Json::MakeObject({{"object", "list"}, {"data", std::move(data)}}).Dump();
  }
};

ChatServer::ChatServer(Answer answer, Options options) : state_(std::make_unique<State>()) {
  state_->answer = std::move(answer);
  state_->options = std::move(options);
}

ChatServer::~ChatServer() { Stop(); }

Status ChatServer::Start() {
  State& state = *state_;
  httplib::Server& server = state.server;
  const auto threads = static_cast<std::size_t>(state.options.max_connections);
  server.new_task_queue = [threads] { return new GrowingPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
  server.set_keep_alive_timeout(state.options.keep_alive_s);
  server.set_payload_max_length(state.options.max_body_bytes);
  int listener = -1;
  // Without the library's SO_REUSEPORT, which lets two servers share a port unnoticed.
  server.set_socket_options([&listener](int fd) {
    listener = fd;
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  state.Serve("/v1/chat/completions", &State::Complete);
  if (state.options.embed) state.Serve("/v1/embeddings", &State::EmbedTexts);
  server.Get("/v1/models", [&state](const httplib::Request&, httplib::Response& response) {
    response.set_content(state.ModelList(), kJson);
  });
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"status":"ok"})", kJson);
  });
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    SetError(response.status,
             response.status == 404
                 ? "no such address: " + OneLine(request.path, 80)
                 : "the request was refused with status " + std::to_string(response.status),
             &response);
  });
  server.set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
        SetError(500, "the server failed", &response);
      });

  const int wanted = state.options.port;
  const bool bound = wanted == 0 ? (port_ = server.bind_to_any_port("127.0.0.1")) > 0
                                 : server.bind_to_port("127.0.0.1", wanted);
  if (!bound) {
    port_ = 0;
    return Fail(ErrorCode::kUnavailable,
                "cannot listen on 127.0.0.1:" + std::to_string(wanted) + "; is the port taken?");
  }
  if (wanted != 0) port_ = wanted;
  // The library's backlog of five makes a burst of connections wait for whole seconds.
  if (listener >= 0) listen(listener, kListenBacklog);
  state.acceptor = std::thread([&state] {
    state.server.listen_after_bind();
    state.acceptor_ended = true;
  });
  // A Stop() before the library calls itself running would be lost.
  while (!server.is_running() && !state.acceptor_ended) std::this_thread::yield();
  return Ok();
}

void ChatServer::Stop() {
  if (!state_->acceptor.joinable()) return;
  state_->server.stop();
  state_->acceptor.join();
}

std::string ChatServer::base_url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/v1";
}

int64_t ChatServer::requests() const { return state_->requests; }

}  // namespace hone
