#include "adapters/aws_credentials.h"

#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

std::string Variable(const AwsVariables& variables, const char* name) {
  const std::optional<std::string> value = variables(name);
  return value ? std::string(Trim(*value)) : "";
}

std::string HomeFile(const AwsVariables& variables, const char* variable, const char* name) {
  std::string path = Variable(variables, variable);
  const std::string home = Variable(variables, "HOME");
  if (path.empty() && !home.empty()) path = home + "/.aws/" + name;
  if (path.starts_with("~/")) path = home + path.substr(1);
  return path;
}

AwsProfiles ReadProfiles(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) return {};
  return ParseAwsProfiles({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

std::string Setting(const AwsProfiles& profiles, const std::string& profile, const char* name) {
  const auto section = profiles.find(profile);
  if (section == profiles.end()) return "";
  const auto setting = section->second.find(name);
  return setting == section->second.end() ? "" : setting->second;
}

struct Files {
  std::string profile, credentials_path, config_path;
  AwsProfiles credentials, config;
};

Files ReadFiles(const AwsVariables& variables) {
  Files files;
  files.profile = Variable(variables, "AWS_PROFILE");
  if (files.profile.empty()) files.profile = "default";
  files.credentials_path = HomeFile(variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  files.config_path = HomeFile(variables, "AWS_CONFIG_FILE", "config");
  files.credentials = ReadProfiles(files.credentials_path);
  files.config = ReadProfiles(files.config_path);
  return files;
}

std::string Region(const AwsVariables& variables, const Files& files) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    std::string region = Variable(variables, name);
    if (!region.empty()) return region;
  }
  std::string region = Setting(files.config, files.profile, "region");
  return region.empty() ? Setting(files.credentials, files.profile, "region") : region;
}

bool TakeProfile(const AwsProfiles& profiles, const std::string& profile, const std::string& path,
                 AwsIdentity* identity) {
  AwsKeys keys{Setting(profiles, profile, "aws_access_key_id"),
               Setting(profiles, profile, "aws_secret_access_key"),
               Setting(profiles, profile, "aws_session_token")};
  if (keys.access_key.empty() || keys.secret_key.empty()) return false;
  identity->keys = std::move(keys);
  identity->source = "profile '" + profile + "' in " + path;
  return true;
}

bool TakeProfiles(const Files& files, AwsIdentity* identity) {
  return TakeProfile(files.credentials, files.profile, files.credentials_path, identity) ||
         TakeProfile(files.config, files.profile, files.config_path, identity);
}

bool TakeVariables(const AwsVariables& variables, AwsIdentity* identity) {
  AwsKeys keys{Variable(variables, "AWS_ACCESS_KEY_ID"),
               Variable(variables, "AWS_SECRET_ACCESS_KEY"),
               Variable(variables, "AWS_SESSION_TOKEN")};
  if (keys.access_key.empty() || keys.secret_key.empty()) return false;
  identity->keys = std::move(keys);
  identity->source = "AWS_ACCESS_KEY_ID";
  return true;
}

Error NothingFound(const AwsVariables& variables, const Files& files) {
  std::string message =
      "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
      "AWS_BEARER_TOKEN_BEDROCK, or put them under [" +
      files.profile + "] in " +
      (files.credentials_path.empty() ? "~/.aws/credentials" : files.credentials_path);
  if (!Variable(variables, "AWS_ACCESS_KEY_ID").empty()) {
    message = "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not";
  }
  for (const char* way : {"sso_session", "sso_start_url", "role_arn", "credential_process"}) {
    if (Setting(files.config, files.profile, way).empty()) continue;
    message = "the AWS profile '" + files.profile + "' gets its keys by " + way +
              ", which is not followed here; run `aws configure export-credentials --profile " +
              files.profile + " --format env` and set what it prints";
    break;
  }
  return Fail(ErrorCode::kCredentials, message);
}

}  // namespace

AwsProfiles ParseAwsProfiles(const std::string& text) {
  AwsProfiles profiles;
  std::string section;
  for (std::string_view line : Split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == ' ' || line.front() == '\t') continue;
    if (line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const std::size_t end = line.find(']');
      if (end == std::string_view::npos) continue;
      std::string_view name = Trim(line.substr(1, end - 1));
      if (name.starts_with("profile ") || name.starts_with("profile\t")) {
        name = Trim(name.substr(8));
      }
      section = std::string(name);
      profiles[section];
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || section.empty()) continue;
    std::string_view value = line.substr(equals + 1);
    // A comment in a value begins after white space.
    for (const char* comment : {" #", " ;", "\t#", "\t;"}) {
      value = value.substr(0, value.find(comment));
    }
    profiles[section][ToLowerAscii(Trim(line.substr(0, equals)))] = std::string(Trim(value));
  }
  return profiles;
}

Result<AwsIdentity> FindAwsIdentity(const AwsVariables& variables) {
  const Files files = ReadFiles(variables);
  AwsIdentity identity;
  identity.region = Region(variables, files);
  identity.bearer_token = Variable(variables, "AWS_BEARER_TOKEN_BEDROCK");
  if (!identity.bearer_token.empty()) {
    identity.source = "AWS_BEARER_TOKEN_BEDROCK";
    return identity;
  }
  if (TakeVariables(variables, &identity) || TakeProfiles(files, &identity)) return identity;
  return NothingFound(variables, files);
}

std::string FindAwsRegion(const AwsVariables& variables) {
  return Region(variables, ReadFiles(variables));
}

}  // namespace hone
