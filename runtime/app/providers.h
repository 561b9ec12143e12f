// Providers: who can be called as provider/model without any configuration: which form it speaks,
// where it lives and which variables hold its address and its key.
//
// A provider's key goes to the provider's own host, or to the host that the user's environment or
// configuration names; nothing else can name one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

// The form of requests and answers: which adapter speaks to it.
enum class WireForm { kOffline, kOpenAi, kAzure, kAnthropic, kGemini, kBedrock, kExec };

struct Provider {
  std::string name;
  WireForm form = WireForm::kOpenAi;
  std::string base_url;                   // "" when only the user can say it
  std::vector<std::string> address_envs;  // the first that is set comes before base_url
  std::vector<std::string> key_envs;      // the first that is set
  bool needs_key = true;
  std::string model_env;  // provider/default is the model that this variable names
  bool takes_seed = false;
};

const std::vector<Provider>& Providers();
const Provider* FindProvider(std::string_view name);
std::vector<std::string> ProviderNames();

}  // namespace hone
