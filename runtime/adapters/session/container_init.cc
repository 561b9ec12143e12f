#include "adapters/session/container_init.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hone {

int RunInit() {
  prctl(PR_SET_DUMPABLE, 0);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  while (true) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    int number = 0;
    sigwait(&child, &number);
  }
}

}  // namespace hone
