#include "primitives/workspaces.h"

#include <algorithm>

#include "base/text.h"
#include "primitives/files_json.h"

namespace hone {
namespace {

Json Texts(const std::vector<std::string>& texts) {
  Json out = Json::MakeArray();
  for (const std::string& text : texts) out.Append(Json(text));
  return out;
}

Json ChangeJson(const FolderChange& change) {
  return Json::MakeObject({{"added", Texts(change.added)},
                           {"changed", Texts(change.changed)},
                           {"removed", Texts(change.removed)}});
}

int64_t Count(const std::vector<std::string>& paths) { return static_cast<int64_t>(paths.size()); }

// A path's part of a folder name: "" is the root.
std::string FolderName(const std::string& path, int64_t n) {
  std::string name = path.empty() ? "root" : path;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '@' || c == '.'; }, '-');
  return name + "-" + std::to_string(n);
}

Result<Json> ReadOne(const VersionedFolder& folder, const Json& args) {
  const std::optional<FolderFile> file = folder.Read(args["path"].AsString());
  if (!file) return Json::MakeObject();
  return Json::MakeObject({{"file", FileJson(*file)}});
}

Json ListPaths(const VersionedFolder& folder, const Json& args) {
  Json paths = Json::MakeArray();
  for (const FolderFile& file : folder.Files(args["prefix"].AsString())) {
    paths.Append(Json(file.path));
  }
  return Json::MakeObject({{"paths", std::move(paths)}});
}

Result<Json> WriteOne(VersionedFolder* folder, const Json& args) {
  HONE_TRY(folder->Change({}, {{args["path"].AsString(), args["content"].AsString()}}));
  return Json::MakeObject();
}

Result<Json> RemoveOne(VersionedFolder* folder, const Json& args) {
  const std::string& path = args["path"].AsString();
  if (!folder->Read(path)) {
    return Fail(ErrorCode::kNotFound, "there is no file '" + OneLine(path, 120) + "'");
  }
  HONE_TRY(folder->Change({path}, {}));
  return Json::MakeObject();
}

Result<Json> LogOf(const VersionedFolder& folder) {
  HONE_ASSIGN(const std::vector<FolderCommit> log, folder.Log());
  Json commits = Json::MakeArray();
  for (const FolderCommit& commit : log) {
    Json entry = Json::MakeObject(
        {{"hash", Json(commit.hash)}, {"message", Json(ToValidUtf8(commit.message))}});
    if (!commit.tag.empty()) entry.Set("tag", Json(commit.tag));
    commits.Append(std::move(entry));
  }
  return Json::MakeObject({{"commits", std::move(commits)}});
}

}  // namespace

Result<Json> Workspaces::Run(const std::string& kind, const std::string& path, const Json& args) {
  if (kind == "workspace.open") return OpenNew(path, args);
  const std::string& name = args["workspace"].AsString();
  const auto found = open_.find(name);
  if (found == open_.end()) {
    return Fail(ErrorCode::kNotFound, "there is no workspace '" + OneLine(name, 80) + "'");
  }
  const Open& open = found->second;
  if (open.path != path) {
    return Fail(ErrorCode::kRefused, kind + ": a workspace belongs to the path that opened it ('" +
                                         open.path + "'), and this is '" + path +
                                         "': read what you need before parallel.map");
  }
  VersionedFolder* folder = open.folder.get();
  const std::string verb = kind.substr(kind.find('.') + 1);
  if (verb == "read") return ReadOne(*folder, args);
  if (verb == "list") return ListPaths(*folder, args);
  if (verb == "files") {
    return Json::MakeObject({{"files", FilesJson(folder->Files(args["prefix"].AsString()))}});
  }
  if (verb == "write") return WriteOne(folder, args);
  if (verb == "remove") return RemoveOne(folder, args);
  if (verb == "replace") return Replace(folder, args);
  if (verb == "commit") return Commit(name, open, args);
  if (verb == "rollback") return Rollback(name, open, args);
  if (verb == "log") return LogOf(*folder);
  if (verb == "diff") {
    HONE_ASSIGN(const std::string diff,
                folder->Diff(args["from"].AsString(), args["to"].AsString()));
    return Json::MakeObject({{"diff", Json(ToValidUtf8(diff))}});
  }
  return Invalid("the effect '" + OneLine(kind, 60) + "' is not there");
}

