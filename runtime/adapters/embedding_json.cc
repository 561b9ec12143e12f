#include "adapters/embedding_json.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "adapters/openai_wire.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kMaxDimensions = 1 << 16;
constexpr std::size_t kFloatBytes = 4;
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string ToBase64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_padding = i + k > bytes.size();
      out += is_padding ? '=' : kDigits[group >> (18 - 6 * k) & 0x3FU];
    }
  }
  return out;
}

// "" when it is none.
std::string FromBase64(std::string_view text) {
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return "";
    group = (group << 6U | static_cast<uint32_t>(digit)) & 0xFFFFFFU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> static_cast<unsigned>(bits) & 0xFFU);
    }
  }
  return out;
}

// The floats as they lie in memory on a little-endian machine.
std::string FloatBytes(const std::vector<float>& vector) {
  std::string bytes;
  for (const float value : vector) {
    const auto bits = std::bit_cast<uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>(bits >> shift & 0xFFU);
    }
  }
  return bytes;
}

bool ReadVector(const Json& value, std::vector<float>* out) {
  if (value.is_string()) {
    const std::string bytes = FromBase64(value.AsString());
    if (bytes.empty() || bytes.size() % kFloatBytes != 0) return false;
    for (std::size_t i = 0; i < bytes.size(); i += kFloatBytes) {
      uint32_t bits = 0;
      for (std::size_t k = kFloatBytes; k-- > 0;) {
        bits = bits << 8U | static_cast<unsigned char>(bytes[i + k]);
      }
      out->push_back(std::bit_cast<float>(bits));
    }
  } else {
    for (const Json& number : value.items()) {
      if (!number.is_number()) return false;
      out->push_back(static_cast<float>(number.AsDouble()));
    }
  }
  for (const float number : *out) {
    if (!std::isfinite(number)) return false;
  }
  return !out->empty();
}

void AppendFloats(const std::vector<float>& vector, std::string* out) {
  *out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), vector[i]);
    if (i > 0) *out += ',';
    out->append(digits.data(), end.ptr);
  }
  *out += ']';
}

}  // namespace

EmbedReply ReadEmbeddings(std::string_view body, std::size_t n_texts) {
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok()) {
    return Unusable("the answer is not JSON (" + parsed.error().message + ")", body);
  }
  const Json& data = (*parsed)["data"];
  if (!data.is_array() || data.size() == 0) {
    if (parsed->Has("error")) return ReadOpenAiFault(body);
    return Unusable("the answer holds no embeddings", body);
  }
  if (data.size() != n_texts) {
    return Unusable(
        std::to_string(data.size()) + " vectors came for " + std::to_string(n_texts) + " texts",
        "");
  }
  EmbedAnswer answer;
  answer.vectors.resize(n_texts);
  for (std::size_t i = 0; i < n_texts; ++i) {
    const Json& entry = data.items()[i];
    const int64_t index = entry["index"].AsInt(static_cast<int64_t>(i));
    if (index < 0 || index >= static_cast<int64_t>(n_texts) ||
        !answer.vectors[static_cast<std::size_t>(index)].empty()) {
      return Unusable("the answer gives a vector of index " + std::to_string(index) + " for " +
                          std::to_string(n_texts) + " texts",
                      "");
    }
    if (!ReadVector(entry["embedding"], &answer.vectors[static_cast<std::size_t>(index)])) {
      return Unusable("vector " + std::to_string(i + 1) + " of the answer is none",
                      entry["embedding"].Dump());
    }
  }
  for (const std::vector<float>& vector : answer.vectors) {
    if (vector.size() != answer.vectors.front().size()) {
      return Unusable("the vectors of the answer are of different lengths", "");
    }
  }
  answer.response_model = (*parsed)["model"].AsString();
  const int64_t input = (*parsed)["usage"]["prompt_tokens"].AsInt(-1);
  answer.usage.is_estimate = input < 0;
  answer.usage.input = std::max<int64_t>(input, 0);
  return answer;
}

Result<EmbeddingsRequest> ParseEmbeddingsRequest(std::string_view body) {
  if (!IsValidUtf8(body)) return Invalid("the body is not valid UTF-8");
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok()) return parsed.error().With("the body is not JSON");
  EmbeddingsRequest request;
  request.model = (*parsed)["model"].AsString();
  if (request.model.empty()) return Invalid("model is missing");
  const Json& input = (*parsed)["input"];
  const Json::Array texts = input.is_string() ? Json::Array{input} : input.items();
  if (texts.empty()) return Invalid("input must be a text or a list of texts");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].AsString().empty()) {
      return Invalid("input[" + std::to_string(i) + "] must be a text that is not empty");
    }
    request.embed.texts.push_back(Part::Of(texts[i].AsString()));
  }
  const Json& dimensions = (*parsed)["dimensions"];
  request.embed.dimensions = dimensions.AsInt(-1);
  if (dimensions.is_null()) request.embed.dimensions = 0;
  if (request.embed.dimensions < 0 || request.embed.dimensions > kMaxDimensions) {
    return Invalid("dimensions must be an integer from 1 to " + std::to_string(kMaxDimensions));
  }
  const std::string& format = (*parsed)["encoding_format"].AsString();
  if (!format.empty() && format != "float" && format != "base64") {
    return Invalid("encoding_format is '" + OneLine(format, 40) + "'" +
                   NameHint(format, {"float", "base64"}));
  }
  request.as_base64 = format == "base64";
  return request;
}

std::string WriteEmbeddings(const EmbedAnswer& answer, bool as_base64) {
  std::string out = "{\"object\":\"list\",\"data\":[";
  for (std::size_t i = 0; i < answer.vectors.size(); ++i) {
    out += std::string(i > 0 ? "," : "") +
           "{\"object\":\"embedding\",\"index\":" + std::to_string(i) + ",\"embedding\":";
    if (as_base64) {
      out += "\"" + ToBase64(FloatBytes(answer.vectors[i])) + "\"";
    } else {
      AppendFloats(answer.vectors[i], &out);
    }
    out += "}";
  }
  const Json usage = Json::MakeObject(
      {{"prompt_tokens", answer.usage.input}, {"total_tokens", answer.usage.input}});
  return out + "],\"model\":" + Json(answer.response_model).Dump() + ",\"usage\":" + usage.Dump() +
         "}";
}

}  // namespace hone
