#include "primitives/verified_changes.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::array<std::string_view, 30> kHookNames = {
    "sitecustomize.py", "usercustomize.py", ".pythonrc", ".pythonrc.py", ".bashrc",
    ".profile",         ".zshenv",          ".zshrc",    ".zprofile",    ".zlogin",
    ".kshrc",           ".cshrc",           ".tcshrc",   ".Rprofile",    "conftest.py",
    "pytest.ini",       ".pytest.ini",      "tox.ini",   "setup.cfg",    ".coveragerc",
    "pytest",           "_pytest",          "pluggy",    "iniconfig",    "ctrf",
    "__pycache__",      "ld.so.preload",    ".githooks", ".gitconfig",   ".npmrc"};

constexpr std::array<std::string_view, 4> kHookPrefixes = {".bash_", "pytest.", "pytest_",
                                                           "pip.conf"};
constexpr std::array<std::string_view, 2> kHookSuffixes = {".pth", ".pyc"};

// Two components, one after the other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kHookFolders = {
    {{".git", "hooks"}, {".local", "lib"}, {".local", "bin"}}};

constexpr std::array<std::string_view, 16> kSystemFolders = {
    "/bin",  "/boot", "/dev",  "/etc", "/lib", "/lib32",     "/lib64",       "/libx32",
    "/proc", "/run",  "/sbin", "/sys", "/usr", "/var/cache", "/var/lib/apt", "/var/lib/dpkg"};

constexpr std::array<const char*, 4> kSearchPaths = {"PATH", "PYTHONPATH", "NODE_PATH",
                                                     "LD_LIBRARY_PATH"};

bool IsHookName(std::string_view name) {
  const auto is = [name](std::string_view one) { return name == one; };
  const auto begins = [name](std::string_view one) { return name.starts_with(one); };
  const auto ends = [name](std::string_view one) { return name.ends_with(one); };
  return std::any_of(kHookNames.begin(), kHookNames.end(), is) ||
         std::any_of(kHookPrefixes.begin(), kHookPrefixes.end(), begins) ||
         std::any_of(kHookSuffixes.begin(), kHookSuffixes.end(), ends);
}

}  // namespace

bool IsHook(const std::string& path) {
  const std::vector<std::string_view> parts = Split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (IsHookName(parts[i])) return true;
    if (i == 0) continue;
    const std::pair<std::string_view, std::string_view> two{parts[i - 1], parts[i]};
    if (std::find(kHookFolders.begin(), kHookFolders.end(), two) != kHookFolders.end()) return true;
  }
  return false;
}

std::vector<std::string> SystemFolders(const std::map<std::string, std::string>& env,
                                       const std::vector<std::string>& also) {
  std::set<std::string> folders(kSystemFolders.begin(), kSystemFolders.end());
  folders.insert(also.begin(), also.end());
  for (const char* name : kSearchPaths) {
    const auto value = env.find(name);
    if (value == env.end()) continue;
    for (const std::string_view folder : Split(value->second, ':')) {
      std::string plain(folder);
      while (plain.size() > 1 && plain.ends_with("/")) plain.pop_back();
      // The root on a search path would leave out everything.
      if (plain.size() > 1 && plain.starts_with("/")) folders.insert(plain);
    }
  }
  return {folders.begin(), folders.end()};
}

VerifiedChanges FilterChanges(Changes changes) {
  VerifiedChanges out;
  for (TarEntry& entry : changes.entries) {
    if (IsHook(entry.path)) {
      out.left_out.push_back("/" + entry.path);
    } else {
      out.kept.entries.push_back(std::move(entry));
    }
  }
  for (std::string& path : changes.deleted) {
    if (IsHook(path)) {
      out.left_out.push_back(std::move(path));
    } else {
      out.kept.deleted.push_back(std::move(path));
    }
  }
  return out;
}

}  // namespace hone
