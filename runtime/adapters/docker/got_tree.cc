#include "adapters/docker/got_tree.h"

#include <map>
#include <utility>

#include "adapters/docker/put_tar.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int kPermissions = 01777;
constexpr int64_t kEntryBytes = 512;

std::string Parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string Joined(const std::string& folder, const std::string& name) {
  return (folder == "/" ? "" : folder) + "/" + name;
}

// Which files hard links of this archive stand for: their bytes are kept while it is read.
Result<std::set<std::string>> LinkedFiles(std::string_view tar) {
  TarCursor reader(tar);
  TarItem item;
  std::set<std::string> targets;
  while (true) {
    HONE_ASSIGN(const bool more, reader.Next(&item));
    if (!more) return targets;
    if (item.kind == TarItem::Kind::kHardLink) targets.insert(item.target);
  }
}

}  // namespace

Result<std::string> CleanPath(std::string_view path) {
  if (!path.starts_with('/')) {
    return Invalid("'" + OneLine(path, 200) + "' is no absolute path in the container");
  }
  path.remove_prefix(1);
  if (path.empty()) return std::string("/");
  auto clean = CleanEntryName(std::string("./") + std::string(path));
  if (!clean.ok()) return Invalid("'" + OneLine(path, 200) + "' holds '..' or is too long");
  return "/" + *clean;
}

bool IsWithin(std::string_view path, std::string_view folder) {
  return folder == "/" || path == folder ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

Error GotTree::TooMuch() const {
  return Invalid("'" + OneLine(base_, 200) + "' holds more than " + std::to_string(max_bytes_) +
                 " bytes");
}

Status GotTree::Add(std::string_view tar, const std::string& root,
                    const std::function<bool(const std::string&)>& keep) {
  HONE_ASSIGN(const std::set<std::string> linked, LinkedFiles(tar));
  std::map<std::string, std::string> linked_bytes;
  TarCursor reader(tar);
  TarItem item;
  const std::string above = Parent(root);
  while (true) {
    HONE_ASSIGN(const bool more, reader.Next(&item));
    if (!more) return {};
    // The daemon names entries after the root's last part; "/" and "./x" for the root itself.
    std::string_view written = item.name;
    if (root == "/" && written.starts_with('/')) written.remove_prefix(1);
    const auto name =
        written.empty() ? Result<std::string>(std::string()) : CleanEntryName(written);
    if (!name.ok()) {
      tree_.left_out.push_back(OneLine(item.name, 200) + ": " + name.error().message);
      continue;
    }
    const std::string path = name->empty() ? root : Joined(root == "/" ? "/" : above, *name);
    std::string bytes;
    if (item.kind == TarItem::Kind::kFile) {
      const auto read = reader.Bytes(max_bytes_);
      if (!read.ok()) return TooMuch();
      bytes = *read;
      if (linked.count(item.name) != 0) linked_bytes[item.name] = bytes;
    }
    if (!IsWithin(path, base_) || !keep(path)) continue;
    if (item.kind == TarItem::Kind::kHardLink) {
      const auto target = linked_bytes.find(item.target);
      if (target == linked_bytes.end()) {
        tree_.left_out.push_back(path + ": a hard link to what did not come along");
        continue;
      }
      bytes = target->second;
      item.kind = TarItem::Kind::kFile;
    }
    if (item.kind == TarItem::Kind::kOther) {
      tree_.left_out.push_back(path + ": neither a file nor a folder nor a symbolic link");
      continue;
    }
    const bool is_base = path == base_;
    if (is_base && item.kind == TarItem::Kind::kFolder) continue;
    item.name = is_base ? path.substr(path.rfind('/') + 1)
                        : path.substr(base_ == "/" ? 1 : base_.size() + 1);
    HONE_TRY(AddItem(std::move(item), bytes));
  }
}

Status GotTree::AddItem(TarItem item, std::string_view bytes) {
  if (!names_.insert(item.name).second) return {};
  bytes_ += kEntryBytes + static_cast<int64_t>(bytes.size());
  if (bytes_ > max_bytes_) return TooMuch();
  item.mode &= kPermissions;
  return writer_.Add(item, bytes);
}

FileTree GotTree::Finish() {
  tree_.tar = writer_.Finish();
  return std::move(tree_);
}

}  // namespace hone
