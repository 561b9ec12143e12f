#include "report/export_skills.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/render_json.h"
#include "report/report_data.h"
#include "skill/skill_document.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kFormat = "hone skills 1";

// Slugs that stay apart when the names behind them differ.
class Slugs {
 public:
  const std::string& Of(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    return by_name_[name] = Fresh(name);
  }
  std::string Fresh(const std::string& name) {
    const std::string base = Slugify(name);
    std::string slug = base;
    for (int n = 2; !taken_.insert(slug).second; ++n) {
      const std::string suffix = "-" + std::to_string(n);
      slug = base.substr(0, kMaxSkillName - suffix.size());
      while (!slug.empty() && slug.back() == '-') slug.pop_back();
      slug += suffix;
    }
    return slug;
  }

 private:
  std::map<std::string, std::string> by_name_;
  std::set<std::string> taken_;
};

// Makes `folder` a real directory: a link in the place of one is refused.
Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder, error);
  if (fs::is_symlink(status)) {
    return Fail(ErrorCode::kRefused, folder.string() + " is a link; an export follows none");
  }
  if (fs::is_directory(status)) return Ok{};
  fs::create_directory(folder, error);
  if (error) return Fail(ErrorCode::kIo, "cannot make " + folder.string() + ": " + error.message());
  return Ok{};
}

Status WriteFile(const fs::path& file, const std::string& text) {
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(file, error))) {
    return Fail(ErrorCode::kRefused, file.string() + " is a link; an export follows none");
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, "cannot write " + file.string());
  return Ok{};
}

// An absent or empty folder, or one that an export made, whose files are then removed.
Status PrepareFolder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (error) {
      return Fail(ErrorCode::kIo, "cannot make " + folder.string() + ": " + error.message());
    }
    return Ok{};
  }
  if (!fs::is_directory(folder, error)) return Invalid(folder.string() + " is no folder");
  if (fs::is_empty(folder, error)) return Ok{};
  std::ifstream in(folder / kManifest, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto manifest = Json::Parse(text);
  if (!manifest.ok() || manifest.value()["format"].AsString() != kFormat) {
    return Invalid(folder.string() +
                   " holds other files; name an empty folder or one of an earlier export");
  }
  // The manifest may have been edited: only paths of the form this file writes are touched.
  for (const Json& entry : manifest.value()["skills"].items()) {
    const std::vector<std::string_view> parts = Split(entry["path"].AsString(), '/');
    const bool is_ours = parts.size() == 4 && parts[3] == "SKILL.md" &&
                         std::all_of(parts.begin(), parts.begin() + 3, [](std::string_view part) {
                           return !part.empty() && Slugify(part) == part;
                         });
    if (!is_ours) continue;
    fs::path place = folder;
    bool is_real = true;
    for (std::size_t i = 0; i < 3; ++i) {
      place /= std::string(parts[i]);
      is_real = is_real && fs::is_directory(fs::symlink_status(place, error));
    }
    if (!is_real) continue;
    fs::remove(place / "SKILL.md", error);
    fs::remove(place, error);  // each only when empty
    fs::remove(place.parent_path(), error);
    fs::remove(place.parent_path().parent_path(), error);
  }
  return Ok{};
}

// The text as a valid SKILL.md under `name`; *changed says whether it is another text.
std::string ValidSkill(const std::string& text, const SkillDocument& document,
                       const std::string& name, bool* changed) {
  if (document.name == name) {
    const std::vector<SkillProblem> problems = CheckSkill(text, name);
    *changed = std::any_of(problems.begin(), problems.end(),
                           [](const SkillProblem& problem) { return problem.is_error; });
    if (!*changed) return text;
  }
  *changed = true;
  SkillDocument made =
      NormaliseSkill(name, document.description, document.body.empty() ? text : document.body);
  made.name = name;
  made.other = document.other;
  made.metadata = document.metadata;
  std::string rendered = RenderSkill(made);
  if (IsValidSkill(rendered)) return rendered;
  made.other.clear();  // fields a strict reader refuses
  made.metadata.clear();
  return RenderSkill(made);
}

}  // namespace

