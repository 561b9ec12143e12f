// The offline reader: a deterministic, rule-based stand-in for a language model. It is none, and
// every table that used it says so (its response model names it).
//
// It sees the messages of a request and nothing else; it tells its job from the name of the
// response format or the tools (jobs.h), and its slips are drawn from the request's derived seed,
// so that the same request and seed give the same answer in process and over HTTP. Its attention is
// bounded and shared by skill and context (attention.h): what skills do for it follows from that
// alone.
#pragma once

#include <string>

#include "adapters/offline/options.h"
#include "ports/chat_model.h"

namespace hone {

inline constexpr char kOfflineResponseModel[] = "offline/reader-1 (rule-based, no language model)";

// Pure and thread-safe (readings of contexts are remembered by content). Seed: sampling.seed when
// it is a whole number, else request.seed, else a hash of the messages. Tokens are the reader's
// own, counted exactly. sampling.max_tokens cuts the answer: finish_reason "length".
ChatAnswer Read(const ChatRequest& request, const offline::ReaderOptions& options);
// The same with options as written behind the model name; ill-written ones are the defaults: a
// caller that wants the error asks ParseReaderOptions first.
ChatAnswer Read(const ChatRequest& request, const std::string& model_options);

}  // namespace hone
