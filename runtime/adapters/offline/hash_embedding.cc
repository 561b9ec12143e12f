#include "adapters/offline/hash_embedding.h"

#include <cmath>
#include <map>
#include <string>

#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

// FNV-1a, then the finalizer of MurmurHash3, so that neighbouring values do not share low bits.
uint64_t Mixed(uint64_t value) {
  value ^= value >> 33U;
  value *= 0xFF51AFD7ED558CCDULL;
  value ^= value >> 33U;
  value *= 0xC4CEB9FE1A85EC53ULL;
  return value ^ value >> 33U;
}

uint64_t HashBytes(std::string_view bytes) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return hash;
}

std::vector<uint64_t> Features(std::string_view text) {
  std::vector<uint64_t> features;
  const std::vector<std::string_view> words = Words(text);
  for (const std::string_view word : words) {
    if (const uint64_t stem = StemOf(word); stem != 0) features.push_back(stem);
  }
  if (!features.empty()) return features;
  for (const std::string_view word : words) features.push_back(HashBytes(ToLowerAscii(word)));
  if (features.empty() && !text.empty()) features.push_back(HashBytes(text));
  return features;
}

void Add(uint64_t feature, double weight, std::vector<double>* sums) {
  const uint64_t mixed = Mixed(feature);
  (*sums)[mixed % sums->size()] += mixed >> 63U == 0 ? weight : -weight;
}

}  // namespace

std::vector<float> HashEmbedding(std::string_view text, int64_t dimensions) {
  const std::vector<uint64_t> features = Features(text);
  std::map<uint64_t, int> words;
  std::map<uint64_t, int> pairs;
  for (std::size_t i = 0; i < features.size(); ++i) {
    ++words[features[i]];
    if (i > 0) ++pairs[Mixed(features[i - 1]) * 31 + features[i]];
  }
  std::vector<double> sums(static_cast<std::size_t>(dimensions), 0.0);
  for (const auto& [feature, count] : words) Add(feature, std::sqrt(count), &sums);
  for (const auto& [feature, count] : pairs) Add(feature, 0.5 * std::sqrt(count), &sums);
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  // All weights may cancel; the first word alone then stands for the text.
  if (squares == 0 && !features.empty()) {
    Add(features.front(), 1.0, &sums);
    squares = 1;
  }
  std::vector<float> vector;
  vector.reserve(sums.size());
  const double length = squares == 0 ? 1 : std::sqrt(squares);
  for (const double sum : sums) vector.push_back(static_cast<float>(sum / length));
  return vector;
}

Result<EmbedAnswer> Embed(const EmbedRequest& request) {
  if (request.dimensions < 0 || request.dimensions > kMaxEmbeddingDimensions) {
    return Invalid("offline/hash-embedding: dimensions must be from 1 to " +
                   std::to_string(kMaxEmbeddingDimensions));
  }
  const int64_t dimensions = request.dimensions == 0 ? kEmbeddingDimensions : request.dimensions;
  EmbedAnswer answer;
  answer.response_model = "offline/hash-embedding";
  for (const Part& text : request.texts) {
    answer.vectors.push_back(HashEmbedding(*text.text, dimensions));
    answer.usage.input += CountTokens(*text.text);
  }
  return answer;
}

}  // namespace hone::offline
