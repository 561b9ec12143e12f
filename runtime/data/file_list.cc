#include "data/file_list.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>

#include "base/log.h"
#include "base/text.h"

namespace hone {
namespace {

struct Found {
  ListedFile file;
  dev_t device = 0;
  ino_t inode = 0;
  bool is_link = false;
  std::size_t root = 0;
};

Error PathError(const std::string& path, int error) {
  const ErrorCode code =
      error == ENOENT || error == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Fail(code, OneLine(path, 300) + ": " + std::strerror(error));
}

std::string LastPart(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

bool MatchesGlob(const std::string& name, const std::string& glob) {
  if (glob.find('/') == std::string::npos && glob.find("**") == std::string::npos) {
    return fnmatch(glob.c_str(), LastPart(name).c_str(), 0) == 0;
  }
  const int flags = glob.find("**") == std::string::npos ? FNM_PATHNAME : 0;
  return fnmatch(glob.c_str(), name.c_str(), flags) == 0;
}

class Walker {
 public:
  explicit Walker(const FileListOptions& options) : options_(options) {}

  Status AddPath(const std::string& path, std::size_t root) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return PathError(path, errno);
    if (S_ISDIR(info.st_mode)) return AddFolder(path, "", 0, root);
    if (!S_ISREG(info.st_mode)) {
      return Invalid(OneLine(path, 300) + ": is neither a file nor a folder");
    }
    struct stat link {};
    const bool is_link = lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
    Found found = Make(path, LastPart(path), info, is_link, root);
    found.file.explicit_path = true;
    return Add(std::move(found));
  }

  std::vector<Found> Take() { return std::move(found_); }

 private:
  static Found Make(const std::string& path, const std::string& name, const struct stat& info,
                    bool is_link, std::size_t root) {
    Found found;
    found.file.path = path;
    found.file.name = name;
    found.file.base = LastPart(name);
    found.file.bytes = static_cast<uint64_t>(info.st_size);
    found.device = info.st_dev;
    found.inode = info.st_ino;
    found.is_link = is_link;
    found.root = root;
    return found;
  }

  Status Add(Found found) {
    if (access(found.file.path.c_str(), R_OK) != 0) return PathError(found.file.path, errno);
    if (found.file.bytes > options_.max_file_bytes) {
      return Invalid(OneLine(found.file.path, 300) + ": is larger than " +
                     std::to_string(options_.max_file_bytes) +
                     " bytes; leave it out with `include`");
    }
    if (found_.size() >= options_.max_files) {
      return Invalid(OneLine(found.file.path, 300) + ": more than " +
                     std::to_string(options_.max_files) +
                     " files; name a smaller folder or narrow it with `include`");
    }
    found_.push_back(std::move(found));
    return {};
  }

  Status AddFolder(const std::string& folder, const std::string& prefix, int depth,
                   std::size_t root) {
    if (depth > options_.max_depth) {
      return Invalid(OneLine(folder, 300) + ": folders are nested deeper than " +
                     std::to_string(options_.max_depth));
    }
    struct CloseDir {
      void operator()(DIR* dir) const { closedir(dir); }
    };
    const std::unique_ptr<DIR, CloseDir> dir(opendir(folder.c_str()));
    if (dir == nullptr) return PathError(folder, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(dir.get())) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
      errno = 0;
    }
    if (errno != 0) return PathError(folder, errno);
    std::sort(names.begin(), names.end());
    for (const std::string& entry : names) {
      HONE_TRY(AddEntry(folder + (folder.ends_with('/') ? "" : "/") + entry, prefix + entry, depth,
                        root));
    }
    return {};
  }

  Status AddEntry(const std::string& path, const std::string& name, int depth, std::size_t root) {
    struct stat link {};
    if (lstat(path.c_str(), &link) != 0) return PathError(path, errno);
    if (S_ISDIR(link.st_mode)) return AddFolder(path, name + "/", depth + 1, root);
    if (!S_ISREG(link.st_mode) && !S_ISLNK(link.st_mode)) return {};
    if (!MatchesInclude(name, options_.include)) return {};
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) {
      Log(LogLevel::kWarn, OneLine(path, 300) + ": broken link, left out");
      return {};
    }
    if (!S_ISREG(info.st_mode)) return {};
    return Add(Make(path, name, info, S_ISLNK(link.st_mode), root));
  }

  const FileListOptions& options_;
  std::vector<Found> found_;
};

}  // namespace

bool MatchesInclude(const std::string& name, const std::vector<std::string>& include) {
  bool any_positive = false;
  bool matched = false;
  for (const std::string& glob : include) {
    if (glob.starts_with('!')) {
      if (MatchesGlob(name, glob.substr(1))) return false;
      continue;
    }
    any_positive = true;
    matched = matched || MatchesGlob(name, glob);
  }
  return matched || !any_positive;
}

Result<std::vector<ListedFile>> ListFiles(const std::vector<std::string>& paths,
                                          const std::string& base_dir,
                                          const FileListOptions& options) {
  Walker walker(options);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool absolute = paths[i].starts_with('/') || base_dir.empty();
    std::string path = absolute ? paths[i] : base_dir + "/" + paths[i];
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    HONE_TRY(walker.AddPath(path, i));
  }
  std::vector<Found> found = walker.Take();
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::tie(a.is_link, a.file.name, a.root) < std::tie(b.is_link, b.file.name, b.root);
  });
  std::map<std::pair<dev_t, ino_t>, std::size_t> seen;
  std::vector<Found> kept;
  for (Found& entry : found) {
    const auto [at, is_new] = seen.emplace(std::pair(entry.device, entry.inode), kept.size());
    if (is_new) {
      kept.push_back(std::move(entry));
    } else if (entry.file.explicit_path) {
      kept[at->second].file.explicit_path = true;
    }
  }
  std::sort(kept.begin(), kept.end(), [](const Found& a, const Found& b) {
    return std::tie(a.file.name, a.root) < std::tie(b.file.name, b.root);
  });
  std::vector<ListedFile> files;
  files.reserve(kept.size());
  for (Found& entry : kept) files.push_back(std::move(entry.file));
  return files;
}

}  // namespace hone
