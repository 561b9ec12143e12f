#include "adapters/sandbox/image_build.h"

#include <chrono>
#include <optional>
#include <utility>

#include "adapters/sandbox/bubblewrap_engine.h"
#include "adapters/sandbox/build_files.h"
#include "adapters/sandbox/dockerfile.h"
#include "adapters/sandbox/whole_file.h"
#include "base/hash.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMostFileBytes = 256U << 10U;
constexpr std::size_t kShownOutput = 800;
constexpr int64_t kBuildMemory = int64_t{4096} << 20U;
constexpr int kBuildPids = 1024;
constexpr double kBuildCpus = 2;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The end of what a command said, where errors stand.
std::string Tail(const ExecEnd& end) {
  std::string text(Trim(end.out + "\n" + end.err));
  if (text.size() > kShownOutput) text = "..." + text.substr(text.size() - kShownOutput);
  return ToValidUtf8(text);
}

}  // namespace

ImageBuild::ImageBuild(BubblewrapEngine* engine, UvEventLoop* loop,
                       std::weak_ptr<bool> engine_alive, ImageSpec spec, Done done)
    : engine_(engine),
      loop_(loop),
      engine_alive_(std::move(engine_alive)),
      spec_(std::move(spec)),
      done_(std::move(done)),
      file_(spec_.folder + "/Dockerfile") {}

Status ImageBuild::Read() {
  const std::string text = WholeFile(file_);
  if (text.empty()) {
    return Fail(ErrorCode::kNotFound, spec_.folder + " has no Dockerfile, or an empty one");
  }
  if (text.size() > kMostFileBytes) return Invalid(file_ + " is longer than 256 KiB");
  HONE_ASSIGN(const std::vector<DockerInstruction> instructions, ParseDockerfile(text, file_));
  HONE_ASSIGN(const std::string base, BaseOfBuild(instructions, file_));
  const Result<Image> found = engine_->store().Find(base);
  if (!found.ok()) return found.error().With(file_);
  base_ = *found;
  if (!spec_.content.empty()) {
    key_ = HashFields({"build", base_.digest, spec_.content, spec_.network ? "network" : ""}).Hex();
  }
  HONE_ASSIGN(plan_, PlanBuild(instructions, file_, base_.config));
  return Ok{};
}

void ImageBuild::Start() {
  const Status read = Read();
  const std::optional<Image> built =
      read.ok() && !key_.empty() ? engine_->store().Built(key_) : std::nullopt;
  if (!read.ok() || built) {
    loop_->Post([self = shared_from_this(), read, built] {
      if (self->engine_alive_.expired()) return;
      self->Finish(built ? Result<BuiltImage>(BuiltImage{*built, true})
                         : Result<BuiltImage>(read.error()));
    });
    return;
  }
  end_ms_ = NowMs() + spec_.timeout_ms;
  ContainerSpec container;
  container.image = base_.digest;
  container.owner = "build";
  container.limits.memory_bytes = kBuildMemory;
  container.limits.pids = kBuildPids;
  container.limits.cpus = kBuildCpus;
  container.limits.network = spec_.network;
  engine_->Create(std::move(container), [self = shared_from_this()](Result<std::string> made) {
    if (!made.ok()) return self->Finish(made.error());
    self->container_ = *made;
    self->NextStep();
  });
}

int64_t ImageBuild::TimeLeftMs() const { return std::max<int64_t>(1, end_ms_ - NowMs()); }

void ImageBuild::NextStep() {
  if (next_ == plan_.steps.size()) return Snapshot();
  const BuildStep& step = plan_.steps[next_++];
  switch (step.kind) {
    case BuildStep::Kind::kRun:
      return Run(step);
    case BuildStep::Kind::kCopy:
      return Copy(step);
    case BuildStep::Kind::kFolder:
      return engine_->Put(container_, step.destination, "",
                          [self = shared_from_this(), &step](Result<Ok> put) {
                            if (!put.ok()) return self->FailStep(step, put.error());
                            self->NextStep();
                          });
  }
}

void ImageBuild::Command(ExecSpec exec, ContainerEngine::Done<ExecEnd> done) {
  exec.timeout_ms = TimeLeftMs();
  engine_->Exec(container_, std::move(exec), std::move(done));
}

