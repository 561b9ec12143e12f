#include "adapters/sandbox/bwrap_arguments.h"

#include "adapters/sandbox/keeper/capabilities.h"
#include "adapters/sandbox/keeper_message.h"

namespace hone {

std::vector<std::string> BwrapArguments(const BwrapOptions& options) {
  std::vector<std::string> arguments = {
      options.program, "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try",
      "--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv",
      "--bind", kContainerRoot, "/", "--proc", "/proc", "--dev", "/dev",
      // Memory that looks like files: small, and the only place in /dev that can be written.
      "--perms", "1777", "--size", "67108864", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
      "--chdir", "/", "--seccomp", std::to_string(kSeccompFd), "--cap-drop", "ALL"};
  for (const NamedCapability& one : kContainerCapabilities) {
    arguments.insert(arguments.end(), {"--cap-add", one.name});
  }
  // For the keeper, to give up the rest.
  arguments.insert(arguments.end(), {"--cap-add", "CAP_SETPCAP"});
  if (options.network) {
    arguments.insert(arguments.end(), {"--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"});
  } else {
    arguments.push_back("--unshare-net");
  }
  arguments.insert(arguments.end(),
                   {"--", "/proc/self/fd/" + std::to_string(kKeeperProgramFd), "serve",
                    std::to_string(options.disk_bytes), std::to_string(options.memory_bytes),
                    std::to_string(options.pids), options.has_ids ? "ids" : "root"});
  return arguments;
}

}  // namespace hone
