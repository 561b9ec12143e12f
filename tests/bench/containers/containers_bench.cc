// What containers cost, as ratios to a plain fork, exec and wait of `true` measured in between.
//
//   containers_bench IMAGES KEEPER IMAGE [FOLDER...]
//
// Figures on stdout; nothing is asserted. FOLDERs with Dockerfiles are built, each once.
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/container_engines.h"
#include "support/tar_entries.h"

extern char** environ;

namespace {

using hone::ContainerEngine;
using hone::Result;

constexpr int kRounds = 30;
constexpr int kAtOnce = 64;
constexpr int kSkills = 1000;
constexpr int kSnapshots = 5;

double NowMs() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double Median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

void PlainTrue() {
  char name[] = "true";
  char* const arguments[] = {name, nullptr};
  pid_t child = -1;
  if (posix_spawnp(&child, "true", nullptr, nullptr, arguments, environ) != 0) std::abort();
  waitpid(child, nullptr, 0);
}

class Bench {
 public:
  Bench(ContainerEngine& engine, hone::UvEventLoop& loop, std::string image)
      : engine_(engine), loop_(loop), image_(std::move(image)) {}

  template <typename T>
  T Wait(const std::function<void(ContainerEngine::Done<T>)>& start) {
    std::optional<Result<T>> answer;
    loop_.Post([&] {
      start([&](Result<T> result) {
        answer = std::move(result);
        loop_.Stop();
      });
    });
    loop_.Run();
    if (!answer || !answer->ok()) {
      std::fprintf(stderr, "%s\n", answer ? answer->error().message.c_str() : "no answer");
      std::exit(1);
    }
    return std::move(**answer);
  }

  std::string Open() {
    return Wait<std::string>([&](auto done) {
      hone::ContainerSpec spec;
      spec.image = image_;
      engine_.Create(std::move(spec), std::move(done));
    });
  }
  void Close(const std::string& container) {
    Wait<hone::Ok>([&](auto done) { engine_.Destroy(container, std::move(done)); });
  }
  void True(const std::string& container) {
    Wait<hone::ExecEnd>([&](auto done) {
      hone::ExecSpec spec;
      spec.argv = {"/bin/true"};
      engine_.Exec(container, std::move(spec), std::move(done));
    });
  }
  void Put(const std::string& container, const std::string& folder, const std::string& tar) {
    Wait<hone::Ok>([&](auto done) { engine_.Put(container, folder, tar, std::move(done)); });
  }
  void Get(const std::string& container) {
    Wait<hone::FileTree>([&](auto done) {
      hone::GetSpec spec;
      spec.path = "/skills";
      engine_.Get(container, std::move(spec), std::move(done));
    });
  }
  std::string Snapshot(const std::string& container) {
    return Wait<hone::ImageInfo>([&](auto done) { engine_.Snapshot(container, std::move(done)); })
        .id;
  }
  hone::ImageInfo Build(const std::string& folder) {
    return Wait<hone::ImageInfo>([&](auto done) {
      hone::ImageSpec spec;
      spec.folder = folder;
      engine_.Prepare(std::move(spec), std::move(done));
    });
  }

  // Medians of `rounds`, and what a plain process took between them.
  void Measure(const char* what, const std::function<void()>& work, int rounds = kRounds) {
    std::vector<double> plain, times;
    for (int i = 0; i < rounds; ++i) {
      double start = NowMs();
      PlainTrue();
      plain.push_back(NowMs() - start);
      start = NowMs();
      work();
      times.push_back(NowMs() - start);
    }
    std::printf("%-44s %8.2f ms   x%.1f of fork+exec (%.2f ms)\n", what, Median(times),
                Median(times) / Median(plain), Median(plain));
  }

  // `kAtOnce` containers are opened together, run a command each, and are closed.
  void AtOnce() {
    int left = kAtOnce;
    const double start = NowMs();
    loop_.Post([&] {
      for (int i = 0; i < kAtOnce; ++i) OneOf(&left);
    });
    loop_.Run();
    const double took = NowMs() - start;
    std::printf("%-44s %8.2f ms   %.2f ms each\n", "64 at once: start, true, remove", took,
                took / kAtOnce);
  }

 private:
  void OneOf(int* left) {
    hone::ContainerSpec spec;
    spec.image = image_;
    engine_.Create(std::move(spec), [this, left](Result<std::string> made) {
      if (!made.ok()) {
        std::fprintf(stderr, "%s\n", made.error().message.c_str());
        std::exit(1);
      }
      hone::ExecSpec exec;
      exec.argv = {"/bin/true"};
      engine_.Exec(*made, std::move(exec), [this, left, id = *made](Result<hone::ExecEnd> end) {
        if (!end.ok() || end->exit_code != 0) std::exit(1);
        engine_.Destroy(id, [this, left](Result<hone::Ok> /*gone*/) {
          if (--*left == 0) loop_.Stop();
        });
      });
    });
  }

  ContainerEngine& engine_;
  hone::UvEventLoop& loop_;
  std::string image_;
};

std::string ThousandSkills() {
  std::vector<hone::testing::TarEntry> entries;
  for (int i = 0; i < kSkills; ++i) {
    entries.push_back(hone::testing::TarFile(
        "skill-" + std::to_string(i) + "/SKILL.md",
        "---\nname: skill-" + std::to_string(i) + "\n---\n" + std::string(2000, 'x')));
  }
  return hone::testing::WriteTar(entries);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  hone::UvEventLoop loop;
  hone::ContainerEngineOptions options;
  options.images = argv[1];
  options.keeper_program = argv[2];
  auto engine = hone::MakeContainerEngine(options, &loop);
  if (!engine.ok()) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return 1;
  }
  Bench bench(**engine, loop, argv[3]);
  for (int i = 4; i < argc; ++i) {
    const double start = NowMs();
    const hone::ImageInfo image = bench.Build(argv[i]);
    std::printf("%-44.44s %8.2f ms   build\n", argv[i], NowMs() - start);
  }
  std::vector<std::string> opened;
  bench.Measure("start a container", [&] { opened.push_back(bench.Open()); });
  bench.Measure("remove a container", [&] {
    bench.Close(opened.back());
    opened.pop_back();
  });
  const std::string container = bench.Open();
  bench.Measure("true in a running container", [&] { bench.True(container); });
  const std::string tar = ThousandSkills();
  int n = 0;  // a new folder each time: replacing is something else
  const std::string other = bench.Open();
  bench.Measure("put 1,000 skill files",
                [&] { bench.Put(other, "/skills-" + std::to_string(++n), tar); });
  bench.Close(other);
  bench.Put(container, "/skills", tar);
  bench.Measure("get 1,000 skill files", [&] { bench.Get(container); });
  // Each snapshot is of other content: one that is there already would be written and thrown away.
  std::string image;
  double snapshot_ms = 0;
  for (int i = 0; i < kSnapshots; ++i) {
    bench.Put(container, "/",
              hone::testing::WriteTar({hone::testing::TarFile("n", std::to_string(NowMs()))}));
    const double start = NowMs();
    image = bench.Snapshot(container);
    snapshot_ms += NowMs() - start;
  }
  std::printf("%-44s %8.2f ms   mean of %d\n", "snapshot with them", snapshot_ms / kSnapshots,
              kSnapshots);
  Bench rollback(**engine, loop, image);
  bench.Measure("rollback: a container of the snapshot", [&] { rollback.Close(rollback.Open()); });
  bench.Close(container);
  bench.AtOnce();
  return 0;
}
