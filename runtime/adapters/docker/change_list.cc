#include "adapters/docker/change_list.h"

#include <algorithm>
#include <map>

#include "adapters/docker/got_tree.h"

namespace hone {
namespace {

enum Kind : int64_t { kChanged = 0, kAdded = 1, kDeleted = 2 };

// Folders before what is in them, and nothing else between.
struct ByPart {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
      return rank(x) < rank(y);
    });
  }
};

// Mount points and files that an engine makes in every container.
bool IsEngines(const std::string& path) {
  for (const char* folder :
       {"/proc", "/sys", "/dev", "/.hone", "/run/.containerenv", "/.dockerenv", "/etc/hosts",
        "/etc/hostname", "/etc/resolv.conf", "/etc/mtab", "/run/secrets"}) {
    if (IsWithin(path, folder)) return true;
  }
  return false;
}

std::size_t Depth(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

}  // namespace

Result<ChangeList> ChangeList::Read(const Json& changes, const std::string& base,
                                    const std::vector<std::string>& exclude) {
  std::map<std::string, int64_t, ByPart> all;
  for (const Json& change : changes.items()) {
    HONE_ASSIGN(std::string path, CleanPath(change["Path"].AsString()));
    const bool is_excluded = std::any_of(
        exclude.begin(), exclude.end(), [&](const auto& folder) { return IsWithin(path, folder); });
    if (is_excluded || IsEngines(path) || !IsWithin(path, base)) continue;
    all[std::move(path)] = change["Kind"].AsInt(-1);
  }
  ChangeList list;
  const std::string* whole = nullptr;
  for (auto entry = all.begin(); entry != all.end(); ++entry) {
    const auto& [path, kind] = *entry;
    if (kind == kDeleted) {
      list.deleted_.push_back(path);
      continue;
    }
    list.kept_.insert(path);
    if (whole != nullptr && IsWithin(path, *whole)) continue;
    const auto next = std::next(entry);
    const bool has_more = next != all.end() && IsWithin(next->first, path);
    const bool is_split = std::any_of(exclude.begin(), exclude.end(),
                                      [&](const auto& folder) { return IsWithin(folder, path); });
    if (kind == kAdded && !is_split) {
      whole = &*list.whole_.insert(path).first;
    } else if (!has_more) {
      list.changed_leaves_.insert(path);
    }
  }
  return list;
}

bool ChangeList::Keeps(const std::string& path) const { return kept_.count(path) != 0; }

std::vector<std::string> ChangeList::Roots(std::size_t most) const {
  std::set<std::string, ByPart> roots(whole_.begin(), whole_.end());
  roots.insert(changed_leaves_.begin(), changed_leaves_.end());
  while (roots.size() > most) {
    std::size_t deepest = 0;
    for (const std::string& root : roots) deepest = std::max(deepest, Depth(root));
    if (deepest <= 1) break;
    std::set<std::string, ByPart> joined;
    for (const std::string& root : roots) {
      joined.insert(Depth(root) == deepest ? root.substr(0, root.rfind('/')) : root);
    }
    roots.clear();
    for (const std::string& root : joined) {
      if (roots.empty() || !IsWithin(root, *roots.rbegin())) roots.insert(root);
    }
  }
  return {roots.begin(), roots.end()};
}

}  // namespace hone
