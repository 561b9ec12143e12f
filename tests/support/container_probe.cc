// container_probe: what a hostile program would try from inside a container, one thing a call.
// Prints "refused" or what it got; its exit code says nothing. Static, so that it runs in any
// image.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

int Tell(bool got, const char* what) {
  std::puts(got ? what : "refused");
  return 0;
}

// ADDRESS PORT: a TCP connection within two seconds.
int Connect(const char* address, int port) {
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v4.sin_family = AF_INET;
  v4.sin_port = v6.sin6_port = htons(static_cast<uint16_t>(port));
  const bool is_v6 = inet_pton(AF_INET6, address, &v6.sin6_addr) == 1;
  if (!is_v6) inet_pton(AF_INET, address, &v4.sin_addr);
  const int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return Tell(false, "");
  const timeval limit{2, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int done = is_v6 ? connect(fd, reinterpret_cast<sockaddr*>(&v6), sizeof v6)
                         : connect(fd, reinterpret_cast<sockaddr*>(&v4), sizeof v4);
  return Tell(done == 0, "connected");
}

// NAME: an abstract Unix socket.
int Abstract(const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const auto size = static_cast<socklen_t>(sizeof(sa_family_t) + 1 + std::strlen(name));
  return Tell(connect(fd, reinterpret_cast<sockaddr*>(&address), size) == 0, "connected");
}

// The right to mount in a user namespace of its own: the door to most of the kernel.
int UserNamespace() {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return Tell(false, "");
  return Tell(true, "entered");
}

int Trace() {
  const int parent = static_cast<int>(getppid());
  return Tell(ptrace(PTRACE_ATTACH, parent, nullptr, nullptr) == 0, "attached");
}

int Device(const char* path) {
  if (mknod(path, S_IFBLK | 0666, makedev(7, 0)) != 0) return Tell(false, "");
  return Tell(open(path, O_RDONLY) >= 0, "opened");
}

// Memory that is really used, until the kernel says no.
int Hog() {
  constexpr std::size_t kStep = std::size_t{8} << 20U;
  while (true) {
    char* block = static_cast<char*>(std::malloc(kStep));
    if (block == nullptr) return Tell(false, "");
    std::memset(block, 1, kStep);
  }
}

// Processes without end; each dies with the limit of time at the latest.
int Bomb() {
  while (true) {
    if (fork() < 0) sched_yield();
  }
}

// Children that end at once and are never waited for.
int Zombies() {
  while (true) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0) sched_yield();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  const char* first = argc > 2 ? argv[2] : "";
  if (verb == "connect") return Connect(first, argc > 3 ? std::atoi(argv[3]) : 80);
  if (verb == "abstract") return Abstract(first);
  if (verb == "userns") return UserNamespace();
  if (verb == "trace") return Trace();
  if (verb == "device") return Device(first);
  if (verb == "mount") return Tell(mount("none", first, "tmpfs", 0, nullptr) == 0, "mounted");
  if (verb == "remount") {
    return Tell(mount(nullptr, first, nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0, "remounted");
  }
  if (verb == "umount") return Tell(umount2(first, MNT_DETACH) == 0, "unmounted");
  if (verb == "sethostname") return Tell(sethostname("x", 1) == 0, "renamed");
  if (verb == "swapoff")
    return Tell(syscall(SYS_swapoff, "/none") == 0 || errno != EPERM, "called");
  if (verb == "reboot")
    return Tell(syscall(SYS_reboot, 0, 0, 0, 0) == 0 || errno == EINVAL, "called");
  if (verb == "module")
    return Tell(syscall(SYS_init_module, "", 0, "") == 0 || errno != EPERM, "called");
  if (verb == "bpf") return Tell(syscall(SYS_bpf, 0, nullptr, 0) == 0 || errno == EFAULT, "called");
  if (verb == "euid") return std::printf("%u\n", geteuid()) < 0;
  if (verb == "no_new_privs")
    return std::printf("%d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) < 0;
  if (verb == "hog") return Hog();
  if (verb == "bomb") return Bomb();
  if (verb == "zombies") return Zombies();
  std::fprintf(stderr, "container_probe: unknown verb '%s'\n", verb.c_str());
  return 2;
}
