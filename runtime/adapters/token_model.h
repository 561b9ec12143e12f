// TokenModel: a chat or embedding model whose key is a token that expires. It gets the token first
// and lets a model made for it send the request; a token that is refused is forgotten, and the call
// may be tried again once with a new one.
//
// Thread: the loop's thread. The client of the made models must outlive it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "adapters/token_cache.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"

namespace hone {

template <typename Port, typename Request, typename Outcome>
class TokenModel final : public Port {
 public:
  using Handle = typename Port::Handle;
  using Done = typename Port::Done;
  using Make = std::function<Result<std::unique_ptr<Port>>(const std::string& token)>;

  // `shown` is a model without a token, which tells bodies and address.
  TokenModel(std::shared_ptr<TokenCache> tokens, Make make, std::unique_ptr<Port> shown)
      : tokens_(std::move(tokens)), make_(std::move(make)), shown_(std::move(shown)) {}

  Handle Start(const Request& request, Done done) override {
    const Handle handle = ++last_;
    calls_[handle].done = std::move(done);
    tokens_->Get([this, alive = std::weak_ptr<bool>(alive_), handle,
                  request](Result<TokenCache::Token> token) {
      if (!alive.expired()) Send(handle, request, token);
    });
    return handle;
  }

  void Cancel(Handle handle) override {
    const auto call = calls_.find(handle);
    if (call == calls_.end()) return;
    call->second.is_cancelled = true;
    if (call->second.model != nullptr) call->second.model->Cancel(call->second.handle);
  }

  std::string RequestBody(const Request& request) const override {
    return shown_->RequestBody(request);
  }
  std::string Address() const override { return shown_->Address(); }

 private:
  struct Call {
    Done done;
    bool is_cancelled = false;
    std::shared_ptr<Port> model;  // the one that sends it; kept while it does
    Handle handle = 0;            // that model's
  };

  void Send(Handle handle, const Request& request, const Result<TokenCache::Token>& token) {
    Call& call = calls_[handle];
    if (call.is_cancelled) return End(handle, Stopped(ErrorCode::kCancelled, "cancelled"));
    if (!token.ok()) return End(handle, Stopped(token.error().code, token.error().message));
    if (current_ == nullptr || current_token_ != token->value) {
      Result<std::unique_ptr<Port>> made = make_(token->value);
      if (!made.ok()) return End(handle, Stopped(made.error().code, made.error().message));
      current_ = std::move(made).value();
      current_token_ = token->value;
    }
    call.model = current_;
    call.handle = call.model->Start(request, [this, alive = std::weak_ptr<bool>(alive_), handle,
                                              token = *token, model = call.model](Outcome outcome) {
      if (!alive.expired()) Answered(handle, token, std::move(outcome));
    });
  }

  void Answered(Handle handle, const TokenCache::Token& token, Outcome outcome) {
    auto* trouble = std::get_if<ChatInterruption>(&outcome.result);
    if (trouble != nullptr && trouble->outcome == "credentials") {
      tokens_->Forget(token.value);
      trouble->retryable = !token.is_new;
    }
    End(handle, std::move(outcome));
  }

  static Outcome Stopped(ErrorCode code, const std::string& message) {
    ChatInterruption trouble;
    trouble.code = code;
    trouble.message = message;
    trouble.outcome = code == ErrorCode::kCancelled     ? "cancelled"
                      : code == ErrorCode::kCredentials ? "credentials"
                      : code == ErrorCode::kTimeout     ? "timeout"
                                                        : "network";
    trouble.retryable = code != ErrorCode::kCancelled && code != ErrorCode::kCredentials;
    Outcome outcome;
    outcome.result = std::move(trouble);
    return outcome;
  }

  void End(Handle handle, Outcome outcome) {
    const Done done = std::move(calls_[handle].done);
    calls_.erase(handle);
    done(std::move(outcome));
  }

  std::shared_ptr<TokenCache> tokens_;
  Make make_;
  std::unique_ptr<Port> shown_;
  std::shared_ptr<Port> current_;
  std::string current_token_;
  std::unordered_map<Handle, Call> calls_;
  Handle last_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

using TokenChatModel = TokenModel<ChatModel, ChatRequest, ChatOutcome>;
using TokenEmbeddingModel = TokenModel<EmbeddingModel, EmbedRequest, EmbedOutcome>;

}  // namespace hone
