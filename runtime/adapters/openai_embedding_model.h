// OpenAiEmbeddingModel: an EmbeddingModel behind any endpoint that speaks the OpenAI embeddings
// form. How a try ends is told in http_outcome.h.
//
// Vectors may come as numbers or as base64 of little-endian 32-bit floats, in any order of their
// index. The usage is estimated at four bytes a token where none is given.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http_outcome.h"
#include "adapters/openai_chat_model.h"
#include "ports/embedding_model.h"

namespace hone {

class OpenAiEmbeddingModel final : public EmbeddingModel {
 public:
  // Of the endpoint the fields about form and streaming mean nothing here. Refuses what
  // OpenAiChatModel::Make refuses.
  static Result<std::unique_ptr<EmbeddingModel>> Make(HttpClient& client, const Clock& clock,
                                                      ModelEndpoint endpoint);

  Handle Start(const EmbedRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  std::string RequestBody(const EmbedRequest& request) const override;
  std::string Address() const override;

 private:
  OpenAiEmbeddingModel(HttpClient& client, const Clock& clock, ModelEndpoint endpoint);
  std::vector<BodyPiece> Body(const EmbedRequest& request) const;
  EmbedOutcome Judge(HttpResponse response, std::size_t n_texts) const;

  HttpClient& client_;
  ModelEndpoint endpoint_;
  HttpOutcomes outcomes_;
  std::string url_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

// The path of ModelEndpoint for embeddings.
inline constexpr const char* kEmbeddingsPath = "/embeddings";

}  // namespace hone
