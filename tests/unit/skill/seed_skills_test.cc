// The skills that come with the repository are valid: an evolver starts from those of the seed
// workspaces, and tasks bring curated ones.
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

BOOST_AUTO_TEST_CASE(every_skill_that_comes_along_is_valid) {
  for (const char* root : {HONE_ROOT "/seed_workspaces", HONE_ROOT "/experiments/tasks"}) {
    int n_skills = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().filename() != "SKILL.md") continue;
      ++n_skills;
      const std::string folder = entry.path().parent_path().filename().string();
      for (const SkillProblem& problem : CheckSkill(Contents(entry.path()), folder)) {
        BOOST_ERROR(folder << "/" << problem.Text());
      }
    }
    BOOST_TEST(n_skills >= 4);
  }
}

}  // namespace hone::test
