// RehearsalModels: every model as a stand-in that is called in process, for `hone plan`.
//
// Names, prices, limits and endpoints are those of the configured models, so that a plan computes
// with them; no key is needed and nothing is sent. The stand-in reports the tokens of Plan's
// estimator as usage.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "ports/event_loop.h"
#include "ports/model_source.h"

namespace hone {

class RehearsalModels final : public ModelSource {
 public:
  // `configured` must outlive this. Loop's thread.
  static Result<std::unique_ptr<RehearsalModels>> Make(EventLoop& loop, ModelSource& configured);

  Result<ModelChoice> Describe(const std::string& name) override;
  Result<ModelChoice> Open(const std::string& name) override;

 private:
  RehearsalModels(ModelSource& configured, std::unique_ptr<ChatModel> stand_in,
                  std::unique_ptr<EmbeddingModel> embedder)
      : configured_(configured), stand_in_(std::move(stand_in)), embedder_(std::move(embedder)) {}

  ModelSource& configured_;
  std::unique_ptr<ChatModel> stand_in_;
  std::unique_ptr<EmbeddingModel> embedder_;
};

}  // namespace hone
