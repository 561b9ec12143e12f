#include "adapters/git_folder.h"

#include <git2.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "adapters/git_handles.h"
#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;
using namespace git;  // NOLINT: the handles of this file

constexpr const char* kBranch = "refs/heads/main";
constexpr git_time_t kFirstSecond = 946'684'800;  // 2000-01-01, UTC

std::string HexOf(const git_oid& id) {
  std::string hex(GIT_OID_HEXSZ, '0');
  git_oid_fmt(hex.data(), &id);
  return hex;
}

std::string PathProblem(const std::string& path) {
  if (path.empty() || path.size() > 1000) return "is empty or longer than 1000 bytes";
  if (!IsValidUtf8(path)) return "is no UTF-8";
  for (const char byte : path) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F || byte == '\\') {
      return "has a control character or a backslash";
    }
  }
  for (const std::string_view part : Split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return "leaves the workspace";
    if (ToLowerAscii(part) == ".git") return "is git's own";
  }
  return "";
}

class GitFolder : public VersionedFolder {
 public:
  static Result<std::unique_ptr<VersionedFolder>> Make(const std::string& path,
                                                       const std::vector<FolderFile>& files);

  [[nodiscard]] std::vector<FolderFile> Files(const std::string& prefix) const override;
  [[nodiscard]] std::optional<FolderFile> Read(const std::string& path) const override;
  Status Change(const std::vector<std::string>& remove,
                const std::vector<FolderFile>& write) override;
  Result<FolderCommit> Commit(const std::string& message, const std::string& tag) override;
  [[nodiscard]] Result<std::string> Diff(const std::string& from,
                                         const std::string& to) const override;
  Result<FolderCommit> Rollback(const std::string& ref, const std::string& message) override;
  [[nodiscard]] Result<std::vector<FolderCommit>> Log() const override;

 private:
  [[nodiscard]] Status CheckWrite(const FolderFile& file) const;
  [[nodiscard]] Result<git_oid> WriteTree() const;
  [[nodiscard]] Result<git_oid> TreeOf(const git_oid& commit) const;
  [[nodiscard]] Result<git_oid> Resolve(const std::string& ref) const;
  [[nodiscard]] Result<std::map<std::string, FolderFile>> FilesOf(const git_oid& tree) const;
  [[nodiscard]] Result<std::string> DiffOf(const git_oid& before, const git_oid& after,
                                           FolderChange* change) const;
  [[nodiscard]] Result<std::map<std::string, std::vector<std::string>>> Tags() const;
  [[nodiscard]] Status CheckTag(const std::string& tag) const;
  Status Place(const std::string& tag);
  Result<git_oid> NewCommit(const git_oid& tree, const std::string& message);

  Repository repository_;
  std::map<std::string, FolderFile> files_;
  git_oid head_{};
  int64_t commits_ = 0;
};

Result<std::unique_ptr<VersionedFolder>> GitFolder::Make(const std::string& path,
                                                         const std::vector<FolderFile>& files) {
  StartLibrary();
  std::error_code trouble;
  fs::remove_all(path, trouble);
  fs::create_directories(path, trouble);
  if (trouble) return Fail(ErrorCode::kIo, path + ": " + trouble.message());
  auto folder = std::make_unique<GitFolder>();
  git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
  options.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
  options.initial_head = "main";
  HONE_TRY(Check(git_repository_init_ext(folder->repository_.out(), path.c_str(), &options), path));
  Config config;
  HONE_TRY(Check(git_repository_config(config.out(), folder->repository_.get()), path));
  HONE_TRY(Check(git_config_set_bool(config.get(), "core.symlinks", 0), path));
  HONE_TRY(folder->Change({}, files));
  HONE_ASSIGN(const git_oid tree, folder->WriteTree());
  HONE_ASSIGN(folder->head_, folder->NewCommit(tree, "Initial workspace state"));
  return std::unique_ptr<VersionedFolder>(std::move(folder));
}

