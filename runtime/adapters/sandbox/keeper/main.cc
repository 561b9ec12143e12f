// hone-keeper: a small static program with two lives. `launch` prepares a container outside of it
// and becomes bwrap; `serve` is process 1 inside. Both are started by hone alone.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "adapters/sandbox/keeper/launch.h"
#include "adapters/sandbox/keeper/serve.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "launch") == 0) return hone::Launch();
  if (argc == 6 && std::strcmp(argv[1], "serve") == 0) {
    hone::CommandLimits limits;
    limits.disk_bytes = std::strtoull(argv[2], nullptr, 10);
    limits.memory_bytes = std::strtoull(argv[3], nullptr, 10);
    limits.pids = std::strtoull(argv[4], nullptr, 10);
    limits.has_ids = std::strcmp(argv[5], "ids") == 0;
    hone::Serve(limits);
  }
  const char text[] = "hone-keeper is started by hone and does nothing alone\n";
  return write(STDERR_FILENO, text, sizeof(text) - 1) < 0 ? 1 : 2;
}
