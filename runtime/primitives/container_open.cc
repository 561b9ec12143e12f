#include "primitives/container_open.h"

#include <cmath>

#include "primitives/container_put.h"

namespace hone {
namespace {

constexpr const char* kWhat = "container.open";
constexpr const char* kTestsFolder = "/tests";

int64_t Milliseconds(const Json& seconds) {
  return static_cast<int64_t>(std::ceil(seconds.AsDouble() * 1000));
}

ContainerLimits ReadLimits(const Json& given) {
  ContainerLimits limits;
  if (given.Has("memory_mb")) limits.memory_bytes = given["memory_mb"].AsInt() << 20U;
  if (given.Has("disk_mb")) limits.disk_bytes = given["disk_mb"].AsInt() << 20U;
  if (given.Has("cpus")) limits.cpus = given["cpus"].AsDouble();
  if (given.Has("pids")) limits.pids = static_cast<int>(given["pids"].AsInt());
  limits.network = given["network"].AsBool();
  return limits;
}

}  // namespace

Result<std::map<std::string, std::string>> ReadEnv(const Json& env, const std::string& where) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : env.members()) {
    if (name.empty() || name.find('=') != std::string::npos || !value.is_string()) {
      return Invalid(where + ": env: variables are texts by name");
    }
    out.emplace(name, value.AsString());
  }
  return out;
}

Result<ContainerWish> ReadContainerOpen(const Json& args, const AssetMap& assets) {
  ContainerWish wish;
  wish.image.name = args["image"].AsString();
  wish.image.network = args["build_network"].AsBool();
  if (args.Has("build_timeout_s")) wish.image.timeout_ms = Milliseconds(args["build_timeout_s"]);
  if (args.Has("dockerfile")) {
    const std::string where = std::string(kWhat) + ": dockerfile";
    HONE_ASSIGN(wish.folder, FindAsset(assets, args["dockerfile"], where));
    if (wish.folder->kind != AssetKind::kFolder) {
      return Fail(ErrorCode::kRefused, where + ": '" + wish.folder->name +
                                           "' is no folder; tests are for container:verify only");
    }
    wish.image.folder = wish.folder->path;
    wish.image.content = wish.folder->hash.Hex();
  }
  if (args.Has("published_tests")) {
    HONE_ASSIGN(wish.published_tests, FindAsset(assets, args["published_tests"],
                                                std::string(kWhat) + ": published_tests"));
  }
  wish.limits = ReadLimits(args["limits"]);
  if (args["limits"].Has("time_s")) wish.time_ms = Milliseconds(args["limits"]["time_s"]);
  HONE_ASSIGN(wish.env, ReadEnv(args["env"], kWhat));
  wish.workdir = args["workdir"].AsString();
  wish.user = args["user"].AsString();
  return wish;
}

void OpenContainer(ContainerEngine* engine, const ContainerWish& wish, const ImageInfo& image,
                   const std::string& owner,
                   std::function<void(Result<std::shared_ptr<ContainerBox>>)> done) {
  auto box = std::make_shared<ContainerBox>();
  box->engine = engine;
  box->image = image;
  box->spec = ContainerSpec{image.id, wish.limits, wish.env, owner};
  box->workdir = wish.workdir;
  box->user = wish.user;
  box->time_ms = wish.time_ms;
  engine->Create(box->spec, [box, tests = wish.published_tests,
                             done = std::move(done)](Result<ContainerEngine::ContainerId> made) {
    if (!made.ok()) return done(made.error());
    box->id = *made;
    if (tests == nullptr) return done(box);
    PutAsset(*box, *tests, kTestsFolder, [box, done](const Status& put) {
      if (put.ok()) return done(box);
      box->engine->Destroy(box->id,
                           [done, error = put.error()](const Result<Ok>&) { done(error); });
    });
  });
}

}  // namespace hone
