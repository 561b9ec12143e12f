// Attacks from inside a container: each is contained, and reported where the port has a word for
// it.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "support/tar_entries.h"
#include "unit/adapters/container_engine_contract.h"

namespace hone::testing {
namespace {

namespace fs = std::filesystem;

// What the probe said; "refused" when it was.
std::string Probe(ContainerBench& bench, const std::string& container,
                  std::vector<std::string> arguments, const std::string& user = "") {
  ExecSpec spec;
  spec.argv = {"/probe"};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.user = user;
  ExecEnd end = bench.Exec(container, spec);
  while (end.out.ends_with('\n')) end.out.pop_back();
  // A filter may kill what it refuses.
  return end.out.empty() && end.exit_code > 128 ? "refused" : end.out;
}

ContainerSpec Limited(const std::function<void(ContainerLimits&)>& set) {
  ContainerSpec spec;
  set(spec.limits);
  return spec;
}

// A listening socket of the host that nothing in a container may reach.
class HostListener {
 public:
  HostListener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    tcp_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BOOST_REQUIRE(bind(tcp_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(listen(tcp_, 8) == 0);
    socklen_t size = sizeof address;
    getsockname(tcp_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = std::to_string(ntohs(address.sin_port));
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    std::strncpy(local.sun_path + 1, name_.c_str(), sizeof local.sun_path - 2);
    abstract_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto length = static_cast<socklen_t>(sizeof(sa_family_t) + 1 + name_.size());
    BOOST_REQUIRE(bind(abstract_, reinterpret_cast<sockaddr*>(&local), length) == 0);
    BOOST_REQUIRE(listen(abstract_, 8) == 0);
  }
  ~HostListener() {
    close(tcp_);
    close(abstract_);
  }
  HostListener(const HostListener&) = delete;
  HostListener& operator=(const HostListener&) = delete;

  [[nodiscard]] const std::string& port() const { return port_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  int tcp_ = -1, abstract_ = -1;
  std::string port_;
  std::string name_ = FreshMarker();
};

void NoNetwork(ContainerBench& bench) {
  const HostListener host;
  const std::string container = bench.Open();
  bench.PutProbe(container);
  for (const char* address : {"127.0.0.1", "::1", "172.17.0.1", "10.0.2.2", "10.88.0.1"}) {
    BOOST_TEST(Probe(bench, container, {"connect", address, host.port()}) == "refused", address);
  }
  for (const char* address : {"169.254.169.254", "192.0.2.1", "2001:db8::1", "fd00:ec2::254"}) {
    BOOST_TEST(Probe(bench, container, {"connect", address, "80"}) == "refused", address);
  }
  BOOST_TEST(Probe(bench, container, {"abstract", host.name()}) == "refused");
  BOOST_TEST(bench.Say(container, "tail -n +2 /proc/net/route") == "");
}

void NothingOfTheHostIsInIt(ContainerBench& bench) {
  const std::string canary = FreshMarker();
  setenv("OPENAI_API_KEY", canary.c_str(), 1);
  const fs::path file = fs::temp_directory_path() / canary;
  std::ofstream(file) << canary;
  const std::string container = bench.Open();
  BOOST_TEST(bench.Say(container, "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null; true")
                 .find(canary) == std::string::npos);
  BOOST_TEST(bench.Say(container, "find / -xdev -name " + canary) == "");
  BOOST_TEST(bench.Say(container, "cat /proc/1/root" + file.string() + " 2>/dev/null || echo no") ==
             "no");
  BOOST_TEST(bench.Say(container,
                       "ls /var/run/docker.sock /run/docker.sock 2>/dev/null || echo no") == "no");
  unsetenv("OPENAI_API_KEY");
  fs::remove(file);
}

void NoPowers(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.PutProbe(container);
  BOOST_TEST(Probe(bench, container, {"no_new_privs"}) == "1");
  for (const auto& attack : std::vector<std::vector<std::string>>{{"mount", "/tmp"},
                                                                  {"remount", "/"},
                                                                  {"umount", "/proc"},
                                                                  {"device", "/disk"},
                                                                  {"sethostname"},
                                                                  {"swapoff"},
                                                                  {"reboot"},
                                                                  {"module"},
                                                                  {"bpf"},
                                                                  {"userns"}}) {
    BOOST_TEST(Probe(bench, container, attack) == "refused", attack[0]);
    BOOST_TEST(Probe(bench, container, attack, "1000:1000") == "refused", attack[0] << " as user");
  }
}

void SetuidGivesNothing(ContainerBench& bench) {
  const std::string container = bench.Open();
  bench.PutProbe(container);
  bench.Say(container, "cp /probe /setuid; chown 0:0 /setuid; chmod 4755 /setuid");
  ExecSpec spec;
  spec.argv = {"/setuid", "euid"};
  spec.user = "1000:1000";
  BOOST_TEST(bench.Exec(container, spec).out == "1000\n");
}

void ProcAndSysAreOutOfReach(ContainerBench& bench) {
  const std::string container = bench.Open();
  for (const char* path :
       {"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
        "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper", "/sys/power/state",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/rdma/release_agent",
        "/sys/fs/cgroup/memory/release_agent"}) {
    BOOST_TEST(bench.Say(container, std::string("test -e ") + path + " && echo h 2>/dev/null > " +
                                        path + " && echo written; true") == "",
               path);
  }
  BOOST_TEST(bench.Say(container, "head -c 1 /proc/kcore 2>/dev/null | wc -c") == "0");
  BOOST_TEST(bench.Say(container, "head -c 1 /dev/mem 2>/dev/null | wc -c") == "0");
  BOOST_TEST(bench.Say(container, "ls /dev/sda /dev/vda /dev/loop0 /dev/kmsg 2>/dev/null; true") ==
             "");
}

void ItsProcessesAreItsOwn(ContainerBench& bench) {
  const std::string container = bench.Open();
  // It sees no process of the host, and a signal to all reaches none.
  BOOST_TEST(bench.Say(container, "ls -d /proc/[0-9]* | wc -l").size() <= 2);
  (void)bench.Sh(container, "kill -9 -1");
  (void)bench.Sh(container, "kill -9 1; kill -TERM 1");
  BOOST_TEST(bench.Say(container, "echo alive") == "alive");
  (void)bench.Sh(container, "kill -9 $PPID; kill -STOP $PPID; sleep 600", 3'000);
  BOOST_TEST(bench.Say(container, "echo alive") == "alive");
}

void AForkBomb(ContainerBench& bench) {
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.pids = 64; }));
  bench.PutProbe(container);
  ExecSpec spec;
  const std::string marker = FreshMarker();
  spec.argv = {"/probe", "bomb", marker};
  spec.timeout_ms = 3'000;
  const ExecEnd end = bench.Exec(container, spec);
  BOOST_TEST(end.timed_out);
  BOOST_TEST(end.killed_by == "time");
  BOOST_TEST(AllEnd(marker));
  BOOST_TEST(bench.Say(container, "echo alive") == "alive");
}

void ADetachedForkBomb(ContainerBench& bench) {
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.pids = 64; }));
  bench.PutProbe(container);
  const std::string marker = FreshMarker();
  (void)bench.Sh(container, "setsid /probe bomb " + marker + " >/dev/null 2>&1 & sleep 1");
  BOOST_TEST(ProcessesWith(marker).size() <= 64);
  BOOST_TEST(bench.Destroy(container).ok());
  BOOST_TEST(AllEnd(marker));
}

