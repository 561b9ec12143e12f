// hone-script: Lua behind one socket. Started by hone with descriptor 3 and nothing else; see
// wire/frame.h.
//
// Everything that libraries read or map happens before the lock; after it there is only a blocking
// loop over frames. No threads, no stdio, no locale.
#include <malloc.h>
#include <openssl/crypto.h>
#include <re2/re2.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "script/sandbox.h"
#include "script/script_server.h"
#include "wire/frame.h"

namespace hone {
namespace {

constexpr std::size_t kReadBytes = 256U << 10U;
// libm chooses variants of exp, log, pow, sin, ... by processor; those with fused multiply-add
// differ in the last bit from those without. glibc takes the choice from this variable, at start
// only.
constexpr const char* kTunablesName = "GLIBC_TUNABLES";
constexpr const char* kTunables = "glibc.cpu.hwcaps=-FMA,-FMA4";

void Say(const std::string& text) {
  const std::string line = "hone-script: " + text + "\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
}

bool WriteAll(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(kScriptSocketFd, bytes.data() + done, bytes.size() - done);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (n < 0 && errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Starts this program again with the tunables in its otherwise empty environment.
bool HasBaselineMath(char** argv) {
#if defined(__x86_64__)
  const char* tunables = std::getenv(kTunablesName);
  if (tunables != nullptr && std::strcmp(tunables, kTunables) == 0) return true;
  std::string entry = std::string(kTunablesName) + "=" + kTunables;
  char* environment[] = {entry.data(), nullptr};
  execve("/proc/self/exe", argv, environment);
  return false;  // no /proc here: go on, and do not claim it
#else
  (void)argv;
  return false;
#endif
}

// Makes libraries do now what they do on first use.
void WarmUp() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  (void)HashOf("warm");
  const RE2 expression("w(a)r+m");
  (void)RE2::PartialMatch("warm", expression);
}

int Serve(std::vector<std::string> protections) {
  std::string out;
  // A burst of large texts leaves as it is made, so that it is never held twice.
  ScriptServer server(
      [&out](const Frame& frame) {
        AppendFrame(frame, &out);
        if (out.size() >= kReadBytes && WriteAll(out)) out.clear();
      },
      std::move(protections));
  FrameReader reader;
  std::string buffer(kReadBytes, '\0');
  while (true) {
    const ssize_t n = read(kScriptSocketFd, buffer.data(), buffer.size());
    if (n == 0) return 0;  // hone is gone or done
    if (n < 0) {
      if (errno == EINTR) continue;
      return 1;
    }
    reader.Feed(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    while (true) {
      const Result<std::optional<Frame>> frame = reader.Next();
      if (!frame.ok()) {
        Say(frame.error().message);
        return 1;
      }
      if (!frame.value()) break;
      const Status handled = server.Handle(*frame.value());
      if (!handled.ok()) {
        Say(handled.error().message);
        return 1;
      }
      if (!WriteAll(out)) return 0;
      out.clear();
      if (out.capacity() > kReadBytes) out.shrink_to_fit();
    }
  }
}

int Main(char** argv) {
  mallopt(M_MMAP_THRESHOLD, 128 << 10);  // large texts leave no holes
  const bool baseline_math = HasBaselineMath(argv);
  const Status closed = CloseOtherDescriptors(kScriptSocketFd);
  if (!closed.ok()) {
    Say(closed.error().message);
    return 1;
  }
  WarmUp();
  Result<std::vector<std::string>> locked = LockProcess();
  if (!locked.ok()) {
    Say("it does not run unprotected: " + locked.error().message);
    return 1;
  }
  if (baseline_math) locked->emplace_back("libm_baseline");
  return Serve(std::move(*locked));
}

}  // namespace
}  // namespace hone

int main(int /*argc*/, char** argv) {
  const int status = hone::Main(argv);
  _exit(status);  // no destructors of libraries: some of them would make system calls
}
