#include "adapters/sandbox/changed_files.h"

#include <algorithm>
#include <utility>

#include "adapters/sandbox/hidden_files.h"

namespace hone {
namespace {

// An absolute path as a plain one from the root; "" for the root itself.
Result<std::string> FromRoot(const std::string& path) {
  const std::size_t first = path.find_first_not_of('/');
  if (first == std::string::npos) return std::string();
  Result<std::string> plain = PlainPath(path.substr(first));
  if (plain.ok() && *plain == ".") plain->clear();
  return plain;
}

}  // namespace

Result<ChangedPaths> ChangedPaths::Of(const std::string& path,
                                      const std::vector<std::string>& exclude) {
  ChangedPaths paths;
  HONE_ASSIGN(paths.folder, FromRoot(path));
  for (const std::string& each : exclude) {
    HONE_ASSIGN(std::string plain, FromRoot(each));
    paths.exclude.push_back(std::move(plain));
  }
  return paths;
}

Status FileTreeWriter::Begin(const TreeEntry& entry) {
  HONE_ASSIGN(std::string path, PlainPath(entry.path));
  const std::string inside = folder_.empty() ? "" : folder_ + "/";
  is_outside_ = path == "." || !path.starts_with(inside);
  if (is_outside_) return Ok{};
  if (entry.kind == EntryKind::kGone || entry.kind == EntryKind::kLeftOut) {
    n_text_bytes_ += static_cast<int64_t>(path.size());
    if (n_text_bytes_ > max_bytes_) {
      return Invalid("more than the limit of " + std::to_string(max_bytes_) + " bytes of names");
    }
    if (entry.kind == EntryKind::kGone) {
      tree_.deleted.push_back("/" + path);
    } else {
      tree_.left_out.push_back("/" + path + ": " + entry.link);
    }
    return Ok{};
  }
  if (entry.is_opaque) opaque_.push_back(path);
  present_[path] = entry.kind == EntryKind::kFolder;
  TreeEntry named = entry;
  named.path = path.substr(inside.size());
  return tar_.Begin(named);
}

Status FileTreeWriter::Data(std::string_view bytes) {
  return is_outside_ ? Status(Ok{}) : tar_.Data(bytes);
}

Status FileTreeWriter::Finish() {
  const std::set<std::string> hidden = HiddenFiles(layers_, opaque_, present_);
  tree_.deleted.insert(tree_.deleted.end(), hidden.begin(), hidden.end());
  std::sort(tree_.deleted.begin(), tree_.deleted.end());
  return tar_.Finish();
}

FileTree FileTreeWriter::Take() {
  tree_.tar = tar_.Take();
  return std::move(tree_);
}

}  // namespace hone
