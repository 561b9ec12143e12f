#include "primitives/container_get.h"

#include "base/text.h"
#include "primitives/container_exec.h"
#include "primitives/files_json.h"
#include "primitives/tar_archive.h"

namespace hone {
namespace {

// Folders are left out: a recipe sees files. A name that is no UTF-8 is one that no recipe can
// write back, so it is named among what was left out.
EffectEnd FilesOf(const FileTree& tree) {
  const Result<std::vector<TarEntry>> entries = ReadTar(tree.tar);
  if (!entries.ok()) return EffectEnd::Failure(entries.error(), true);
  Json files = Json::MakeArray();
  Json left_out = Json::MakeArray();
  for (const std::string& path : tree.left_out) left_out.Append(Json(ToValidUtf8(path)));
  for (const TarEntry& entry : *entries) {
    if (entry.kind == TarEntry::Kind::kFolder) continue;
    if (!IsValidUtf8(entry.path)) {
      left_out.Append(Json(ToValidUtf8(entry.path) + ": its name is not valid UTF-8"));
      continue;
    }
    const bool is_link = entry.kind == TarEntry::Kind::kLink;
    files.Append(FileJson(FolderFile{entry.path, entry.bytes, entry.mode, is_link}));
  }
  return EffectEnd::Value(
      Json::MakeObject({{"files", std::move(files)}, {"left_out", std::move(left_out)}}));
}

}  // namespace

void RunContainerGet(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done) {
  GetSpec spec;
  spec.path = AbsolutePath(*box, args["path"].AsString());
  spec.max_bytes = args["max_bytes"].AsInt(kDefaultGetBytes);
  box->engine->Get(box->id, std::move(spec), [done = std::move(done)](Result<FileTree> tree) {
    done(tree.ok() ? FilesOf(*tree) : FailureInContainer(tree.error()));
  });
}

}  // namespace hone
