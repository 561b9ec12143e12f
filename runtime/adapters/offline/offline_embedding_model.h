// OfflineEmbeddingModel: the offline embedding (hash_embedding.h) behind the EmbeddingModel port.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/embedding_model.h"
#include "ports/event_loop.h"

namespace hone {

// Works on the loop's pool, answers on the loop's thread. The loop must outlive the model; the
// model may go while calls are under way: they then end without a report.
class OfflineEmbeddingModel final : public EmbeddingModel {
 public:
  explicit OfflineEmbeddingModel(EventLoop& loop) : loop_(loop) {}
  // `model` as in the model name, behind "offline/": "hash-embedding", the only one.
  static Result<std::unique_ptr<EmbeddingModel>> Make(EventLoop& loop, std::string_view model);

  Handle Start(const EmbedRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  [[nodiscard]] std::string RequestBody(const EmbedRequest& request) const override;
  [[nodiscard]] std::string Address() const override { return "in process"; }

 private:
  struct Calls {
    std::set<Handle> open, cancelled;
  };

  EventLoop& loop_;
  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();  // outlived by calls under way
  Handle last_ = 0;
};

}  // namespace hone