std::vector<FolderFile> GitFolder::Files(const std::string& prefix) const {
  const std::string start = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + "/";
  std::vector<FolderFile> out;
  for (auto at = files_.lower_bound(start); at != files_.end() && at->first.starts_with(start);
       ++at) {
    out.push_back(at->second);
  }
  return out;
}

std::optional<FolderFile> GitFolder::Read(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

// A path is a file or a folder, never both.
Status GitFolder::CheckWrite(const FolderFile& file) const {
  const std::string problem = PathProblem(file.path);
  if (!problem.empty()) return Invalid("the path '" + OneLine(file.path, 120) + "' " + problem);
  const std::string inside = file.path + "/";
  const auto below = files_.lower_bound(inside);
  if (below != files_.end() && below->first.starts_with(inside)) {
    return Invalid("'" + OneLine(file.path, 120) + "' is a folder: it holds '" +
                   OneLine(below->first, 120) + "'");
  }
  for (std::size_t slash = file.path.find('/'); slash != std::string::npos;
       slash = file.path.find('/', slash + 1)) {
    if (files_.count(file.path.substr(0, slash)) > 0) {
      return Invalid("'" + OneLine(file.path.substr(0, slash), 120) + "' is a file, no folder");
    }
  }
  return Ok{};
}

Status GitFolder::Change(const std::vector<std::string>& remove,
                         const std::vector<FolderFile>& write) {
  for (const std::string& path : remove) files_.erase(path);
  for (const FolderFile& file : write) {
    HONE_TRY(CheckWrite(file));
    FolderFile& kept = files_[file.path] = file;
    kept.mode = !file.is_link && (file.mode & 0111) != 0 ? 0755 : 0644;
  }
  return Ok{};
}

Result<git_oid> GitFolder::WriteTree() const {
  Index index;
  HONE_TRY(Check(git_index_new(index.out()), "a tree"));
  for (const auto& [path, file] : files_) {
    git_index_entry entry{};
    entry.path = path.c_str();
    entry.mode = file.is_link        ? GIT_FILEMODE_LINK
                 : file.mode == 0755 ? GIT_FILEMODE_BLOB_EXECUTABLE
                                     : GIT_FILEMODE_BLOB;
    HONE_TRY(Check(git_blob_create_from_buffer(&entry.id, repository_.get(), file.bytes.data(),
                                               file.bytes.size()),
                   path));
    HONE_TRY(Check(git_index_add(index.get(), &entry), path));
  }
  git_oid tree;
  HONE_TRY(Check(git_index_write_tree_to(&tree, index.get(), repository_.get()), "a tree"));
  return tree;
}

Result<git_oid> GitFolder::TreeOf(const git_oid& commit) const {
  CommitHandle handle;
  HONE_TRY(Check(git_commit_lookup(handle.out(), repository_.get(), &commit), HexOf(commit)));
  return *git_commit_tree_id(handle.get());
}

Result<std::map<std::string, FolderFile>> GitFolder::FilesOf(const git_oid& tree) const {
  Tree handle;
  HONE_TRY(Check(git_tree_lookup(handle.out(), repository_.get(), &tree), HexOf(tree)));
  Index index;
  HONE_TRY(Check(git_index_new(index.out()), "a tree"));
  HONE_TRY(Check(git_index_read_tree(index.get(), handle.get()), HexOf(tree)));
  std::map<std::string, FolderFile> files;
  for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
    const git_index_entry* entry = git_index_get_byindex(index.get(), i);
    Blob blob;
    HONE_TRY(Check(git_blob_lookup(blob.out(), repository_.get(), &entry->id), entry->path));
    FolderFile file;
    file.path = entry->path;
    file.bytes.assign(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                      static_cast<std::size_t>(git_blob_rawsize(blob.get())));
    file.is_link = entry->mode == GIT_FILEMODE_LINK;
    file.mode = entry->mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644;
    files.emplace(file.path, std::move(file));
  }
  return files;
}

