// ContainerBody: everything that keeps a container in its place.
#include <algorithm>

#include "adapters/docker/docker_engine.h"
#include "adapters/docker/session_place.h"

namespace hone {
namespace {

// All others are dropped. With these dpkg, apt and pip work, and so does `su`:
//   CHOWN, DAC_OVERRIDE, FOWNER, FSETID  files of a package get its owners and modes, and are
//                                        written into folders of other users
//   SETUID, SETGID                       apt fetches as its own user; su and runuser
//   KILL                                 root ends what its own commands started as other users
constexpr const char* kCapabilities[] = {"CHOWN",  "DAC_OVERRIDE", "FOWNER", "FSETID",
                                         "SETUID", "SETGID",       "KILL"};
constexpr double kNanos = 1e9;
constexpr int64_t kSharedMemory = int64_t{64} << 20U;  // /dev/shm: files in it are memory

}  // namespace

bool MayHaveQuotas(const Json& info) {
  const std::string& driver = info["Driver"].AsString();
  if (driver == "btrfs" || driver == "zfs") return true;
  if (driver != "overlay2") return false;
  for (const Json& fact : info["DriverStatus"].items()) {
    if (fact.size() == 2 && fact.items()[0].AsString() == "Backing Filesystem") {
      return fact.items()[1].AsString() == "xfs";
    }
  }
  return false;
}

Json ContainerBody(const ContainerSpec& spec, const std::map<std::string, std::string>& labels,
                   bool by_quota) {
  const ContainerLimits& limits = spec.limits;
  Json capabilities = Json::MakeArray();
  for (const char* name : kCapabilities) capabilities.Append(name);
  Json environment = Json::MakeArray();
  for (const auto& [name, value] : spec.env) environment.Append(name + "=" + value);
  Json marks = Json::MakeObject();
  for (const auto& [name, value] : labels) marks.Set(name, value);
  Json host = Json::MakeObject({{"Memory", limits.memory_bytes},
                                {"MemorySwap", limits.memory_bytes},
                                {"NanoCpus", static_cast<int64_t>(limits.cpus * kNanos)},
                                {"PidsLimit", limits.pids},
                                {"CapDrop", Json::MakeArray({"ALL"})},
                                {"CapAdd", std::move(capabilities)},
                                {"SecurityOpt", Json::MakeArray({"no-new-privileges"})},
                                {"ShmSize", std::min(kSharedMemory, limits.memory_bytes / 4)},
                                {"NetworkMode", limits.network ? "bridge" : "none"},
                                {"LogConfig", Json::MakeObject({{"Type", "none"}})},
                                {"Privileged", false}});
  if (by_quota) {
    host.Set("StorageOpt", Json::MakeObject({{"size", std::to_string(limits.disk_bytes)}}));
  }
  return Json::MakeObject({{"Image", spec.image},
                           {"Hostname", "sandbox"},
                           {"Entrypoint", Json::MakeArray({kSessionProgram, "init"})},
                           {"Cmd", Json::MakeArray()},
                           {"Env", std::move(environment)},
                           {"Labels", std::move(marks)},
                           {"Healthcheck", Json::MakeObject({{"Test", Json::MakeArray({"NONE"})}})},
                           {"NetworkDisabled", !limits.network},
                           {"HostConfig", std::move(host)}});
}

}  // namespace hone
