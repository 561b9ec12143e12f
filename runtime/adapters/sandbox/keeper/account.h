// FindAccount: who a command runs as, read from the container's own /etc/passwd and /etc/group.
//
// The files are hostile: at most 1 MiB of each is read, and nothing but numbers is believed.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary
  std::string home = "/";
};

// `user` is "name", "uid", "uid:gid", "name:group"; "" is root. `passwd` and `group` are the texts
// of the files. kNotFound for a name that is not in them.
Result<Account> FindAccountIn(std::string_view user, std::string_view passwd,
                              std::string_view group);
Result<Account> FindAccount(std::string_view user);

}  // namespace hone
