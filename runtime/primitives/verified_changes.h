// What of a solver's changes comes along into the container of a verification.
//
// The tests shall meet the solver's work, and nothing of the solver's that runs by itself. Left
// out, wherever they are, and whether they are new, changed or deleted (a deleted one is as it is
// in the image):
//   - the system's folders (SystemFolders below): nothing of them is even looked at. They include
//     every folder on the image's PATH, PYTHONPATH, NODE_PATH and LD_LIBRARY_PATH, so programs that
//     the tests call are the image's own;
//   - start-up files of interpreters and shells: sitecustomize.py, usercustomize.py, *.pth,
//     .pythonrc, .pythonrc.py, .bashrc, .profile, .bash_*, .zshenv, .zshrc, .zprofile, .zlogin,
//     .kshrc, .cshrc, .tcshrc, .Rprofile;
//   - files that steer the usual test runners: conftest.py, pytest.ini, .pytest.ini, tox.ini,
//     setup.cfg, .coveragerc, and modules that would stand before the runner's own (pytest.py,
//     pytest/, _pytest/, pluggy/, iniconfig/, ctrf/ and what begins with pytest_);
//   - compiled code that may not be what its source says: __pycache__, *.pyc;
//   - packages for one user: .local/lib, .local/bin;
//   - ld.so.preload, hooks of git (.git/hooks, .githooks), .gitconfig, .npmrc, pip.conf.
// What a test imports or runs of the solver's own accord (its modules, a repository's own
// .git/config) is the tests' input: tests that must not trust it run it as another process.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "primitives/tar_archive.h"

namespace hone {

struct Changes {
  std::vector<TarEntry> entries;     // relative to /
  std::vector<std::string> deleted;  // absolute
};

struct VerifiedChanges {
  Changes kept;
  std::vector<std::string> left_out;  // absolute paths, in their order
};

VerifiedChanges FilterChanges(Changes changes);

// Folders whose changes are never taken, absolute. `env` is the image's; `also` the folders of
// tests and logs.
std::vector<std::string> SystemFolders(const std::map<std::string, std::string>& env,
                                       const std::vector<std::string>& also);

// Whether a path (absolute or not) is a start-up file, a runner's configuration or one of the other
// things above.
bool IsHook(const std::string& path);

}  // namespace hone
