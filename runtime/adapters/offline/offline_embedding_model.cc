#include "adapters/offline/offline_embedding_model.h"

#include <optional>
#include <utility>

#include "adapters/offline/hash_embedding.h"
#include "base/text.h"

namespace hone {
namespace {

struct Work {
  EmbedRequest request;
  std::optional<Result<EmbedAnswer>> answer;
};

ChatInterruption Interrupted(const Error& error, std::string outcome) {
  ChatInterruption trouble;
  trouble.code = error.code;
  trouble.message = error.message;
  trouble.outcome = std::move(outcome);
  return trouble;
}

}  // namespace

Result<std::unique_ptr<EmbeddingModel>> OfflineEmbeddingModel::Make(EventLoop& loop,
                                                                    std::string_view model) {
  if (model != offline::kEmbeddingName) {
    return Invalid("there is no offline embedding '" + OneLine(model, 60) + "'" +
                   NameHint(model, {offline::kEmbeddingName}));
  }
  return std::unique_ptr<EmbeddingModel>(std::make_unique<OfflineEmbeddingModel>(loop));
}

EmbeddingModel::Handle OfflineEmbeddingModel::Start(const EmbedRequest& request, Done done) {
  const Handle handle = ++last_;
  calls_->open.insert(handle);
  const auto work = std::make_shared<Work>(Work{request, {}});
  loop_.InPool([work] { work->answer = offline::Embed(work->request); },
               [work, handle, done = std::move(done), weak = std::weak_ptr<Calls>(calls_)] {
                 const std::shared_ptr<Calls> calls = weak.lock();
                 if (!calls) return;
                 calls->open.erase(handle);
                 EmbedOutcome outcome;
                 if (calls->cancelled.erase(handle) > 0) {
                   outcome.result =
                       Interrupted(Fail(ErrorCode::kCancelled, "offline/hash-embedding: cancelled"),
                                   "cancelled");
                 } else if (!work->answer->ok()) {
                   outcome.result = Interrupted(work->answer->error(), "client_error");
                 } else {
                   outcome.result = std::move(*work->answer).value();
                 }
                 done(std::move(outcome));
               });
  return handle;
}

void OfflineEmbeddingModel::Cancel(Handle handle) {
  if (calls_->open.count(handle) > 0) calls_->cancelled.insert(handle);
}

std::string OfflineEmbeddingModel::RequestBody(const EmbedRequest& request) const {
  Json input = Json::MakeArray();
  for (const Part& text : request.texts) input.Append(Json(*text.text));
  Json body = Json::MakeObject({{"model", "offline/hash-embedding"}, {"input", std::move(input)}});
  if (request.dimensions > 0) body.Set("dimensions", Json(request.dimensions));
  return body.DumpPretty();
}

}  // namespace hone
