#include "primitives/container_put.h"

#include "primitives/container_exec.h"
#include "primitives/files_json.h"

namespace hone {
namespace {

constexpr const char* kWhat = "container:put";

TarEntry EntryOf(FolderFile file) {
  const auto kind = file.is_link ? TarEntry::Kind::kLink : TarEntry::Kind::kFile;
  return {std::move(file.path), kind, std::move(file.bytes), file.is_link ? 0777 : file.mode};
}

// Errors of the asset are infrastructure (it has changed, or is gone); of the files, misuse.
Result<std::vector<TarEntry>> EntriesOfFiles(const Json& files) {
  HONE_ASSIGN(std::vector<FolderFile> given, ReadFiles(files, std::string(kWhat) + ": files"));
  std::vector<TarEntry> entries;
  for (FolderFile& file : given) entries.push_back(EntryOf(std::move(file)));
  return entries;
}

void Put(const std::shared_ptr<ContainerBox>& box, const std::string& to,
         const std::vector<TarEntry>& entries, const EffectDone& done) {
  Result<std::string> tar = WriteTar(entries);
  if (!tar.ok()) return done(EffectEnd::Failure(tar.error(), true));
  box->engine->Put(box->id, AbsolutePath(*box, to), std::move(*tar), [done](const Result<Ok>& put) {
    if (!put.ok()) return done(FailureInContainer(put.error()));
    done(EffectEnd::Value(Json::MakeObject()));
  });
}

bool IsFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

}  // namespace

Result<std::vector<TarEntry>> EntriesOf(const Asset& asset) {
  HONE_ASSIGN(std::vector<AssetEntry> content, ReadAsset(asset));
  std::vector<TarEntry> entries;
  for (AssetEntry& one : content) {
    TarEntry entry;
    entry.path = std::move(one.path);
    entry.bytes = std::move(one.bytes);
    switch (one.kind) {
      case AssetEntry::Kind::kFile:
        entry.mode = one.is_executable ? 0755 : 0644;
        break;
      case AssetEntry::Kind::kFolder:
        entry.kind = TarEntry::Kind::kFolder;
        entry.mode = 0755;
        break;
      case AssetEntry::Kind::kLink:
        entry.kind = TarEntry::Kind::kLink;
        entry.mode = 0777;
        break;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

void PutAsset(const ContainerBox& box, const Asset& asset, const std::string& to,
              std::function<void(Status)> done) {
  const Result<std::vector<TarEntry>> entries = EntriesOf(asset);
  if (!entries.ok()) return done(entries.error());
  Result<std::string> tar = WriteTar(*entries);
  if (!tar.ok()) return done(tar.error());
  box.engine->Put(box.id, to, std::move(*tar), [done = std::move(done)](const Result<Ok>& put) {
    done(put.ok() ? Status() : Status(put.error()));
  });
}

void RunContainerPut(const std::shared_ptr<ContainerBox>& box, const Json& args,
                     const AssetMap& assets, EffectDone done) {
  const std::string& to = args["to"].AsString();
  if (!args.Has("asset")) {
    const Result<std::vector<TarEntry>> entries = EntriesOfFiles(args["files"]);
    if (!entries.ok()) return done(entries.error());
    return Put(box, to, *entries, done);
  }
  const Result<const Asset*> asset =
      FindAsset(assets, args["asset"], std::string(kWhat) + ": asset");
  if (!asset.ok()) return done(asset.error());
  if ((*asset)->kind == AssetKind::kTests) {
    return done(Fail(ErrorCode::kRefused, std::string(kWhat) + ": asset '" + (*asset)->name +
                                              "' holds tests, which enter a container by "
                                              "container:verify alone"));
  }
  Result<std::vector<TarEntry>> entries = EntriesOf(**asset);
  if (!entries.ok()) return done(EffectEnd::Failure(entries.error(), true));
  // Files of one content are one asset: which name a file has here is for whoever names it to say.
  const std::string& name = args["asset"]["name"].AsString();
  if ((*asset)->kind == AssetKind::kFile && IsFileName(name)) entries->front().path = name;
  Put(box, to, *entries, done);
}

}  // namespace hone
