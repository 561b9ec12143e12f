// BedrockChatModel: a ChatModel behind Amazon Bedrock's Converse API, signed with AWS keys or with
// a bearer token. How a try ends is told in http_chat_model.h; what is sent, in bedrock_wire.h.
#pragma once

#include <memory>
#include <string>

#include "adapters/aws_credentials.h"
#include "adapters/bedrock_wire.h"
#include "adapters/http_chat_model.h"

namespace hone {

struct BedrockEndpoint {
  std::string name{};             // for messages
  std::string base_url{};         // "": https://bedrock-runtime.<region>.amazonaws.com
  AwsIdentity identity{};         // aws_credentials.h; a region is needed
  std::string model{};            // a model id, an inference profile or an ARN
  int64_t max_output_tokens = 0;  // sent when a request has no limit; 0: see BedrockForm
  bool cache_prompts = true;
  bool stream = false;  // ConverseStream
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

class BedrockChatModel final : public HttpChatModel {
 public:
  // Refuses what CheckEndpoint refuses, an identity without keys and token (kCredentials), and a
  // region that is missing or no name.
  static Result<std::unique_ptr<ChatModel>> Make(HttpClient& client, const Clock& clock,
                                                 BedrockEndpoint endpoint);

 private:
  BedrockChatModel(HttpClient& client, const Clock& clock, const BedrockEndpoint& endpoint,
                   std::string authority);
  std::vector<BodyPiece> Body(const ChatRequest& request) const override;
  void Direct(HttpRequest* request) const override;
  std::unique_ptr<ReplyReader> NewReader(const ChatRequest& request) const override;
  ProviderFault ReadFault(const HttpResponse& response) const override;
  std::string_view RequestIdHeader() const override { return "x-amzn-requestid"; }

  std::string url_;
  std::string path_;       // as sent, with the path of the base URL
  std::string authority_;  // what the host header says
  AwsIdentity identity_;
  BedrockForm form_;
};

}  // namespace hone