Result<std::string> GitFolder::DiffOf(const git_oid& before, const git_oid& after,
                                      FolderChange* change) const {
  Tree old_tree;
  Tree new_tree;
  HONE_TRY(Check(git_tree_lookup(old_tree.out(), repository_.get(), &before), HexOf(before)));
  HONE_TRY(Check(git_tree_lookup(new_tree.out(), repository_.get(), &after), HexOf(after)));
  DiffHandle diff;
  HONE_TRY(Check(
      git_diff_tree_to_tree(diff.out(), repository_.get(), old_tree.get(), new_tree.get(), nullptr),
      "a difference"));
  for (std::size_t i = 0; change != nullptr && i < git_diff_num_deltas(diff.get()); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
    if (delta->status == GIT_DELTA_ADDED) {
      change->added.emplace_back(delta->new_file.path);
    } else if (delta->status == GIT_DELTA_DELETED) {
      change->removed.emplace_back(delta->old_file.path);
    } else {
      change->changed.emplace_back(delta->new_file.path);
    }
  }
  git_buf text = GIT_BUF_INIT;
  const int code = git_diff_to_buf(&text, diff.get(), GIT_DIFF_FORMAT_PATCH);
  std::string out = code < 0 ? "" : std::string(text.ptr, text.size);
  git_buf_dispose(&text);
  HONE_TRY(Check(code, "a difference"));
  return out;
}

Result<git_oid> GitFolder::NewCommit(const git_oid& tree, const std::string& message) {
  Tree handle;
  HONE_TRY(Check(git_tree_lookup(handle.out(), repository_.get(), &tree), HexOf(tree)));
  Signature author;
  HONE_TRY(
      Check(git_signature_new(author.out(), "Hone", "hone@localhost", kFirstSecond + commits_, 0),
            "a commit"));
  CommitHandle parent;
  const git_commit* parents[1] = {nullptr};
  if (commits_ > 0) {
    HONE_TRY(Check(git_commit_lookup(parent.out(), repository_.get(), &head_), HexOf(head_)));
    parents[0] = parent.get();
  }
  git_oid commit;
  HONE_TRY(Check(
      git_commit_create(&commit, repository_.get(), kBranch, author.get(), author.get(), nullptr,
                        message.c_str(), handle.get(), commits_ > 0 ? 1 : 0, parents),
      "a commit"));
  git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
  options.checkout_strategy =
      GIT_CHECKOUT_FORCE | GIT_CHECKOUT_REMOVE_UNTRACKED | GIT_CHECKOUT_REMOVE_IGNORED;
  options.disable_filters = 1;
  HONE_TRY(Check(git_checkout_tree(repository_.get(),
                                   reinterpret_cast<const git_object*>(handle.get()), &options),
                 "the files of a commit"));
  ++commits_;
  return commit;
}

Result<FolderCommit> GitFolder::Commit(const std::string& message, const std::string& tag) {
  HONE_ASSIGN(const git_oid tree, WriteTree());
  HONE_ASSIGN(const git_oid before, TreeOf(head_));
  FolderCommit out;
  out.message = message;
  out.tag = tag;
  HONE_ASSIGN(out.diff, DiffOf(before, tree, &out.change));
  if (!tag.empty()) HONE_TRY(CheckTag(tag));
  if (!out.change.empty()) {
    HONE_ASSIGN(head_, NewCommit(tree, message));
  }
  if (!tag.empty()) HONE_TRY(Place(tag));
  out.hash = HexOf(head_);
  return out;
}

// Before anything is written: a commit without its tag would be half an answer.
Status GitFolder::CheckTag(const std::string& tag) const {
  int valid = 0;
  if (git_tag_name_is_valid(&valid, tag.c_str()) < 0 || valid == 0) {
    return Invalid("'" + OneLine(tag, 80) + "' is no name for a tag");
  }
  git_oid there;
  const std::string full = "refs/tags/" + tag;
  if (git_reference_name_to_id(&there, repository_.get(), full.c_str()) != 0) return Ok{};
  return Invalid("the tag '" + OneLine(tag, 80) + "' is there already: tags never move");
}

