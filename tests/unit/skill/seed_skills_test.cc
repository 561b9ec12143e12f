// The skills of the seed workspaces are valid skills: an evolver starts from them.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "skill/skill_document.h"

namespace hone::test {
namespace {

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_skill_of_a_seed_workspace_is_valid) {
  int n_skills = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HONE_SEED_WORKSPACES)) {
    if (entry.path().filename() != "SKILL.md") continue;
    ++n_skills;
    const std::string folder = entry.path().parent_path().filename().string();
    for (const SkillProblem& problem : CheckSkill(Contents(entry.path()), folder)) {
      BOOST_ERROR(folder << "/" << problem.Text());
    }
  }
  BOOST_TEST(n_skills >= 4);
}

}  // namespace hone::test
