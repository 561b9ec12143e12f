#include "adapters/docker/put_tar.h"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/docker/tar_stream.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMostName = 4096;
constexpr int kPermissions = 01777;
constexpr int64_t kMostFile = int64_t{4} << 30U;

Error Refused(const TarItem& item, const std::string& why) {
  return Invalid("'" + OneLine(item.name, 200) + "' cannot be put into a container: " + why);
}

// Whether a folder above `name` is a symlink of this tar.
bool IsThroughLink(const std::string& name, const std::map<std::string, TarItem::Kind>& seen) {
  for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
    const auto above = seen.find(name.substr(0, at));
    if (above != seen.end() && above->second != TarItem::Kind::kFolder) return true;
  }
  return false;
}

}  // namespace

Result<std::string> CleanEntryName(std::string_view name) {
  if (name.empty() || name.starts_with('/')) return Invalid("its name is no path below the folder");
  if (name.size() > kMostName) return Invalid("its name is too long");
  std::string clean;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return Invalid("its name leads out of the folder");
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

Result<CheckedTar> CheckedForPut(std::string_view tar, const std::vector<std::string>& folders) {
  TarCursor reader(tar);
  TarBuilder writer;
  std::string prefix;
  for (const std::string& folder : folders) {
    TarItem made;
    made.name = prefix + folder;
    made.kind = TarItem::Kind::kFolder;
    made.mode = 0755;
    HONE_TRY(writer.Add(made, ""));
    prefix += folder + "/";
  }
  std::map<std::string, TarItem::Kind> seen;
  std::set<std::string> parents;
  TarItem item;
  while (true) {
    HONE_ASSIGN(const bool more, reader.Next(&item));
    if (!more) break;
    const auto name = CleanEntryName(item.name);
    if (!name.ok()) return Refused(item, name.error().message);
    if (name->empty()) continue;
    if (item.kind == TarItem::Kind::kHardLink || item.kind == TarItem::Kind::kOther) {
      return Refused(item, "it is neither a file nor a folder nor a symbolic link");
    }
    if (IsThroughLink(*name, seen)) return Refused(item, "it leads through a link of this tar");
    const auto [known, is_new] = seen.emplace(*name, item.kind);
    const bool is_folder = item.kind == TarItem::Kind::kFolder;
    if (!is_new && !(is_folder && known->second == TarItem::Kind::kFolder)) {
      return Refused(item, "it is there twice");
    }
    if (const std::size_t slash = name->rfind('/'); slash != std::string::npos) {
      parents.insert(name->substr(0, slash));
    }
    std::string bytes;
    if (item.kind == TarItem::Kind::kFile) {
      HONE_ASSIGN(bytes, reader.Bytes(kMostFile));
    }
    item.name = prefix + *name;
    item.mode &= kPermissions;
    HONE_TRY(writer.Add(item, bytes));
  }
  return CheckedTar{writer.Finish(), {parents.begin(), parents.end()}};
}

}  // namespace hone