void ImageBuild::Run(const BuildStep& step) {
  ExecSpec exec;
  exec.argv = step.argv;
  exec.env = step.env;
  exec.user = step.user.empty() ? "0" : step.user;
  exec.workdir = step.workdir;
  Command(std::move(exec), [self = shared_from_this(), &step](Result<ExecEnd> end) {
    if (!end.ok()) return self->FailStep(step, end.error());
    if (end->exit_code == 0) return self->NextStep();
    const std::string how = end->killed_by.empty()
                                ? "RUN ended with exit " + std::to_string(end->exit_code)
                                : "RUN was ended by its limit of " + end->killed_by;
    const ErrorCode code =
        end->killed_by == "time" ? ErrorCode::kTimeout : ErrorCode::kInvalidArgument;
    self->FailStep(step, Fail(code, how + ": " + Tail(*end)));
  });
}

void ImageBuild::Copy(const BuildStep& step) {
  if (step.destination.ends_with("/") || step.sources.size() + step.texts.size() != 1) {
    return CopyInto(step, /*into_folder=*/true);
  }
  // Whether a name without a '/' is a folder, only the container knows.
  ExecSpec exec;
  exec.argv = {"test", "-d", step.destination};
  exec.user = "0";
  exec.workdir = "/";
  Command(std::move(exec), [self = shared_from_this(), &step](Result<ExecEnd> end) {
    if (!end.ok()) return self->FailStep(step, end.error());
    self->CopyInto(step, end->exit_code == 0);
  });
}

void ImageBuild::CopyInto(const BuildStep& step, bool into_folder) {
  const std::size_t slash = step.destination.rfind('/');
  std::string folder = into_folder ? step.destination : step.destination.substr(0, slash);
  if (folder.empty()) folder = "/";
  auto files = std::make_shared<std::optional<Result<CopiedFiles>>>();
  loop_->InPool([files, step, into_folder,
                 from = spec_.folder] { *files = CollectFiles(from, step, into_folder); },
                [self = shared_from_this(), &step, files, folder] {
                  if (self->engine_alive_.expired()) return;
                  Result<CopiedFiles>& copied = **files;
                  if (!copied.ok()) return self->FailStep(step, copied.error());
                  self->engine_->Put(
                      self->container_, folder, std::move(copied->tar),
                      [self, &step, folder, tops = std::move(copied->tops)](Result<Ok> put) {
                        if (!put.ok()) return self->FailStep(step, put.error());
                        self->GiveAway(step, folder, tops);
                      });
                });
}

void ImageBuild::GiveAway(const BuildStep& step, const std::string& folder,
                          const std::vector<std::string>& tops) {
  if (step.owner.empty() || tops.empty()) return NextStep();
  ExecSpec exec;
  exec.argv = {"chown", "-R", step.owner};
  for (const std::string& top : tops) {
    exec.argv.push_back((folder.ends_with("/") ? folder : folder + "/") + top);
  }
  exec.user = "0";
  exec.workdir = "/";
  Command(std::move(exec), [self = shared_from_this(), &step](Result<ExecEnd> end) {
    if (!end.ok()) return self->FailStep(step, end.error());
    if (end->exit_code == 0) return self->NextStep();
    self->FailStep(step, Invalid("--chown=" + step.owner + ": " + Tail(*end)));
  });
}

void ImageBuild::Snapshot() {
  engine_->SnapshotAs(container_, plan_.config, [self = shared_from_this()](Result<Image> image) {
    if (!image.ok()) return self->Finish(image.error());
    if (!self->key_.empty()) {
      const Status kept = self->engine_->store().SetBuilt(self->key_, image->digest);
      if (!kept.ok()) return self->Finish(kept.error());
    }
    self->Finish(BuiltImage{*image, false});
  });
}

void ImageBuild::FailStep(const BuildStep& step, const Error& error) {
  Finish(error.With(file_ + ":" + std::to_string(step.line)));
}

void ImageBuild::Finish(Result<BuiltImage> result) {
  if (container_.empty()) return done_(std::move(result));
  engine_->Destroy(container_, [self = shared_from_this(), result](Result<Ok> destroyed) {
    if (result.ok() && !destroyed.ok()) return self->done_(destroyed.error());
    self->done_(result);
  });
}

}  // namespace hone