Result<Json> Workspaces::OpenNew(const std::string& path, const Json& args) {
  std::vector<FolderFile> files;
  const std::string& seed = args["seed"].AsString();
  if (!seed.empty()) {
    const auto found = world_.seeds == nullptr ? Seeds::const_iterator() : world_.seeds->find(seed);
    if (world_.seeds == nullptr || found == world_.seeds->end()) {
      return Fail(ErrorCode::kNotFound,
                  "workspace.open: seed '" + OneLine(seed, 80) +
                      "' is no value of a parameter that param.workspace made");
    }
    files = found->second;
  }
  HONE_ASSIGN(const std::vector<FolderFile> given,
              ReadFiles(args["files"], "workspace.open: files"));
  files.insert(files.end(), given.begin(), given.end());
  const int64_t n = ++opened_[path];
  const std::string name = path + "#" + std::to_string(n);
  Open open;
  open.path = path;
  HONE_ASSIGN(open.folder, world_.source->Open(world_.folder + "/" + FolderName(path, n), files));
  HONE_ASSIGN(std::vector<FolderCommit> log, open.folder->Log());
  FolderCommit first = log.front();
  for (const FolderFile& file : open.folder->Files("")) first.change.added.push_back(file.path);
  Tell(name, open, first);
  open_.insert_or_assign(name, std::move(open));
  return Json::MakeObject({{"workspace", Json(name)}, {"hash", Json(first.hash)}});
}

Result<Json> Workspaces::Replace(VersionedFolder* folder, const Json& args) {
  const std::string& prefix = args["prefix"].AsString();
  HONE_ASSIGN(const std::vector<FolderFile> files,
              ReadFiles(args["files"], "workspace.replace: files"));
  std::map<std::string, const FolderFile*> wanted;
  const std::string start = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + "/";
  for (const FolderFile& file : files) {
    if (!file.path.starts_with(start)) {
      return Invalid("workspace.replace: '" + OneLine(file.path, 120) + "' is not below '" +
                     OneLine(start, 120) + "'");
    }
    wanted[file.path] = &file;
  }
  FolderChange change;
  for (const FolderFile& file : folder->Files(prefix)) {
    const auto kept = wanted.find(file.path);
    if (kept == wanted.end()) {
      change.removed.push_back(file.path);
    } else if (kept->second->bytes != file.bytes || kept->second->is_link != file.is_link) {
      change.changed.push_back(file.path);
    }
  }
  for (const auto& [path, file] : wanted) {
    if (!folder->Read(path)) change.added.push_back(path);
  }
  HONE_TRY(folder->Change(change.removed, files));
  return ChangeJson(change);
}

Result<Json> Workspaces::Commit(const std::string& name, const Open& open, const Json& args) {
  HONE_ASSIGN(const FolderCommit commit,
              open.folder->Commit(args["message"].AsString(), args["tag"].AsString()));
  Tell(name, open, commit);
  Json out = ChangeJson(commit.change);
  out.Set("hash", Json(commit.hash));
  return out;
}

Result<Json> Workspaces::Rollback(const std::string& name, const Open& open, const Json& args) {
  HONE_ASSIGN(const FolderCommit commit,
              open.folder->Rollback(args["ref"].AsString(), args["message"].AsString()));
  Tell(name, open, commit);
  return Json::MakeObject({{"hash", Json(commit.hash)}});
}

void Workspaces::Tell(const std::string& name, const Open& open, const FolderCommit& commit) {
  if (!world_.on_commit) return;
  Json fields = Json::MakeObject({{"workspace", Json(name)},
                                  {"hash", Json(commit.hash)},
                                  {"message", Json(ToValidUtf8(commit.message))},
                                  {"tag", Json(commit.tag)},
                                  {"files_added", Json(Count(commit.change.added))},
                                  {"files_changed", Json(Count(commit.change.changed))},
                                  {"files_removed", Json(Count(commit.change.removed))}});
  if (!commit.diff.empty()) fields.Set("diff", Json(ToValidUtf8(commit.diff)));
  world_.on_commit(open.path, std::move(fields));
}

}  // namespace hone
