// The OpenAI embeddings form as JSON, both sides: a reply read by the client, a request read and a
// reply written by the server (ChatServer). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/http_outcome.h"
#include "base/result.h"
#include "ports/embedding_model.h"

namespace hone {

using EmbedReply = std::variant<EmbedAnswer, ProviderFault>;

// {"data": [{"index", "embedding": [numbers] or base64}], "model", "usage"}: one vector for each of
// `n_texts`, all of one length, no number that is none.
EmbedReply ReadEmbeddings(std::string_view body, std::size_t n_texts);

struct EmbeddingsRequest {
  EmbedRequest embed;
  std::string model;
  bool as_base64 = false;  // encoding_format
};

// `input` is a text or a list of texts, none empty; tokens instead of text are refused. The error
// names the field.
Result<EmbeddingsRequest> ParseEmbeddingsRequest(std::string_view body);
std::string WriteEmbeddings(const EmbedAnswer& answer, bool as_base64);

}  // namespace hone