Result<Json> ExportSkills(ReadDatabase& database, const ExportQuery& query) {
  HONE_ASSIGN(const ExperimentRef experiment, FindExperiment(database, query.experiment));
  if (query.folder.empty()) return Invalid("hone export: --skills needs a folder");
  HONE_ASSIGN(const std::vector<Json> cells,
              database.Query(R"sql(
      SELECT a.name AS arm, r.replicate, ru.name AS item, lower(hex(ru.skill_hash)) AS hash,
             coalesce(u.status, 'not started') AS status,
             -- A short skill that the recipe returned without recording it stands in its result only.
             coalesce(hone_text(ru.skill_hash),
                      CASE WHEN NOT json_valid(u.result_json) OR NOT json_valid(a.config_json) THEN NULL
                           WHEN (a.config_json ->> 'skill_map') = 'unrelated_text' THEN NULL
                           WHEN json_type(u.result_json, '$.skill') = 'text'
                           THEN u.result_json ->> '$.skill' END) AS text,
             (SELECT s.name FROM skills s JOIN texts x USING (text_id)
              WHERE s.unit_id = ru.unit_id AND x.hash = ru.skill_hash
              ORDER BY s.path, s.n LIMIT 1) AS name,
             (SELECT s.description FROM skills s JOIN texts x USING (text_id)
              WHERE s.unit_id = ru.unit_id AND x.hash = ru.skill_hash
              ORDER BY s.path, s.n LIMIT 1) AS description
      FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
      LEFT JOIN units u USING (unit_id)
      WHERE a.experiment_id = :id ORDER BY a.position, r.run_id, ru.position)sql",
                             Json::MakeObject({{"id", experiment.experiment_id}})));
  std::vector<std::string> arms;
  for (const Json& cell : cells) {
    if (arms.empty() || arms.back() != cell["arm"].AsString()) {
      arms.push_back(cell["arm"].AsString());
    }
  }
  if (!query.arm.empty() && std::find(arms.begin(), arms.end(), query.arm) == arms.end()) {
    return Fail(ErrorCode::kNotFound, "experiment '" + experiment.name + "' has no arm '" +
                                          OneLine(query.arm, 80) + "'" + NameHint(query.arm, arms));
  }
  const fs::path root(query.folder);
  HONE_TRY(PrepareFolder(root));
  Json skills = Json::MakeArray();
  Json without = Json::MakeArray();
  Slugs arm_slugs;
  std::map<std::string, Slugs> seed_slugs;
  std::map<std::pair<std::string, std::string>, Slugs> skill_slugs;
  for (const Json& cell : cells) {
    const std::string& arm = cell["arm"].AsString();
    const std::string& seed = cell["replicate"].AsString();
    if (!query.arm.empty() && arm != query.arm) continue;
    Json entry = Json::MakeObject({{"arm", arm}, {"seed", seed}, {"item", cell["item"]}});
    const std::string& text = cell["text"].AsString();
    if (Trim(text).empty()) {
      const std::string& status = cell["status"].AsString();
      entry.Set("reason", status == "finished" ? "no skill" : "unit " + status);
      without.Append(std::move(entry));
      continue;
    }
    SkillDocument document;
    if (auto reading = ParseSkill(text); reading.ok()) document = reading.value().document;
    if (document.name.empty()) document.name = cell["name"].AsString();
    if (document.description.empty()) document.description = cell["description"].AsString();
    const std::string wanted = document.name.empty() ? cell["item"].AsString() : document.name;
    const std::string folder_of_arm = arm_slugs.Of(arm);
    const std::string folder_of_seed = seed_slugs[arm].Of(seed);
    const std::string name = skill_slugs[{arm, seed}].Fresh(wanted);
    fs::path place = root;
    for (const std::string& part : {folder_of_arm, folder_of_seed, name}) {
      place /= part;
      HONE_TRY(MakeFolder(place));
    }
    bool changed = false;
    const std::string valid = ValidSkill(text, document, name, &changed);
    HONE_TRY(WriteFile(place / "SKILL.md", valid));
    entry.Set("path", folder_of_arm + "/" + folder_of_seed + "/" + name + "/SKILL.md");
    entry.Set("hash", cell["hash"]);
    entry.Set("name", name);
    entry.Set("changed", changed);
    skills.Append(std::move(entry));
  }
  Json manifest = Json::MakeObject({{"format", std::string(kFormat)},
                                    {"experiment", experiment.name},
                                    {"hash", experiment.hash},
                                    {"subset", experiment.subset},
                                    {"skills", std::move(skills)},
                                    {"without_skill", std::move(without)}});
  HONE_TRY(WriteFile(root / kManifest, RenderJson(manifest)));
  return manifest;
}

}  // namespace hone
