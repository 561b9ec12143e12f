// Handles of libgit2 with owners, and its errors as ours.
#pragma once

#include <git2.h>

#include <string>

#include "base/result.h"

namespace hone::git {

// A handle of libgit2, freed with its owner.
template <typename T, void (*Free)(T*)>
class Owned {
 public:
  Owned() = default;
  ~Owned() { Free(handle_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  T** out() { return &handle_; }
  [[nodiscard]] T* get() const { return handle_; }

 private:
  T* handle_ = nullptr;
};
using Repository = Owned<git_repository, git_repository_free>;
using Index = Owned<git_index, git_index_free>;
using Tree = Owned<git_tree, git_tree_free>;
using Blob = Owned<git_blob, git_blob_free>;
using CommitHandle = Owned<git_commit, git_commit_free>;
using Object = Owned<git_object, git_object_free>;
using Walk = Owned<git_revwalk, git_revwalk_free>;
using DiffHandle = Owned<git_diff, git_diff_free>;
using Signature = Owned<git_signature, git_signature_free>;
using Config = Owned<git_config, git_config_free>;

// Libgit2 once per process, deaf to the configuration of the machine and of the user.
inline void StartLibrary() {
  static const bool started = [] {
    git_libgit2_init();
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return true;
  }();
  (void)started;
}

inline Status Check(int code, const std::string& what) {
  if (code >= 0) return Ok{};
  const git_error* error = git_error_last();
  return Fail(ErrorCode::kIo, what + ": git: " + (error == nullptr ? "?" : error->message));
}

}  // namespace hone::git
