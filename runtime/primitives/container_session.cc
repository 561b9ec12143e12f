#include "primitives/container_session.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr const char* kProgram = "/.hone/session";
constexpr int kNoSuchName = 3;  // an exit code of hone-session
constexpr int64_t kMostBytes = int64_t{16} << 20U;
constexpr int64_t kStartMs = 30'000;
constexpr int64_t kGraceMs = 15'000;  // beyond what the operation itself may wait
constexpr int64_t kHeaderBytes = 128;
constexpr int kMostRows = 500, kMostColumns = 1000;
constexpr int64_t kMostWaitMs = int64_t{24} * 3600 * 1000;

void PutOctal(uint64_t number, std::size_t digits, char* field) {
  for (std::size_t i = digits; i > 0; --i, number /= 8) {
    field[i - 1] = static_cast<char>('0' + number % 8);
  }
}

// A tar of one executable file (POSIX ustar).
std::string TarOfProgram(const std::string& name, const std::string& bytes) {
  constexpr std::size_t kBlock = 512;
  std::string header(kBlock, '\0');
  header.replace(0, name.size(), name);
  PutOctal(0755, 7, &header[100]);
  PutOctal(0, 7, &header[108]);
  PutOctal(0, 7, &header[116]);
  PutOctal(bytes.size(), 11, &header[124]);
  PutOctal(0, 11, &header[136]);
  header[156] = '0';
  header.replace(257, 6, std::string("ustar\0", 6));
  header.replace(263, 2, "00");
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  PutOctal(sum, 6, &header[148]);
  header[154] = '\0';
  const std::size_t padding = (kBlock - bytes.size() % kBlock) % kBlock;
  return header + bytes + std::string(padding + 2 * kBlock, '\0');
}

Error Nonsense() {
  return Fail(ErrorCode::kBadResponse,
              "hone-session in the container gave a reply that makes no sense; something there "
              "has replaced it");
}

// The name that a host in the container listens under. The container is part of it: containers that
// share a network share such names.
std::string AddressOf(const std::string& container, const std::string& name) {
  return HashOf(container).Short() + "-" + name;
}

}  // namespace

struct ContainerSession::Reply {
  bool ended = false, truncated = false, timed_out = false, has_text = false;
  std::string text;

  // "ok ended truncated ...\n" and the text.
  static Result<Reply> Read(const std::string& out);
};

Result<ContainerSession::Reply> ContainerSession::Reply::Read(const std::string& out) {
  const std::size_t end = out.find('\n');
  if (end == std::string::npos || end > kHeaderBytes || !out.starts_with("ok")) return Nonsense();
  const std::string words = out.substr(2, end - 2) + " ";
  Reply reply;
  reply.ended = words.find(" ended ") != std::string::npos;
  reply.truncated = words.find(" truncated ") != std::string::npos;
  reply.timed_out = words.find(" timed_out ") != std::string::npos;
  reply.has_text = words.find(" text ") != std::string::npos;
  reply.text = out.substr(end + 1);
  return reply;
}

struct ContainerSession::Place {
  int n_terminals = 0, n_processes = 0;
  std::map<std::string, std::string> users;  // by name: who started it
  // The program is put once; who comes meanwhile waits for it.
  bool is_there = false;
  bool is_coming = false;
  std::vector<std::function<void(const Status&)>> waiting;
};

ContainerSession::ContainerSession(ContainerEngine& engine, std::string program)
    : engine_(engine), program_(std::move(program)) {}

ContainerSession::~ContainerSession() = default;

void ContainerSession::Forget(const ContainerId& container) { places_.erase(container); }

ContainerSession::Place& ContainerSession::PlaceOf(const ContainerId& container) {
  std::unique_ptr<Place>& place = places_[container];
  if (!place) place = std::make_unique<Place>();
  return *place;
}

void ContainerSession::WithProgram(const ContainerId& container,
                                   std::function<void(const Status&)> then) {
  Place& place = PlaceOf(container);
  if (place.is_there) return then({});
  place.waiting.push_back(std::move(then));
  if (place.is_coming) return;
  place.is_coming = true;
  engine_.Put(container, kSessionFolder, TarOfProgram("session", program_),
              [this, container, alive = std::weak_ptr<ContainerSession*>(self_)](Result<Ok> put) {
                if (alive.expired()) return;
                const auto found = places_.find(container);
                if (found == places_.end()) return;
                found->second->is_there = put.ok();
                found->second->is_coming = false;
                const auto waiting = std::exchange(found->second->waiting, {});
                const Status status = put.ok() ? Status() : Status(put.error());
                for (const auto& next : waiting) next(status);
              });
}

void ContainerSession::Call(const ContainerId& container, std::vector<std::string> words,
                            ExecSpec spec, Done<ExecEnd> done) {
  spec.argv = std::move(words);
  spec.argv.insert(spec.argv.begin(), kProgram);
  WithProgram(container, [this, container, spec = std::move(spec),
                          done = std::move(done)](const Status& status) {
    if (!status.ok()) return done(status.error());
    engine_.Exec(container, spec,
                 [done, alive = std::weak_ptr<ContainerSession*>(self_)](Result<ExecEnd> end) {
                   if (!alive.expired()) done(std::move(end));
                 });
  });
}

