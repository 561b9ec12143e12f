#include "adapters/sandbox/bubblewrap_engine.h"

#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "adapters/sandbox/image_build.h"
#include "adapters/sandbox/seccomp_filter.h"
#include "adapters/sandbox/whole_file.h"
#include "base/log.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr char kBackend[] = "bubblewrap";

std::string InPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : Split(path == nullptr ? "/usr/bin" : path, ':')) {
    const std::string file = std::string(folder) + "/" + program;
    if (folder.starts_with("/") && access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

Result<std::string> FindBwrap() {
  const std::string bwrap = InPath("bwrap");
  if (!bwrap.empty()) return bwrap;
  return Fail(ErrorCode::kUnavailable,
              "bwrap is not in PATH: install bubblewrap, or use another back end "
              "(HONE_CONTAINERS=docker)");
}

ImageInfo InfoOf(const Image& image, bool is_cached) {
  ImageInfo info;
  info.id = image.digest;
  info.digest = image.digest;
  info.backend = kBackend;
  info.is_cached = is_cached;
  info.workdir = image.config.workdir.empty() ? "/" : image.config.workdir;
  info.env = image.config.env;
  info.user = image.config.user;
  return info;
}

}  // namespace

Result<std::string> DescribeBubblewrap() {
  HONE_ASSIGN(const std::string bwrap, FindBwrap());
  std::string limits;
  int version = 0;
  for (const CgroupBase& base : WorkingCgroupBases()) {
    limits += (limits.empty() ? "" : ", ") + Join(base.controllers, ", ");
    version = base.version;
  }
  limits = limits.empty() ? "memory and processes by rlimits (of each process), cpu not at all"
                          : limits + " by control groups, version " + std::to_string(version);
  const bool has_ids = IdRange::OfThisProcess().n > 0;
  return bwrap + "; limits: " + limits + "; disk by counting; " +
         (has_ids ? "every user in a container is nobody here"
                  : "containers have one user, root, who is you");
}

BubblewrapEngine::BubblewrapEngine(UvEventLoop* loop, ImageStore store, ContainerTools tools,
                                   std::unique_ptr<OwnerFolder> owner)
    : loop_(loop), store_(std::move(store)), tools_(std::move(tools)), owner_(std::move(owner)) {}

Result<std::unique_ptr<BubblewrapEngine>> BubblewrapEngine::Make(const BubblewrapOptions& options,
                                                                 UvEventLoop* loop) {
  ContainerTools tools;
  HONE_ASSIGN(tools.bwrap_program, FindBwrap());
  tools.keeper_program = options.keeper_program;
  const std::string bytes = WholeFile(options.keeper_program);
  if (bytes.empty()) {
    return Fail(ErrorCode::kUnavailable,
                options.keeper_program + " is missing; it must stand beside hone");
  }
  // A copy that nobody can write, whatever happens in a container.
  HONE_ASSIGN(tools.keeper, MakeSealedFile("hone-keeper", bytes));
  HONE_ASSIGN(tools.filter, MakeSeccompFilter());
  HONE_ASSIGN(ImageStore store, ImageStore::Open(options.images));
  const Result<int> removed = RemoveDeadOwners(store.folder());
  if (!removed.ok()) {
    Log(LogLevel::kWarn, "what a dead run left of its containers stays: " +
                             removed.error().message + "; see hone doctor --clean");
  }
  HONE_ASSIGN(std::unique_ptr<OwnerFolder> owner, OwnerFolder::Make(store.folder()));
  tools.cgroups = WorkingCgroupBases();
  return std::unique_ptr<BubblewrapEngine>(
      new BubblewrapEngine(loop, std::move(store), std::move(tools), std::move(owner)));
}

BubblewrapEngine::~BubblewrapEngine() {
  alive_.reset();
  for (auto& [id, container] : containers_) {
    const std::function<Status()> removal = container->Removal();
    container.reset();
    // What stays is below the owner's folder and is found at the next start.
    (void)removal();
  }
}

template <typename T>
void BubblewrapEngine::Later(Done<T> done, Result<T> result) {
  loop_->Post(
      [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
}

template <typename T>
Container* BubblewrapEngine::Find(const ContainerId& id, Done<T>* done) {
  const auto found = containers_.find(id);
  if (found != containers_.end() && found->second) return found->second.get();
  Later<T>(std::move(*done),
           Fail(ErrorCode::kNotFound, "there is no container '" + OneLine(id, 80) + "'"));
  return nullptr;
}

void BubblewrapEngine::Prepare(ImageSpec image, Done<ImageInfo> done) {
  if (!image.folder.empty()) return Build(std::move(image), std::move(done));
  const Result<Image> found = store_.Find(image.name);
  if (!found.ok()) return Later<ImageInfo>(std::move(done), found.error());
  Later<ImageInfo>(std::move(done), InfoOf(*found, /*is_cached=*/true));
}

void BubblewrapEngine::Build(ImageSpec spec, Done<ImageInfo> done) {
  const auto build = std::make_shared<ImageBuild>(this, loop_, alive_, std::move(spec),
                                                  [done](Result<BuiltImage> built) {
                                                    if (!built.ok()) return done(built.error());
                                                    done(InfoOf(built->image, built->is_cached));
                                                  });
  build->Start();
}

void BubblewrapEngine::Create(ContainerSpec spec, Done<ContainerId> done) {
  Result<Image> image = store_.Find(spec.image);
  if (!image.ok()) return Later<ContainerId>(std::move(done), image.error());
  Container::Setup setup;
  setup.loop = loop_;
  setup.tools = &tools_;
  setup.store = &store_;
  setup.owner_path = owner_->path();
  setup.owner_name = owner_->name();
  setup.id = "c" + std::to_string(++last_id_);
  setup.image = std::move(*image);
  setup.spec = std::move(spec);
  setup.engine = alive_;
  const ContainerId id = setup.id;
  auto made = Container::Make(std::move(setup), [this, id, done](Result<Ok> ready) {
    if (ready.ok()) return done(id);
    // A container that never was is taken away before its maker hears of it.
    Destroy(id, [done, why = ready.error()](Result<Ok> /*removed*/) { done(why); });
  });
  if (!made.ok()) return Later<ContainerId>(std::move(done), made.error());
  containers_[id] = std::move(*made);
}

void BubblewrapEngine::Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) {
  if (Container* found = Find(container, &done)) found->Exec(std::move(spec), std::move(done));
}

void BubblewrapEngine::Put(const ContainerId& container, const std::string& path, std::string tar,
                           Done<Ok> done) {
  if (Container* found = Find(container, &done)) {
    found->Put(path, std::move(tar), std::move(done));
  }
}

void BubblewrapEngine::Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) {
  if (Container* found = Find(container, &done)) found->Get(spec, std::move(done));
}

void BubblewrapEngine::Snapshot(const ContainerId& container, Done<ImageInfo> done) {
  Container* found = Find(container, &done);
  if (found == nullptr) return;
  SnapshotAs(container, found->image().config, [done](Result<Image> image) {
    if (!image.ok()) return done(image.error());
    done(InfoOf(*image, /*is_cached=*/false));
  });
}

void BubblewrapEngine::SnapshotAs(const ContainerId& container, ImageConfig config,
                                  Done<Image> done) {
  Container* found = Find(container, &done);
  if (found == nullptr) return;
  Image image;
  image.layers = found->image().layers;
  image.config = std::move(config);
  found->MakeLayer([this, image, done](Result<std::string> layer) mutable {
    if (!layer.ok()) return done(layer.error());
    image.layers.push_back(std::move(*layer));
    done(store_.Add(std::move(image)));
  });
}

void BubblewrapEngine::Destroy(const ContainerId& container, Done<Ok> done) {
  const auto found = containers_.find(container);
  if (found == containers_.end() || !found->second) return Later<Ok>(std::move(done), Ok{});
  // From here on nobody finds it.
  auto ending = std::make_shared<std::unique_ptr<Container>>(std::move(found->second));
  containers_.erase(found);
  const std::weak_ptr<bool> alive = alive_;
  (*ending)->End([this, alive, ending, done] {
    if (alive.expired()) return;
    auto result = std::make_shared<Status>();
    loop_->Post([ending] { ending->reset(); });  // not inside its own event
    loop_->InPool([result, removal = (*ending)->Removal()] { *result = removal(); },
                  [alive, result, done] {
                    if (alive.expired()) return;
                    done(result->ok() ? Result<Ok>(Ok{}) : Result<Ok>(result->error()));
                  });
  });
}

}  // namespace hone
