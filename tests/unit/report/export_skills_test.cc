#include "report/export_skills.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "skill/skill_document.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

std::string Content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void Spit(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

BOOST_AUTO_TEST_CASE(skills_become_valid_folders_and_the_rest_is_listed) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const fs::path root = fixture.folder.File("out");
  const auto manifest = ExportSkills(*reader, {.folder = root.string()});
  BOOST_REQUIRE_MESSAGE(manifest.ok(), (manifest.ok() ? "" : manifest.error().message));
  BOOST_TEST(manifest.value()["skills"].size() == 24U);
  BOOST_TEST(manifest.value()["without_skill"].size() == 48U);
  for (const Json& entry : manifest.value()["skills"].items()) {
    const fs::path file = root / entry["path"].AsString();
    const std::string folder = file.parent_path().filename().string();
    for (const SkillProblem& problem : CheckSkill(Content(file), folder)) {
      BOOST_TEST(!problem.is_error, problem.Text());
    }
  }
  // The first of a name keeps its bytes, the others only their content.
  BOOST_TEST(Content(root / "ctx2skill/1/notes/SKILL.md") == ReportFixture::SkillText("doc-01"));
  BOOST_TEST(fs::exists(root / "ctx2skill/2/notes-12/SKILL.md"));
  const auto written = Json::Parse(Content(root / "manifest.json"));
  BOOST_REQUIRE(written.ok());
  BOOST_TEST((written.value() == manifest.value()));

  // Again into the same folder, for an arm without skills: nothing of before stays.
  const auto again = ExportSkills(*reader, {.arm = "no skill", .folder = root.string()});
  BOOST_REQUIRE(again.ok());
  BOOST_TEST(!fs::exists(root / "ctx2skill"));
}

BOOST_AUTO_TEST_CASE(no_name_leads_out_of_the_folder) {
  ReportFixture fixture;
  fixture.FillDemo();
  const std::vector<std::string> texts = {
      "---\nname: ../../../escape\ndescription: x\n---\n\nbody\n",
      "---\nname: /etc/passwd\ndescription: x\n---\n\nbody\n",
      "no frontmatter at all",
      "---\nname: ..\ndescription: \"a\\nb\"\n---\nbody",
      "---\nname: CON\nunclosed frontmatter",
      "---\nname: n\ndescription: d\nallowed-tools: [a, b]\nodd key!: x\n---\n\nbody\n",
  };
  ReportFixture::Attempt attempt;
  attempt.answer_call = "base answer 1/1";
  attempt.judge_call = "base judge 1/1";
  const std::string arm = "../../up";
  fixture.Arm(9, arm, "r");
  fixture.Must(PutRun{.run = {fixture.experiment, arm, "../1"},
                      .program_hash = KeyOf("p"),
                      .status = "running",
                      .now_ms = 1});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    attempt.skill = texts[i];
    fixture.FinishedCell(arm, "../1", static_cast<int>(i) + 1, attempt);
  }
  const auto reader = fixture.Reader();
  const fs::path root = fixture.folder.File("deep/er/out");
  const auto manifest = ExportSkills(*reader, {.arm = arm, .folder = root.string()});
  BOOST_REQUIRE_MESSAGE(manifest.ok(), (manifest.ok() ? "" : manifest.error().message));
  BOOST_TEST(manifest.value()["skills"].size() == texts.size());
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fixture.folder.File("deep"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    BOOST_TEST(entry.path().string().rfind(root.string() + "/", 0) == 0U, entry.path().string());
    if (entry.path().filename() != "SKILL.md") continue;
    const std::string text = Content(entry.path());
    BOOST_TEST(IsValidSkill(text), entry.path().string() + "\n" + text);
  }
  BOOST_TEST(files == texts.size() + 1);
}

BOOST_AUTO_TEST_CASE(links_and_foreign_folders_are_refused) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const fs::path foreign = fixture.folder.File("foreign");
  fs::create_directory(foreign);
  Spit(foreign / "thesis.txt", "do not touch");
  BOOST_TEST(!ExportSkills(*reader, {.folder = foreign.string()}).ok());
  BOOST_TEST(Content(foreign / "thesis.txt") == "do not touch");

  const fs::path linked = fixture.folder.File("linked");
  fs::create_directory(linked);
  Spit(linked / "manifest.json",
       R"({"format":"hone skills 1","skills":[{"path":"../foreign/x/SKILL.md"},)"
       R"({"path":"ctx2skill/1/notes/SKILL.md"}]})");
  fs::create_directory_symlink(foreign, linked / "ctx2skill");
  const auto refused = ExportSkills(*reader, {.folder = linked.string()});
  BOOST_REQUIRE(!refused.ok());
  BOOST_TEST(refused.error().message.find("is a link") != std::string::npos);
  BOOST_TEST(std::distance(fs::directory_iterator(foreign), fs::directory_iterator()) == 1);
}

}  // namespace
}  // namespace hone