void ContainerSession::Start(const ContainerId& container, const std::string& name,
                             std::vector<std::string> words, SessionStart start,
                             Done<std::string> done) {
  PlaceOf(container).users[name] = start.user;
  words.emplace_back("--");
  words.insert(words.end(), start.argv.begin(), start.argv.end());
  ExecSpec spec;
  spec.env = std::move(start.env);
  spec.workdir = std::move(start.workdir);
  spec.user = std::move(start.user);
  spec.timeout_ms = kStartMs;
  const std::string program = start.argv.empty() ? "" : start.argv[0];
  Call(container, std::move(words), std::move(spec), [name, program, done](Result<ExecEnd> end) {
    if (!end.ok()) return done(end.error());
    if (end->exit_code == 0) return done(name);
    constexpr std::string_view kPrefix = "hone-session: ";
    std::string_view why = Trim(end->err);
    if (why.starts_with(kPrefix)) why.remove_prefix(kPrefix.size());
    done(Invalid("'" + program + "' could not be started as " + name + ": " + OneLine(why, 300)));
  });
}

void ContainerSession::StartTerminal(const ContainerId& container, SessionStart start,
                                     Done<std::string> done) {
  const std::string name = "terminal-" + std::to_string(++PlaceOf(container).n_terminals);
  if (start.argv.empty()) start.argv = {"/bin/sh"};
  std::vector<std::string> words = {"terminal", "start", AddressOf(container, name),
                                    std::to_string(std::clamp(start.rows, 1, kMostRows)),
                                    std::to_string(std::clamp(start.columns, 1, kMostColumns))};
  Start(container, name, std::move(words), std::move(start), std::move(done));
}

void ContainerSession::StartProcess(const ContainerId& container, SessionStart start,
                                    Done<std::string> done) {
  const std::string name = "process-" + std::to_string(++PlaceOf(container).n_processes);
  Start(container, name, {"process", "start", AddressOf(container, name)}, std::move(start),
        std::move(done));
}

void ContainerSession::Question(const ContainerId& container, const std::string& name,
                                std::vector<std::string> words, std::string text, int64_t wait_ms,
                                Done<Reply> done) {
  const Place& place = PlaceOf(container);
  ExecSpec spec;
  if (const auto user = place.users.find(name); user != place.users.end()) {
    spec.user = user->second;
  }
  spec.workdir = "/";
  spec.stdin_text = std::move(text);
  spec.timeout_ms = wait_ms + kGraceMs;
  spec.max_output_bytes = kMostBytes + kHeaderBytes;
  Call(container, std::move(words), std::move(spec), [name, done](Result<ExecEnd> end) {
    if (!end.ok()) return done(end.error());
    if (end->exit_code == kNoSuchName) {
      return done(Fail(ErrorCode::kNotFound, "there is no " + name + " in this container"));
    }
    if (end->exit_code != 0) return done(Nonsense());
    done(Reply::Read(end->out));
  });
}

void ContainerSession::Send(const ContainerId& container, const std::string& terminal,
                            TerminalKeys keys, Done<TerminalOutput> done) {
  const int64_t most = std::clamp<int64_t>(keys.max_output_bytes, 0, kMostBytes);
  const int64_t wait_ms = std::clamp<int64_t>(keys.wait_ms, 0, kMostWaitMs);
  Question(container, terminal,
           {"terminal", "send", AddressOf(container, terminal), std::to_string(wait_ms),
            std::to_string(most)},
           std::move(keys.keys), wait_ms, [done](Result<Reply> reply) {
             if (!reply.ok()) return done(reply.error());
             done(TerminalOutput{std::move(reply->text), reply->ended, reply->truncated});
           });
}

void ContainerSession::Screen(const ContainerId& container, const std::string& terminal,
                              Done<TerminalScreenText> done) {
  Question(container, terminal, {"terminal", "screen", AddressOf(container, terminal)}, "", 0,
           [done](Result<Reply> reply) {
             if (!reply.ok()) return done(reply.error());
             done(TerminalScreenText{std::move(reply->text), reply->ended});
           });
}

void ContainerSession::Ask(const ContainerId& container, const std::string& process,
                           ProcessLine line, Done<ProcessAnswer> done) {
  const int64_t most = std::clamp<int64_t>(line.max_bytes, 1, kMostBytes);
  const int64_t wait_ms = std::clamp<int64_t>(line.timeout_ms, 0, kMostWaitMs);
  Question(container, process,
           {"process", line.line ? "ask" : "next", AddressOf(container, process),
            std::to_string(wait_ms), std::to_string(most)},
           line.line.value_or(""), wait_ms, [done](Result<Reply> reply) {
             if (!reply.ok()) return done(reply.error());
             ProcessAnswer answer;
             if (reply->has_text) answer.line = std::move(reply->text);
             answer.ended = reply->ended;
             answer.timed_out = reply->timed_out;
             answer.truncated = reply->truncated;
             done(std::move(answer));
           });
}

}  // namespace hone
