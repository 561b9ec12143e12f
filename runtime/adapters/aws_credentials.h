// AWS credentials and region, from where the AWS tools look for them, in their order:
//   bearer token  AWS_BEARER_TOKEN_BEDROCK
//   keys          AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; else the profile
//                 AWS_PROFILE ("default" without it) of AWS_SHARED_CREDENTIALS_FILE
//                 (~/.aws/credentials), then of AWS_CONFIG_FILE (~/.aws/config)
//   region        AWS_REGION, AWS_DEFAULT_REGION, then the profile's
// Profiles that need somebody else's help (sso, role_arn, credential_process) are not followed; the
// error says so. Nothing is sent anywhere, and no message holds a secret.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "adapters/sigv4.h"
#include "base/result.h"

namespace hone {

struct AwsIdentity {
  AwsKeys keys{};
  std::string bearer_token{};  // then keys are not needed
  std::string region{};        // "" when nobody says one
  std::string source{};  // in words, for `hone doctor`: "AWS_ACCESS_KEY_ID", "profile 'x' in F"
};

// A variable's value, or nothing when it is not set. An empty one counts as not set.
using AwsVariables = std::function<std::optional<std::string>(const std::string& name)>;

// kCredentials, with what was looked for, when there is neither a token nor a pair of keys.
Result<AwsIdentity> FindAwsIdentity(const AwsVariables& variables);
// The region alone, for a description without credentials; "" when nobody says one.
std::string FindAwsRegion(const AwsVariables& variables);

// The sections of an AWS profile file; of a config file, "[profile x]" is "x". Lines that are
// neither section, "name = value" nor comment are skipped, as the AWS tools do; so are indented
// ones (nested settings).
using AwsProfiles = std::map<std::string, std::map<std::string, std::string>>;
AwsProfiles ParseAwsProfiles(const std::string& text);

}  // namespace hone
