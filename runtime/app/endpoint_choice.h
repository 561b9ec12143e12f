// EndpointChoice: what stands behind one model name: its provider, address, settings and the
// variable its key comes from. Pure; the key itself is looked up at the very end.
//
// Where a key may go is decided here and nowhere else: to the provider's own host, to a host of the
// user's configuration or command line, or to a host that a variable of the real environment names.
// An address from ./.env takes no key from the real environment along, because that file may come
// with somebody else's work.
#pragma once

#include <string>
#include <vector>

#include "app/environment.h"
#include "app/providers.h"
#include "app/user_config.h"
#include "base/result.h"

namespace hone {

struct ModelName {
  std::string provider, model, endpoint;  // endpoint "": the provider's own

  [[nodiscard]] std::string Full() const;  // "provider/model@endpoint"
  [[nodiscard]] std::string Bare() const { return provider + "/" + model; }
};

// "provider/model[@endpoint]". Unknown provider: kInvalidArgument with the nearest name.
Result<ModelName> ParseModelName(const std::string& name);

// The same after the user's aliases, and with provider/default replaced by the model that the
// provider's variable names (QWEN_CHAT_MODEL, ...).
Result<ModelName> ResolveModelName(const std::string& name, const UserConfig& config,
                                   const Environment& environment);

struct EndpointChoice {
  std::string name;  // "openai", "local": admission is per name
  const Provider* provider = nullptr;
  EndpointConfig settings;       // base_url and key_env filled in
  std::string address_env;       // the variable that gave base_url, "" when none did
  bool is_users_host = false;    // the host is the user's choice, not the provider's own
  bool is_this_machine = false;  // a loopback address, or a program
};

// `full_name` is for messages.
Result<EndpointChoice> ChooseEndpoint(const ModelName& name, const UserConfig& config,
                                      const Environment& environment);

// The key, "" when the endpoint wants none. kCredentials when it is needed and not there, naming
// the variable; kRefused when it may not go to that address.
Result<std::string> KeyFor(const ModelName& name, const EndpointChoice& choice,
                           const Environment& environment);

}  // namespace hone
