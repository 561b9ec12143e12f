// Tokens of Microsoft Entra for Azure OpenAI: from the Azure command line, where the user is signed
// in, or from the managed identity of the machine or container that this runs on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ports/clock.h"
#include "ports/event_loop.h"
#include "ports/http_client.h"
#include "ports/token_source.h"

namespace hone {

inline constexpr const char* kAzureResource = "https://cognitiveservices.azure.com";

// `az account get-access-token`, without a shell. The loop and the clock must outlive it.
class AzureCliTokens final : public TokenSource {
 public:
  struct Options {
    std::string program = "az";
    std::string resource = kAzureResource;
    int64_t timeout_ms = 60'000;
  };
  AzureCliTokens(EventLoop& loop, const Clock& clock, Options options)
      : loop_(loop), clock_(clock), options_(std::move(options)) {}
  void Fetch(Done done) override;

 private:
  EventLoop& loop_;
  const Clock& clock_;
  Options options_;
};

// The instance metadata service, or where IDENTITY_ENDPOINT points (App Service, Container Apps).
class ManagedIdentityTokens final : public TokenSource {
 public:
  struct Options {
    std::string client_id{};  // of a user-assigned identity; "" is the system's
    std::string resource = kAzureResource;
    std::string endpoint{};  // IDENTITY_ENDPOINT; "" is the metadata service of the machine
    std::string header{};    // IDENTITY_HEADER
  };
  ManagedIdentityTokens(HttpClient& http, const Clock& clock, Options options)
      : http_(http), clock_(clock), options_(std::move(options)) {}
  void Fetch(Done done) override;

 private:
  HttpClient& http_;
  const Clock& clock_;
  Options options_;
};

// The answer of either: accessToken or access_token, with expires_on (seconds since 1970, number or
// text), expires_in (seconds) or expiresOn (local time); half an hour where none is given. The
// error (kCredentials) never shows the text.
Result<AccessToken> ReadAzureToken(const std::string& text, int64_t now_ms);

}  // namespace hone
