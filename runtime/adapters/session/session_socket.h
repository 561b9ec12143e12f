// The talk between one call of hone-session and the host that keeps a terminal or a process: one
// question and one answer over an abstract Unix socket, which leaves nothing in the file system and
// belongs to the container's network namespace. Only the host's own user and root are answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hone {

enum class SessionVerb : unsigned char { kSend = 1, kScreen = 2, kAsk = 3, kNext = 4 };

// All sizes are cut to kMaxSessionBytes, whatever was asked for.
inline constexpr uint32_t kMaxSessionBytes = 16U << 20U;

struct SessionQuestion {
  SessionVerb verb = SessionVerb::kScreen;
  uint32_t wait_ms = 0;
  uint32_t max_bytes = 0;
  std::string text;  // keys, or a line
};

struct SessionAnswer {
  bool ended = false;
  bool truncated = false;
  bool timed_out = false;
  bool has_text = true;
  std::string text;
};

// A listening socket; -1 when the name is taken.
int ListenForSession(const std::string& name);
// Blocks at most a few seconds for a peer that says nothing. None for nonsense and for strangers.
std::optional<SessionQuestion> TakeQuestion(int connection);
void GiveAnswer(int connection, const SessionAnswer& answer);
// One whole exchange; none when nobody listens under that name.
std::optional<SessionAnswer> AskSession(const std::string& name, const SessionQuestion& question);

// The whole text, over short writes. False when the other side is gone.
bool WriteText(int fd, const std::string& text);

}  // namespace hone
