#include "primitives/container_open.h"

#include <cmath>

#include "primitives/container_put.h"

namespace hone {
namespace {

constexpr const char* kWhat = "container.open";
constexpr const char* kTestsFolder = "tests/";

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

// The tests and the folder for what they write, as the published order has them from the start.
Result<std::string> PublishedTar(const Asset& tests) {
  HONE_ASSIGN(std::vector<TarEntry> entries, EntriesOf(tests));
  for (TarEntry& entry : entries) entry.path.insert(0, kTestsFolder);
  entries.push_back({"logs", TarEntry::Kind::kFolder, "", 0755});
  entries.push_back({"logs/verifier", TarEntry::Kind::kFolder, "", 0777});
  return WriteTar(entries);
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

void OpenContainer(const ContainerKit& kit, const ContainerWish& wish, const ImageInfo& image,
                   std::function<void(Result<std::shared_ptr<ContainerBox>>)> done) {
  auto box = std::make_shared<ContainerBox>();
  box->engine = kit.engine;
  box->sessions = kit.sessions;
  box->clock = kit.clock;
  box->image = image;
  box->spec = ContainerSpec{image.id, wish.limits, wish.env, kit.owner};
  box->workdir = wish.workdir;
  box->user = wish.user;
  box->time_ms = wish.time_ms;
  box->has_tests = wish.published_tests != nullptr;
  std::string tests;
  if (wish.published_tests != nullptr) {
    Result<std::string> tar = PublishedTar(*wish.published_tests);
    if (!tar.ok()) return done(tar.error());
    tests = std::move(*tar);
  }
  kit.engine->Create(box->spec, [box, tests = std::move(tests), done = std::move(done)](
                                    const Result<ContainerEngine::ContainerId>& made) {
    if (!made.ok()) return done(made.error());
    box->id = *made;
    if (tests.empty()) return done(box);
    box->engine->Put(box->id, "/", tests, [box, done](const Result<Ok>& put) {
      if (put.ok()) return done(box);
      box->engine->Destroy(box->id,
                           [done, error = put.error()](const Result<Ok>&) { done(error); });
    });
  });
}

}  // namespace hone
