#include "app/installation.h"

#include <cstdlib>
#include <filesystem>

namespace hone {

Result<Installation> Installation::Find() {
  namespace fs = std::filesystem;
  std::error_code trouble;
  Installation found;
  const char* named = std::getenv("HONE_HOME");
  found.home = named != nullptr && *named != '\0' ? named : HONE_SOURCE_HOME;
  if (!fs::is_directory(fs::path(found.home) / "lua" / "hone", trouble)) {
    return Fail(ErrorCode::kNotFound, found.home +
                                          " has no folder lua/hone; HONE_HOME must name the "
                                          "folder with Hone's lua/ and recipes/");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", trouble);
  const fs::path script = program.parent_path() / "hone-script";
  if (trouble || !fs::exists(script, trouble)) {
    return Fail(ErrorCode::kNotFound, script.string() + " is missing; it must stand beside hone");
  }
  found.script_program = script.string();
  found.keeper_program = (program.parent_path() / "hone-keeper").string();
  found.session_program = (program.parent_path() / "hone-session").string();
  return found;
}

}  // namespace hone
