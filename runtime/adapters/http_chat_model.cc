#include "adapters/http_chat_model.h"

#include <algorithm>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/http_url.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;

int64_t TokensOf(int64_t bytes) { return (bytes + kBytesPerToken - 1) / kBytesPerToken; }

void Estimate(int64_t request_bytes, ChatAnswer* answer) {
  answer->usage = {};
  answer->usage.is_estimate = true;
  answer->usage.input = TokensOf(request_bytes);
  const std::size_t calls = answer->tool_calls.is_null() ? 0 : answer->tool_calls.Dump().size();
  answer->usage.output = TokensOf(static_cast<int64_t>(answer->text.size() + calls));
}

}  // namespace

Status CheckEndpoint(const std::string& where, const std::string& base_url,
                     const std::string& key) {
  const Result<HttpUrl> url = ParseHttpUrl(base_url);
  if (!url.ok()) return url.error().With(where);
  if (base_url.find_first_of("?#") != std::string::npos) {
    return Invalid(where + ": base_url must end with a path, without '?' or '#'");
  }
  const bool clean = std::all_of(key.begin(), key.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  if (!clean) {
    return Fail(ErrorCode::kCredentials,
                where +
                    ": the key holds white space or a control character; was it pasted with a "
                    "line break?");
  }
  return Ok{};
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                       byte == '~';
    if (stays) {
      result += c;
    } else {
      result += '%';
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 0xFU];
    }
  }
  return result;
}

HttpChatModel::HttpChatModel(HttpClient& client, const Clock& clock, HttpEndpoint endpoint)
    : client_(client),
      clock_(clock),
      endpoint_(std::move(endpoint)),
      outcomes_(clock, endpoint_.secrets) {}

ChatModel::Handle HttpChatModel::Start(const ChatRequest& request, Done done) {
  HttpRequest http;
  http.body = Body(request);
  Direct(&http);
  http.connect_timeout_ms = endpoint_.connect_timeout_ms;
  http.total_timeout_ms = endpoint_.total_timeout_ms;
  http.idle_timeout_ms = endpoint_.idle_timeout_ms;
  http.max_response_bytes = endpoint_.max_response_bytes;
  std::shared_ptr<ReplyReader> reader = NewReader(request);
  if (endpoint_.stream) {
    http.stream_type = endpoint_.stream_type;
    http.on_body = [reader](std::string_view bytes) { return reader->Feed(bytes); };
  }
  std::string where = http.url.substr(0, http.url.find('?'));
  return client_.Start(std::move(http), [this, reader, where = std::move(where),
                                         done = std::move(done)](HttpResponse response) {
    done(Judge(std::move(response), where, reader.get()));
  });
}

void HttpChatModel::Cancel(Handle handle) { client_.Cancel(handle); }

std::string HttpChatModel::RequestBody(const ChatRequest& request) const {
  return BodyStream::Render(Body(request));
}

std::string HttpChatModel::Address() const { return endpoint_.address; }

ChatOutcome HttpChatModel::Judge(HttpResponse response, const std::string& where,
                                 ReplyReader* reader) const {
  ChatOutcome outcome;
  outcome.request_bytes = response.request_bytes;
  outcome.response_bytes = response.response_bytes;
  const bool is_saved = response.streamed && !response.cancelled && reader->IsComplete();
  if (response.status == 0 && !is_saved) {
    outcome.result = outcomes_.NoResponse(response);
    return outcome;
  }
  ReplyReader::Reply reply;
  if (!IsOkStatus(response.status) && !is_saved) {
    reply = ReadFault(response);
  } else if (response.streamed) {
    reply = reader->Ended();
  } else if (Trim(response.body).empty()) {
    reply = Unusable("the answer is empty", "");
  } else {
    if (!IsValidUtf8(response.body)) response.body = ToValidUtf8(response.body);
    reply = reader->Whole(response.body);
  }
  if (const auto* fault = std::get_if<ProviderFault>(&reply)) {
    if (!fault->is_filtered) {
      outcome.result = outcomes_.Fault(*fault, response, where);
      return outcome;
    }
    ChatAnswer filtered;
    filtered.finish_reason = "content_filter";
    filtered.usage.is_estimate = true;
    reply = std::move(filtered);
  }
  auto& answer = std::get<ChatAnswer>(reply);
  if (answer.usage.is_estimate) Estimate(response.request_bytes, &answer);
  const std::string_view request_id = HeaderOf(response, RequestIdHeader());
  if (!request_id.empty()) answer.provider_request_id = OneLine(ToValidUtf8(request_id), 200);
  answer.text = outcomes_.Scrub(std::move(answer.text));
  answer.finish_reason = outcomes_.Scrub(std::move(answer.finish_reason));
  answer.response_model = outcomes_.Scrub(std::move(answer.response_model));
  answer.provider_request_id = outcomes_.Scrub(std::move(answer.provider_request_id));
  outcomes_.Scrub(&answer.tool_calls);
  outcome.result = std::move(answer);
  return outcome;
}

}  // namespace hone
