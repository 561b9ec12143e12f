#include "app/rehearsal_models.h"

#include <algorithm>

#include "adapters/offline/offline_chat_model.h"
#include "adapters/offline/offline_embedding_model.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;
constexpr int64_t kLeastOutputTokens = 500;

int64_t Tokens(std::size_t bytes) {
  return (static_cast<int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken;
}

// The offline reader, with usage by the plan's estimator. `ending` is put behind its answers:
// blanks that tell its answers from those of the stand-in of another model, which no reader of an
// answer minds.
class StandIn final : public ChatModel {
 public:
  StandIn(std::unique_ptr<ChatModel> reader, std::string ending)
      : reader_(std::move(reader)), ending_(std::move(ending)) {}

  Handle Start(const ChatRequest& request, Done done) override {
    std::size_t bytes = 0;
    for (const ChatMessage& message : request.messages) {
      for (const Part& part : message.content) bytes += part.text->size();
    }
    for (const Json* extra : {&request.tools, &request.format}) {
      if (!extra->is_null()) bytes += extra->Dump().size();
    }
    return reader_->Start(request, [this, bytes, done = std::move(done)](ChatOutcome outcome) {
      if (auto* answer = std::get_if<ChatAnswer>(&outcome.result)) {
        answer->text += ending_;
        answer->usage = {};
        answer->usage.input = Tokens(bytes);
        answer->usage.output = std::max(kLeastOutputTokens, Tokens(answer->text.size()));
        answer->usage.is_estimate = true;
      }
      done(std::move(outcome));
    });
  }
  void Cancel(Handle handle) override { reader_->Cancel(handle); }
  std::string RequestBody(const ChatRequest& request) const override {
    return reader_->RequestBody(request);
  }
  std::string Address() const override { return "in process"; }

 private:
  std::unique_ptr<ChatModel> reader_;
  const std::string ending_;
};

// The offline embedding, likewise.
class EmbedderStandIn final : public EmbeddingModel {
 public:
  explicit EmbedderStandIn(EventLoop& loop) : embedder_(loop) {}

  Handle Start(const EmbedRequest& request, Done done) override {
    std::size_t bytes = 0;
    for (const Part& text : request.texts) bytes += text.text->size();
    return embedder_.Start(request, [bytes, done = std::move(done)](EmbedOutcome outcome) {
      if (auto* answer = std::get_if<EmbedAnswer>(&outcome.result)) {
        answer->usage = {};
        answer->usage.input = Tokens(bytes);
        answer->usage.is_estimate = true;
      }
      done(std::move(outcome));
    });
  }
  void Cancel(Handle handle) override { embedder_.Cancel(handle); }
  std::string RequestBody(const EmbedRequest& request) const override {
    return embedder_.RequestBody(request);
  }
  std::string Address() const override { return "in process"; }

 private:
  OfflineEmbeddingModel embedder_;
};

}  // namespace

RehearsalModels::RehearsalModels(EventLoop& loop, ModelSource& configured)
    : loop_(loop), configured_(configured), embedder_(std::make_unique<EmbedderStandIn>(loop)) {}

Result<ModelChoice> RehearsalModels::Describe(const std::string& name) {
  return configured_.Describe(name);
}

Result<ModelChoice> RehearsalModels::Open(const std::string& name) {
  HONE_ASSIGN(ModelChoice choice, configured_.Describe(name));
  std::unique_ptr<ChatModel>& stand_in = stand_ins_[choice.name];
  if (!stand_in) {
    HONE_ASSIGN(auto reader, OfflineChatModel::Make(loop_, "reader"));
    stand_in =
        std::make_unique<StandIn>(std::move(reader), std::string(stand_ins_.size() - 1, ' '));
  }
  choice.model = stand_in.get();
  choice.embedder = embedder_.get();
  choice.fallback = nullptr;
  return choice;
}

}  // namespace hone
