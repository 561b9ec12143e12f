#include "adapters/session/process_tree.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <vector>

namespace hone {
namespace {

constexpr int kStopRounds = 40;
constexpr int kKillRounds = 300;
constexpr long kRoundNs = 10'000'000;

struct Seen {
  pid_t parent = 0;
  char state = '?';
};

std::map<pid_t, Seen> AllProcesses() {
  std::map<pid_t, Seen> all;
  DIR* folder = opendir("/proc");
  if (folder == nullptr) return all;
  while (const dirent* entry = readdir(folder)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
    std::FILE* file = std::fopen(path, "re");
    if (file == nullptr) continue;
    char line[512];
    const std::size_t size = std::fread(line, 1, sizeof line - 1, file);
    std::fclose(file);
    line[size] = '\0';
    // The name may hold anything, so what follows is looked for behind its last bracket.
    const char* rest = std::strrchr(line, ')');
    Seen seen;
    if (rest != nullptr && std::sscanf(rest + 1, " %c %d", &seen.state, &seen.parent) == 2) {
      all[pid] = seen;
    }
  }
  closedir(folder);
  return all;
}

// Alive ones only: a zombie is its parent's to take.
std::vector<std::pair<pid_t, char>> Descendants() {
  const std::map<pid_t, Seen> all = AllProcesses();
  std::multimap<pid_t, pid_t> children;
  for (const auto& [pid, seen] : all) children.emplace(seen.parent, pid);
  std::vector<std::pair<pid_t, char>> found;
  std::set<pid_t> known;
  std::vector<pid_t> open = {getpid()};
  while (!open.empty()) {
    const pid_t parent = open.back();
    open.pop_back();
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child) {
      if (!known.insert(child->second).second) continue;
      open.push_back(child->second);
      const char state = all.at(child->second).state;
      if (state != 'Z' && state != 'X') found.emplace_back(child->second, state);
    }
  }
  return found;
}

void Pause() {
  const timespec moment{0, kRoundNs};
  nanosleep(&moment, nullptr);
}

}  // namespace

std::optional<pid_t> ReapOne(int* wait_status, bool* no_children) {
  const pid_t pid = waitpid(-1, wait_status, WNOHANG);
  *no_children = pid < 0;
  if (pid <= 0) return std::nullopt;
  return pid;
}

bool KillDescendants() {
  for (int round = 0; round < kStopRounds; ++round) {
    bool moving = false;
    for (const auto& [pid, state] : Descendants()) {
      if (state == 'T' || state == 't') continue;
      moving = true;
      kill(pid, SIGSTOP);
    }
    if (!moving) break;
  }
  for (int round = 0; round < kKillRounds; ++round) {
    for (const auto& [pid, state] : Descendants()) kill(pid, SIGKILL);
    int wait_status = 0;
    bool no_children = false;
    while (ReapOne(&wait_status, &no_children)) {
    }
    if (no_children) return true;
    Pause();
  }
  return false;
}

}  // namespace hone
