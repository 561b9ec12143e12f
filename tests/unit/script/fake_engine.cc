#include "unit/script/fake_engine.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <deque>

namespace hone {
namespace {

class InProcessPeer final : public ScriptPeer {
 public:
  InProcessPeer()
      : server_([this](const Frame& frame) { frames_.push_back(frame); }, {"in-process"}) {}
  void Send(const Frame& frame) override {
    const Status handled = server_.Handle(frame);
    broken_ = broken_ || !handled.ok();
  }
  bool Receive(Frame* frame) override {
    if (broken_ || frames_.empty()) return false;
    *frame = frames_.front();
    frames_.pop_front();
    return true;
  }

 private:
  std::deque<Frame> frames_;
  bool broken_ = false;
  ScriptServer server_;
};

class ProcessPeer final : public ScriptPeer {
 public:
  ProcessPeer() {
    int pair[2] = {-1, -1};
    HONE_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    socket_ = pair[0];
    const std::string program = std::string(HONE_BINARY_DIR) + "/hone-script";
    pid_ = fork();
    HONE_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      if (pair[1] == kScriptSocketFd) {
        const int copy = dup(pair[1]);
        dup2(copy, kScriptSocketFd);
      } else {
        dup2(pair[1], kScriptSocketFd);
      }
      char* argv[] = {const_cast<char*>("hone-script"), nullptr};
      char* envp[] = {nullptr};
      execve(program.c_str(), argv, envp);
      _exit(127);
    }
    close(pair[1]);
  }
  ~ProcessPeer() override {
    close(socket_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  void Send(const Frame& frame) override {
    std::string bytes;
    AppendFrame(frame, &bytes);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (n <= 0) return;
      done += static_cast<std::size_t>(n);
    }
  }
  bool Receive(Frame* frame) override {
    while (true) {
      Result<std::optional<Frame>> next = reader_.Next();
      if (!next.ok()) return false;
      if (next.value()) {
        *frame = *next.value();
        return true;
      }
      char buffer[65536];
      const ssize_t n = read(socket_, buffer, sizeof buffer);
      if (n <= 0) return false;
      reader_.Feed({buffer, static_cast<std::size_t>(n)});
    }
  }

 private:
  int socket_ = -1;
  pid_t pid_ = -1;
  FrameReader reader_;
};

}  // namespace

std::unique_ptr<ScriptPeer> MakeInProcessPeer() { return std::make_unique<InProcessPeer>(); }
std::unique_ptr<ScriptPeer> MakeProcessPeer() { return std::make_unique<ProcessPeer>(); }

FakeEngine::FakeEngine(std::unique_ptr<ScriptPeer> peer) : peer_(std::move(peer)) {}

void FakeEngine::AddModule(std::string name, std::string source) {
  sources_[std::move(name)] = std::move(source);
  started_ = false;
}

void FakeEngine::Send(FrameType type, const Json& body) {
  std::vector<Frame> frames;
  sender_.Encode(type, body, &frames);
  for (const Frame& frame : frames) peer_->Send(frame);
}

bool FakeEngine::Next(FrameType* type, Json* body) {
  Frame frame;
  while (peer_->Receive(&frame)) {
    if (frame.type == FrameType::kPart) {
      receiver_.Store(frame);
      continue;
    }
    Result<Json> decoded = receiver_.Decode(frame);
    HONE_CHECK(decoded.ok());
    *type = frame.type;
    *body = *decoded;
    return true;
  }
  alive = false;
  return false;
}

void FakeEngine::Start() {
  if (started_) return;
  started_ = true;
  Json modules = Json::MakeArray();
  for (const auto& [name, source] : sources_) {
    std::string file = ReplaceDots(name);
    modules.Append(Json::MakeObject({{"name", name}, {"file", file}, {"source", source}}));
  }
  Send(FrameType::kStart,
       Json::MakeObject({{"modules", modules},
                         {"limits", Json::MakeObject({{"memory_bytes", memory_bytes},
                                                      {"instructions", instructions}})}}));
  FrameType type{};
  if (Next(&type, &ready)) HONE_CHECK(type == FrameType::kReady);
}

std::string FakeEngine::ReplaceDots(std::string name) {
  for (char& c : name) {
    if (c == '.') c = '/';
  }
  return name + ".lua";
}

Json FakeEngine::Ask(FrameType request, const Json& body) {
  Start();
  Send(request, body);
  FrameType type{};
  Json reply;
  if (!Next(&type, &reply)) return Json();
  return type == FrameType::kJobFailed ? Json::MakeObject({{"failed", reply}}) : reply;
}

UnitEnd FakeEngine::Run(const std::string& program, const Responder& responder, Json input,
                        Json params, const Json& prompts) {
  Start();
  Json sources = Json::MakeObject();
  for (const auto& [name, text] : prompts.members()) {
    sources.Set(name, Json::MakeObject({{"file", name + ".md"}, {"text", text}}));
  }
  const int64_t unit = ++next_unit_;
  Send(FrameType::kRunUnit, Json::MakeObject({{"unit", unit},
                                              {"program", program},
                                              {"input", std::move(input)},
                                              {"params", std::move(params)},
                                              {"prompts", std::move(sources)},
                                              {"random", "00ff"}}));
  std::vector<Json> waiting;
  UnitEnd end;
  FrameType type{};
  Json body;
  while (Next(&type, &body)) {
    switch (type) {
      case FrameType::kEffect:
        effects.push_back(body);
        waiting.push_back(body);
        break;
      case FrameType::kRecord:
        records.push_back(body);
        break;
      case FrameType::kLog:
        logs.push_back(body);
        break;
      case FrameType::kIdle: {
        idles.push_back(body);
        HONE_CHECK(!waiting.empty());
        const std::size_t i = pick(waiting.size());
        const Json effect = waiting[i];
        waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
        Json answer = responder(effect);
        answer.Set("unit", unit);
        answer.Set("call", effect["call"]);
        Send(FrameType::kAnswer, answer);
        break;
      }
      case FrameType::kUnitDone:
        end.done = true;
        end.result = body["result"];
        return end;
      case FrameType::kUnitFailed:
        end.code = body["code"].AsString();
        end.message = body["message"].AsString();
        end.traceback = body["traceback"].AsString();
        return end;
      default:
        break;
    }
  }
  end.code = "gone";
  return end;
}

UnitEnd FakeEngine::RunSource(const std::string& source, const Responder& responder) {
  AddModule("recipes.test", source);
  return Run("recipes.test", responder);
}

UnitEnd FakeEngine::RunBody(const std::string& body, const Responder& responder) {
  return RunSource(
      "return recipe { name = 'test', uses = { 'llm', 'judge', 'replay' }, "
      "run = function(context, p, step) " +
          body + "\nend }",
      responder);
}

Json FakeEngine::DefaultInput() {
  return Json::MakeObject(
      {{"id", "c1"}, {"context", Json::MakeObject({{"text", "The sky is blue."}})}});
}

FakeEngine::Responder FakeEngine::EchoChat() {
  return [](const Json& effect) {
    const Json& args = effect["args"];
    if (effect["kind"].AsString() == "judge.rubrics") {
      Json status = Json::MakeArray();
      Json reasons = Json::MakeArray();
      for (std::size_t i = 0; i < args["rubrics"].size(); ++i) {
        status.Append("yes");
        reasons.Append("fine");
      }
      const auto n = static_cast<int64_t>(args["rubrics"].size());
      return Json::MakeObject({{"value", Json::MakeObject({{"status", status},
                                                           {"reasons", reasons},
                                                           {"graded", true},
                                                           {"solved", true},
                                                           {"n_pass", n},
                                                           {"n_rubrics", n},
                                                           {"calls", Json::MakeArray({"k"})}})}});
    }
    std::string text;
    const Json::Array& messages = args["messages"].items();
    if (!messages.empty()) {
      for (const Json& part : messages.back()["content"].items()) text += part.AsString();
    }
    return Json::MakeObject(
        {{"value", Json::MakeObject({{"text", text},
                                     {"finish_reason", "stop"},
                                     {"usage", Json::MakeObject({{"input", 1}, {"output", 1}})},
                                     {"call", std::string(64, 'a')}})}});
  };
}

}  // namespace hone
