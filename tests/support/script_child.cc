// script_child: stands in for hone-script in tests of the spawner. Each frame's payload is a
// command:
//   look        answers with one JSON object: its environment, descriptors, session, arguments, pid
//   exit N      ends with that code        abort       dies by SIGABRT
//   stuck       waits for ever and reads nothing more
//   deaf        closes its socket and lives on
//   garbage     sends a frame header with an impossible length
//   last-words  sends 200 frames of 10,000 bytes, then ends at once
// Anything else is echoed with its type.
#include <dirent.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "wire/frame.h"

extern char** environ;

namespace {

using hone::Json;

void SendAll(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n =
        send(hone::kScriptSocketFd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) _exit(9);
    sent += static_cast<std::size_t>(n);
  }
}

void SendFrame(const hone::Frame& frame) {
  std::string bytes;
  hone::AppendFrame(frame, &bytes);
  SendAll(bytes);
}

std::string Look(char** arguments) {
  Json seen = Json::MakeObject();
  Json variables = Json::MakeArray();
  for (char** entry = environ; *entry != nullptr; ++entry) variables.Append(Json(*entry));
  seen.Set("environ", std::move(variables));
  std::ifstream file("/proc/self/environ", std::ios::binary);
  std::stringstream raw;
  raw << file.rdbuf();
  file.close();
  seen.Set("proc_environ", raw.str());
  Json descriptors = Json::MakeObject();
  DIR* folder = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] == '.' || std::atoi(entry->d_name) == dirfd(folder)) continue;
    char target[256] = {};
    const std::string path = std::string("/proc/self/fd/") + entry->d_name;
    if (readlink(path.c_str(), target, sizeof target - 1) > 0)
      descriptors.Set(entry->d_name, target);
  }
  closedir(folder);
  seen.Set("descriptors", std::move(descriptors));
  seen.Set("pid", Json(static_cast<int64_t>(getpid())));
  seen.Set("own_session", Json(getsid(0) == getpid()));
  seen.Set("argument_count", Json(arguments[1] == nullptr ? 1 : 2));
  return seen.Dump();
}

void Obey(hone::Frame frame, char** arguments) {
  const std::string& command = frame.payload;
  if (command == "look") {
    SendFrame({frame.type, Look(arguments)});
  } else if (command.starts_with("exit ")) {
    _exit(std::atoi(command.c_str() + 5));
  } else if (command == "abort") {
    std::abort();
  } else if (command == "deaf" || command == "stuck") {
    if (command == "deaf") close(hone::kScriptSocketFd);
    for (;;) pause();
  } else if (command == "garbage") {
    SendAll("\xff\xff\xff\xff\x01junk");
  } else if (command == "last-words") {
    for (int i = 0; i < 200; ++i) SendFrame({frame.type, std::string(10'000, 'w')});
    _exit(0);
  } else {
    SendFrame(frame);
  }
}

}  // namespace

int main(int /*count*/, char** arguments) {
  hone::FrameReader reader;
  char buffer[65536];
  for (;;) {
    const ssize_t got = recv(hone::kScriptSocketFd, buffer, sizeof buffer, 0);
    if (got <= 0) return 0;
    reader.Feed({buffer, static_cast<std::size_t>(got)});
    for (;;) {
      auto next = reader.Next();
      if (!next.ok()) return 8;
      if (!next->has_value()) break;
      Obey(std::move(**next), arguments);
    }
  }
}
