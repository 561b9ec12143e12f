// ChangeList: what differs from a container's image, as the daemon lists it, turned into the few
// archives to ask for. Pure.
//
// The list names every added, changed and deleted path, and the folders above them as changed. An
// archive is of a file or of a folder with all that is in it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

class ChangeList {
 public:
  // `changes`: the daemon's answer, null for none. Only what is within `base` and not within one of
  // `exclude` counts (all clean absolute paths), and nothing of what the daemon itself puts in.
  static Result<ChangeList> Read(const Json& changes, const std::string& base,
                                 const std::vector<std::string>& exclude);

  // Paths to ask archives of, at most `most` where they can be joined under folders above.
  [[nodiscard]] std::vector<std::string> Roots(std::size_t most) const;
  // Whether an entry of these archives belongs to the changes.
  [[nodiscard]] bool Keeps(const std::string& path) const;
  [[nodiscard]] const std::vector<std::string>& deleted() const { return deleted_; }
  // A changed path with nothing changed below it: a file, or a folder that only looks changed.
  [[nodiscard]] bool IsChangedLeaf(const std::string& path) const {
    return changed_leaves_.count(path) != 0;
  }

 private:
  std::set<std::string> kept_;   // added and changed
  std::set<std::string> whole_;  // added, and everything in them with them
  std::set<std::string> changed_leaves_;
  std::vector<std::string> deleted_;
};

}  // namespace hone