void AMemoryHog(ContainerBench& bench) {
  const std::string container = bench.Open(
      Limited([](ContainerLimits& limits) { limits.memory_bytes = int64_t{64} << 20U; }));
  bench.PutProbe(container);
  ExecSpec spec;
  spec.argv = {"/probe", "hog"};
  const ExecEnd end = bench.Exec(container, spec);
  BOOST_TEST(end.killed_by == "memory");
  BOOST_TEST(end.exit_code == -1);
  BOOST_TEST(!end.timed_out);
  BOOST_TEST(bench.Say(container, "echo alive") == "alive");
}

// Files in memory are memory. They stay when the command that wrote them ends, and then there is
// none for others to start with: the container has to be brought back.
void MemoryFullOfFiles(ContainerBench& bench) {
  constexpr int64_t kMemory = int64_t{96} << 20U;
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.memory_bytes = kMemory; }));
  bench.Say(container, "echo kept > /kept");
  (void)bench.Sh(container,
                 "for d in $(grep tmpfs /proc/mounts | cut -d' ' -f2); do "
                 "head -c 300000000 /dev/zero > $d/fill 2>/dev/null; done");
  BOOST_TEST(bench.Say(container, "cat /kept") == "kept");
}

// What a command leaves behind may take every process that the container may have. That others
// cannot start then is a result like any: the container's own doing, no failure of the engine's.
void NoProcessLeft(ContainerBench& bench) {
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.pids = 64; }));
  bench.PutProbe(container);
  const std::string marker = FreshMarker();
  bench.Say(container, "setsid /probe bomb " + marker + " >/dev/null 2>&1 & sleep 1; echo started");
  const ExecEnd end = bench.Sh(container, "echo alive");
  BOOST_TEST((end.exit_code == 126 || end.out == "alive\n"), end.exit_code << " " << end.err);
  BOOST_TEST(bench.Destroy(container).ok());
  BOOST_TEST(AllEnd(marker));
}

