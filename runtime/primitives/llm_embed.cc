#include "primitives/llm_embed.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace hone {
namespace {

void AppendNumber(float value, std::string* out) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out->append(digits, end.ptr);
}

std::string VectorsText(const std::vector<std::vector<float>>& vectors) {
  std::string text = "[";
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    text += i > 0 ? ",[" : "[";
    for (std::size_t k = 0; k < vectors[i].size(); ++k) {
      if (k > 0) text += ',';
      AppendNumber(vectors[i][k], &text);
    }
    text += ']';
  }
  return text + "]";
}

// What is wrong with the vectors; "" when nothing is.
std::string Problem(const std::vector<std::vector<float>>& vectors, const EmbedRequest& request) {
  if (vectors.size() != request.texts.size()) {
    return std::to_string(vectors.size()) + " vectors came for " +
           std::to_string(request.texts.size()) + " texts";
  }
  for (const std::vector<float>& vector : vectors) {
    if (vector.empty() || vector.size() != vectors.front().size()) {
      return "the vectors are of different lengths, or empty";
    }
    for (const float value : vector) {
      if (!std::isfinite(value)) return "a vector holds a number that is none";
    }
  }
  if (request.dimensions > 0 && !vectors.empty() &&
      static_cast<int64_t>(vectors.front().size()) != request.dimensions) {
    return "the vectors have " + std::to_string(vectors.front().size()) +
           " dimensions, asked for " + std::to_string(request.dimensions);
  }
  return "";
}

Result<EmbedRequest> ReadRequest(const Json& args, const PartReceiver& parts) {
  EmbedRequest request;
  const Json::Array& texts = args["texts"].items();
  if (texts.empty()) return Invalid("llm.embed: texts is empty");
  if (texts.size() > kMaxEmbedTexts) {
    return Invalid("llm.embed: texts holds " + std::to_string(texts.size()) + " texts; at most " +
                   std::to_string(kMaxEmbedTexts) + " go into one call");
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    HONE_ASSIGN(Part part, parts.TextOf(texts[i]));
    if (part.text->empty()) {
      return Invalid("llm.embed: texts[" + std::to_string(i + 1) +
                     "] is empty; providers refuse an empty text");
    }
    request.texts.push_back(std::move(part));
  }
  request.dimensions = args["dimensions"].AsInt();
  if (args.Has("dimensions") && request.dimensions < 1) {
    return Invalid("llm.embed: dimensions must be a whole number of at least 1");
  }
  return request;
}

Result<Json> AnswerValue(const CallReply& reply) {
  const StoredAnswer& answer = *reply.answer;
  Result<Json> vectors = Json::Parse(*answer.text.text);
  if (!vectors.ok()) {
    return Fail(ErrorCode::kCorrupt,
                "the answer of call " + reply.key.Short() + " holds no vectors");
  }
  Json value = Json::MakeObject({{"vectors", std::move(*vectors)}});
  value.Set("usage", Json::MakeObject({{"input", Json(answer.input_tokens)}}));
  value.Set("call", Json(reply.key.Hex()));
  return value;
}

}  // namespace

ChatOutcome AsChatOutcome(EmbedOutcome outcome, const EmbedRequest& request) {
  ChatOutcome result;
  result.request_bytes = outcome.request_bytes;
  result.response_bytes = outcome.response_bytes;
  if (auto* interruption = std::get_if<ChatInterruption>(&outcome.result)) {
    result.result = std::move(*interruption);
    return result;
  }
  auto& embedded = std::get<EmbedAnswer>(outcome.result);
  if (const std::string problem = Problem(embedded.vectors, request); !problem.empty()) {
    ChatInterruption bad;
    bad.code = ErrorCode::kBadResponse;
    bad.outcome = "bad_response";
    bad.message = problem;
    bad.http_status = 200;
    bad.retryable = true;
    bad.maybe_billed = true;
    result.result = std::move(bad);
    return result;
  }
  ChatAnswer answer;
  answer.text = VectorsText(embedded.vectors);
  answer.finish_reason = "stop";
  answer.response_model = std::move(embedded.response_model);
  answer.provider_request_id = std::move(embedded.provider_request_id);
  answer.usage = embedded.usage;
  result.result = std::move(answer);
  return result;
}

void RunLlmEmbed(const Json& args, std::string step, const PartReceiver& parts,
                 std::shared_ptr<CallGate> gate, std::function<void(Result<Json>)> done) {
  Result<EmbedRequest> request = ReadRequest(args, parts);
  if (!request.ok()) return done(request.error());
  CallWish wish;
  wish.embed = std::make_shared<const EmbedRequest>(std::move(request).value());
  wish.role = args["role"].AsString();
  wish.step = std::move(step);
  wish.draw_label = args["draw"].AsString();
  gate->Call(std::move(wish), [done = std::move(done)](Result<CallReply> reply) {
    if (!reply.ok()) return done(reply.error());
    done(AnswerValue(*reply));
  });
}

}  // namespace hone
