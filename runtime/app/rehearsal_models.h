// RehearsalModels: every model as a stand-in that is called in process, for `hone plan`.
//
// Names, prices, limits and endpoints are those of the configured models, so that a plan computes
// with them; no key is needed and nothing is sent. Answers of two models are never the same text,
// as they would hardly be, so that a judge of both is asked twice. The stand-in reports the tokens
// of Plan's estimator as usage.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "ports/event_loop.h"
#include "ports/model_source.h"

namespace hone {

class RehearsalModels final : public ModelSource {
 public:
  // Both must outlive this. Loop's thread.
  RehearsalModels(EventLoop& loop, ModelSource& configured);

  Result<ModelChoice> Describe(const std::string& name) override;
  Result<ModelChoice> Open(const std::string& name) override;

 private:
  EventLoop& loop_;
  ModelSource& configured_;
  std::map<std::string, std::unique_ptr<ChatModel>> stand_ins_;  // by the model's name
  std::unique_ptr<EmbeddingModel> embedder_;
};

}  // namespace hone
