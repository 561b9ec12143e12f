#include "adapters/sandbox/build_files.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "adapters/child_start.h"
#include "adapters/sandbox/tar_archive.h"
#include "adapters/sandbox/tree_walk.h"
#include "adapters/sandbox/whole_file.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kMostBytes = int64_t{2} << 30U;

std::string LastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string FolderPart(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

bool IsArchive(const std::string& name) {
  for (const char* end : {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".txz", ".tar.zst"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

// Puts entries below a prefix, without what is ignored.
class Renaming final : public TreeSink {
 public:
  Renaming(TarWriter* tar, std::set<std::string>* tops, std::optional<unsigned> mode)
      : tar_(tar), tops_(tops), mode_(mode) {}

  // Of the source that comes next: its path in the folder, and what is put in front of its entries.
  void SetSource(std::string source, std::string prefix) {
    source_ = std::move(source);
    prefix_ = std::move(prefix);
  }
  void SetIgnored(const IgnoreList* ignored) { ignored_ = ignored; }

  Status Begin(const TreeEntry& entry) override {
    HONE_ASSIGN(TreeEntry named, Named(entry));
    is_skipped_ =
        named.path == "." || (ignored_ != nullptr && ignored_->Ignores(source_ + entry.path));
    if (is_skipped_) return Ok{};
    if (entry.kind == EntryKind::kLeftOut) return Invalid("'" + entry.path + "' is " + entry.link);
    tops_->insert(named.path.substr(0, named.path.find('/')));
    if (mode_ && named.kind != EntryKind::kSymlink) named.mode = *mode_;
    return tar_->Begin(named);
  }
  Status Data(std::string_view bytes) override {
    return is_skipped_ ? Status(Ok{}) : tar_->Data(bytes);
  }
  Status Finish() override { return Ok{}; }

 private:
  Result<TreeEntry> Named(TreeEntry entry) const {
    HONE_ASSIGN(entry.path, PlainPath(prefix_ + entry.path));
    return entry;
  }

  TarWriter* tar_;
  std::set<std::string>* tops_;
  std::optional<unsigned> mode_;
  std::string source_, prefix_;
  const IgnoreList* ignored_ = nullptr;
  bool is_skipped_ = false;
};

// Paths in the folder that a source means, in the order of names.
Result<std::vector<std::string>> Matches(const std::string& folder, const std::string& source) {
  if (source.find_first_of("*?[") == std::string::npos) return std::vector<std::string>{source};
  std::string escaped;
  for (const char c : folder) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  glob_t found{};
  std::vector<std::string> paths;
  if (glob((escaped + "/" + source).c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      paths.push_back(std::string(found.gl_pathv[i]).substr(folder.size() + 1));
    }
  }
  globfree(&found);
  if (paths.empty()) return Invalid("nothing in the folder is called '" + source + "'");
  return paths;
}

OwnedFd OpenWithin(int folder, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return OwnedFd(static_cast<int>(syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how))));
}

class Collector {
 public:
  Collector(const std::string& folder, const BuildStep& step, bool into_folder)
      : folder_(folder),
        step_(step),
        into_folder_(into_folder),
        tar_(kMostBytes),
        entries_(&tar_, &tops_, step.mode) {
    ignored_ = IgnoreList(WholeFile(folder + "/.dockerignore"));
    entries_.SetIgnored(&ignored_);
  }

  Result<CopiedFiles> Collect() {
    const OwnedFd root(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (root.get() < 0) return SystemFailure(folder_, errno);
    for (const std::string& source : step_.sources) {
      HONE_ASSIGN(const std::vector<std::string> paths, Matches(folder_, source));
      for (const std::string& path : paths) HONE_TRY(Source(root.get(), path));
    }
    entries_.SetIgnored(nullptr);
    for (const DockerHeredoc& text : step_.texts) {
      TreeEntry entry;
      entry.path = into_folder_ ? text.name : LastPart(step_.destination);
      entry.size = text.text.size();
      entries_.SetSource("", "");
      HONE_TRY(entries_.Begin(entry));
      HONE_TRY(entries_.Data(text.text));
    }
    HONE_TRY(tar_.Finish());
    return CopiedFiles{tar_.Take(), {tops_.begin(), tops_.end()}};
  }

 private:
  Status Source(int root, const std::string& path) {
    if (ignored_.Ignores(path)) return Invalid("'" + path + "' is left out by .dockerignore");
    const OwnedFd parent = OpenWithin(root, path.empty() ? "." : FolderPart(path));
    struct stat status {};
    const std::string name = path.empty() ? "." : LastPart(path);
    if (parent.get() < 0 ||
        fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == EXDEV) return Invalid("'" + path + "' leads out of the folder");
      return Invalid("there is no '" + path + "' in the folder");
    }
    if (S_ISDIR(status.st_mode)) {
      const OwnedFd fd = OpenWithin(parent.get(), name);
      if (fd.get() < 0) return SystemFailure(path, errno);
      // A folder's content is copied, not the folder.
      const std::string prefix = into_folder_ ? "" : LastPart(step_.destination) + "/";
      if (!into_folder_) {
        TreeEntry folder;
        folder.kind = EntryKind::kFolder;
        folder.mode = 0755;
        folder.path = LastPart(step_.destination);
        HONE_TRY(tar_.Begin(folder));
        tops_.insert(folder.path);
      }
      entries_.SetSource(path.empty() ? "" : path + "/", prefix);
      return WalkTree(fd.get(), {}, &entries_);
    }
    if (step_.unpacks && S_ISREG(status.st_mode) && IsArchive(name)) {
      if (!into_folder_) return Invalid("ADD of an archive needs a folder as its end, with a '/'");
      entries_.SetSource(path + "/", "");
      return ReadTarFile(folder_ + "/" + path, &entries_);
    }
    const std::string shown = into_folder_ ? name : LastPart(step_.destination);
    entries_.SetSource("", "");
    entries_.SetIgnored(nullptr);  // it is asked for by name, and now has another one
    HONE_TRY(WalkEntry(parent.get(), name, shown, {}, &entries_));
    entries_.SetIgnored(&ignored_);
    return Ok{};
  }

  const std::string& folder_;
  const BuildStep& step_;
  bool into_folder_;
  TarWriter tar_;
  std::set<std::string> tops_;
  Renaming entries_;
  IgnoreList ignored_{""};
};

}  // namespace

IgnoreList::IgnoreList(const std::string& text) {
  for (const std::string_view each : Split(text, '\n')) {
    std::string_view line = Trim(each);
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    rule.ignores = line.front() != '!';
    if (!rule.ignores) line.remove_prefix(1);
    while (line.starts_with('/')) line.remove_prefix(1);
    while (line.ends_with('/')) line.remove_suffix(1);
    if (line.starts_with("./")) line.remove_prefix(2);
    rule.pattern = std::string(line);
    if (!rule.pattern.empty()) rules_.push_back(std::move(rule));
  }
}

bool IgnoreList::Ignores(const std::string& path) const {
  bool ignored = false;
  for (const Rule& rule : rules_) {
    const bool is_wide = rule.pattern.find("**") != std::string::npos;
    // "**" also stands for nothing at all.
    const std::string short_form =
        rule.pattern.starts_with("**/") ? rule.pattern.substr(3) : rule.pattern;
    bool matches = false;
    for (std::size_t end = path.find('/'); !matches; end = path.find('/', end + 1)) {
      const std::string part = path.substr(0, end);
      matches = fnmatch(rule.pattern.c_str(), part.c_str(), is_wide ? 0 : FNM_PATHNAME) == 0 ||
                fnmatch(short_form.c_str(), part.c_str(), FNM_PATHNAME) == 0;
      if (end == std::string::npos) break;
    }
    if (matches) ignored = rule.ignores;
  }
  return ignored;
}

Result<CopiedFiles> CollectFiles(const std::string& folder, const BuildStep& step,
                                 bool into_folder) {
  return Collector(folder, step, into_folder).Collect();
}

}  // namespace hone