Status GitFolder::Place(const std::string& tag) {
  Object target;
  HONE_TRY(Check(git_object_lookup(target.out(), repository_.get(), &head_, GIT_OBJECT_COMMIT),
                 HexOf(head_)));
  git_oid id;
  return Check(git_tag_create_lightweight(&id, repository_.get(), tag.c_str(), target.get(), 0),
               tag);
}

Result<std::map<std::string, std::vector<std::string>>> GitFolder::Tags() const {
  git_strarray names{};
  HONE_TRY(Check(git_tag_list(&names, repository_.get()), "tags"));
  std::map<std::string, std::vector<std::string>> out;
  for (std::size_t i = 0; i < names.count; ++i) {
    git_oid id;
    const std::string full = std::string("refs/tags/") + names.strings[i];
    if (git_reference_name_to_id(&id, repository_.get(), full.c_str()) == 0) {
      out[HexOf(id)].emplace_back(names.strings[i]);
    }
  }
  git_strarray_dispose(&names);
  return out;
}

Result<git_oid> GitFolder::Resolve(const std::string& ref) const {
  git_oid id;
  const std::string tag = "refs/tags/" + ref;
  if (git_reference_name_to_id(&id, repository_.get(), tag.c_str()) == 0) return id;
  HONE_ASSIGN(const std::vector<FolderCommit> log, Log());
  std::vector<std::string> known;
  for (const FolderCommit& commit : log) {
    if (ref.size() >= 7 && commit.hash.starts_with(ref)) {
      HONE_TRY(Check(git_oid_fromstr(&id, commit.hash.c_str()), ref));
      return id;
    }
    if (!commit.tag.empty()) known.push_back(commit.tag);
  }
  return Fail(ErrorCode::kNotFound, "the workspace has no tag or commit '" + OneLine(ref, 80) +
                                        "'" + NameHint(ref, known));
}

Result<std::string> GitFolder::Diff(const std::string& from, const std::string& to) const {
  HONE_ASSIGN(const git_oid first, Resolve(from));
  HONE_ASSIGN(const git_oid before, TreeOf(first));
  git_oid after;
  if (to.empty()) {
    HONE_ASSIGN(after, WriteTree());
  } else {
    HONE_ASSIGN(const git_oid last, Resolve(to));
    HONE_ASSIGN(after, TreeOf(last));
  }
  return DiffOf(before, after, nullptr);
}

Result<FolderCommit> GitFolder::Rollback(const std::string& ref, const std::string& message) {
  HONE_ASSIGN(const git_oid commit, Resolve(ref));
  HONE_ASSIGN(const git_oid tree, TreeOf(commit));
  HONE_ASSIGN(files_, FilesOf(tree));
  return Commit(message, "");
}

Result<std::vector<FolderCommit>> GitFolder::Log() const {
  HONE_ASSIGN(const auto tags, Tags());
  Walk walk;
  HONE_TRY(Check(git_revwalk_new(walk.out(), repository_.get()), "the log"));
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL);
  HONE_TRY(Check(git_revwalk_push(walk.get(), &head_), "the log"));
  std::vector<FolderCommit> out;
  git_oid id;
  while (git_revwalk_next(&id, walk.get()) == 0) {
    CommitHandle commit;
    HONE_TRY(Check(git_commit_lookup(commit.out(), repository_.get(), &id), HexOf(id)));
    FolderCommit entry;
    entry.hash = HexOf(id);
    entry.message = git_commit_message(commit.get());
    const auto tagged = tags.find(entry.hash);
    if (tagged != tags.end()) entry.tag = Join(tagged->second, " ");
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<VersionedFolder>> GitFolders::Open(const std::string& name,
                                                          const std::vector<FolderFile>& files) {
  return GitFolder::Make(root_ + "/" + name, files);
}

}  // namespace hone
