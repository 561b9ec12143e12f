// The offline embedding: a vector that says which words and neighbours of words a text holds, by
// hashing. No language model; texts are near when they share words. The same on every machine.
//
// Each stem (tokens.h) counts at one place with one sign, each pair of neighbouring stems at
// another with half the weight; a count c weighs sqrt(c); the vector is scaled to length 1
// (K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009). A text
// without a stem counts its words, one without words its bytes; so only "" is all zero.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/embedding_model.h"

namespace hone::offline {

inline constexpr int64_t kEmbeddingDimensions = 256;
inline constexpr int64_t kMaxEmbeddingDimensions = 4096;
inline constexpr const char* kEmbeddingName = "hash-embedding";  // offline/hash-embedding

std::vector<float> HashEmbedding(std::string_view text, int64_t dimensions);

// The answer to a request; kInvalidArgument for too many dimensions. Any thread.
Result<EmbedAnswer> Embed(const EmbedRequest& request);

}  // namespace hone::offline