// Dead processes that nobody takes count like living ones, and cannot reach beyond their container.
void AFloodOfZombies(ContainerBench& bench) {
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.pids = 64; }));
  bench.PutProbe(container);
  ExecSpec spec;
  spec.argv = {"/probe", "zombies", FreshMarker()};
  spec.timeout_ms = 3'000;
  BOOST_TEST(bench.Exec(container, spec).timed_out);
  BOOST_TEST(AllEnd(spec.argv.back()));
  BOOST_TEST(bench.Say(container, "echo alive") == "alive");
}

void AFullDisk(ContainerBench& bench) {
  constexpr int64_t kDisk = int64_t{64} << 20U;
  const std::string container =
      bench.Open(Limited([](ContainerLimits& limits) { limits.disk_bytes = kDisk; }));
  // Endless, but slow enough that a limit which is polled is seen to hold within some seconds.
  const ExecEnd end = bench.Sh(container,
                               "i=0; while head -c 4000000 /dev/zero > /fill$i; do i=$((i + 1)); "
                               "sleep 0.05; done; echo full",
                               120'000);
  BOOST_TEST(!end.timed_out);
  BOOST_TEST((end.out == "full\n" || end.killed_by == "disk"), end.out << end.killed_by);
  const std::string used = bench.Say(container, "du -sk / 2>/dev/null | cut -f1; true");
  BOOST_TEST(std::atoll(used.c_str()) < 1'000'000, used << " KiB");
}

void EndlessOutput(ContainerBench& bench) {
  const std::string container = bench.Open();
  ExecSpec spec;
  spec.argv = {"/bin/sh", "-c", "yes & exec yes >&2"};
  spec.timeout_ms = 3'000;
  spec.max_output_bytes = 100'000;
  const ExecEnd end = bench.Exec(container, spec);
  BOOST_TEST(end.timed_out);
  BOOST_TEST(end.out.size() == 100'000);
  BOOST_TEST(end.err.size() == 100'000);
  BOOST_TEST(end.out_truncated);
  BOOST_TEST(end.err_truncated);
  BOOST_TEST(bench.Say(container, "ps | grep -c '[y]es'; true") == "0");
}

void ClosedStreamsStayAlive(ContainerBench& bench) {
  const std::string container = bench.Open();
  const ExecEnd end = bench.Sh(container, "exec >&- 2>&- <&-; sleep 600", 2'000);
  BOOST_TEST(end.timed_out);
  BOOST_TEST(end.out == "");
}

void AWreckedContainer(ContainerBench& bench) {
  const std::string container = bench.Open();
  (void)bench.Sh(container,
                 "rm -rf /bin /etc /usr /lib /home /root /.[a-z]* 2>/dev/null; mkdir /x");
  ExecSpec spec;
  spec.argv = {"/bin/sh", "-c", "echo alive"};
  const auto end = bench.TryExec(container, spec);
  BOOST_TEST((!end.ok() || end->exit_code != 0));
  GetSpec all;
  all.changes_only = true;
  const auto tree = bench.Get(container, all);
  BOOST_REQUIRE_MESSAGE(tree.ok(), Why(tree));
  BOOST_TEST(!tree->deleted.empty());
  BOOST_TEST(ReadTar(tree->tar).count("x") == 1);
}

}  // namespace

std::vector<ContractCase> ContainerStarvedCases() {
  return {{"memory full of files", MemoryFullOfFiles}, {"no process left", NoProcessLeft}};
}

std::vector<ContractCase> ContainerAttackCases() {
  return {{"no network", NoNetwork},
          {"nothing of the host is in it", NothingOfTheHostIsInIt},
          {"no powers", NoPowers},
          {"setuid gives nothing", SetuidGivesNothing},
          {"proc and sys are out of reach", ProcAndSysAreOutOfReach},
          {"its processes are its own", ItsProcessesAreItsOwn},
          {"a fork bomb", AForkBomb},
          {"a detached fork bomb", ADetachedForkBomb},
          {"a memory hog", AMemoryHog},
          {"a flood of zombies", AFloodOfZombies},
          {"a full disk", AFullDisk},
          {"endless output", EndlessOutput},
          {"closed streams stay alive", ClosedStreamsStayAlive},
          {"a wrecked container", AWreckedContainer}};
}

}  // namespace hone::testing
