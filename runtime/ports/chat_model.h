// ChatModel: one try at one answer of one model. Retries, budgets and the ledger are above it.
//
// Thread: everything on the loop's thread. `done` is called exactly once, never inside Start.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/part.h"
#include "base/result.h"
#include "base/units.h"

namespace hone {

// An image inside a message. It stands before the byte `at` of the concatenated content, so that
// the way a text is cut into parts does not matter.
struct ChatImage {
  int64_t at = 0;
  std::string media_type;  // "image/png", "image/jpeg", "image/webp", "image/gif"
  Part base64;             // the bytes, base64 without line breaks
};

struct ChatMessage {
  std::string role;                    // "system", "user", "assistant" or "tool"
  std::vector<Part> content;           // concatenated without separators
  Json extra = {};                     // null, or {tool_calls, tool_call_id, name}
  std::vector<ChatImage> images = {};  // by `at`; part of the key only when there are some
};

struct ChatRequest {
  std::vector<ChatMessage> messages;
  Json tools;     // null or an array in the OpenAI form
  Json format;    // null, or {"name": "...", "schema": {...}}: a JSON answer is asked for
  Json sampling;  // null, or {temperature, top_p, max_tokens, stop, reasoning_effort, seed}
  std::optional<uint32_t> seed;  // the derived seed, 31 bits; not part of the key
};

struct TokenUsage {
  int64_t input = 0;  // includes cached_input and cache_write
  int64_t cached_input = 0;
  int64_t cache_write = 0;  // prompt tokens written to the provider's cache
  int64_t output = 0;       // includes reasoning
  int64_t reasoning = 0;
  bool is_estimate = false;  // the provider gave none
};

// Any complete response: also a refusal, a content filter or a truncation. Paid, kept, reused.
struct ChatAnswer {
  std::string text;
  Json tool_calls;            // null or an array in the OpenAI form
  std::string finish_reason;  // "stop", "length", "content_filter", "tool_calls", ...
  std::string response_model;
  std::string provider_request_id;
  TokenUsage usage;
};

// No complete answer. Recorded, never reused, never shown to a recipe.
struct ChatInterruption {
  ErrorCode code = ErrorCode::kUnavailable;
  std::string message;  // in the reader's words, with host and status, never with a key
  std::string outcome;  // rate_limited | server_error | client_error | network | timeout |
                        // bad_response | cancelled | credentials
  int http_status = 0;  // 0 when no response line came
  bool retryable = false;
  bool maybe_billed = false;    // bytes left and no complete answer came back: outcome unknown
  int64_t retry_after_ms = -1;  // -1: the server did not say
};

struct ChatOutcome {
  std::variant<ChatAnswer, ChatInterruption> result;
  int64_t request_bytes = 0;
  int64_t response_bytes = 0;
};

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  using Handle = uint64_t;
  using Done = std::function<void(ChatOutcome)>;

  virtual Handle Start(const ChatRequest& request, Done done) = 0;
  // The call ends soon with outcome "cancelled". An unknown handle is ignored.
  virtual void Cancel(Handle handle) = 0;
  // The exact request body that Start sends, for `hone show call`.
  virtual std::string RequestBody(const ChatRequest& request) const = 0;
  // Where requests go ("https://host/v1", "in process"); without key or user info.
  virtual std::string Address() const = 0;
};

}  // namespace hone
