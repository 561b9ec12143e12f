#include "engine/given_skills.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "data/row_reader.h"
#include "data/text_file.h"
#include "skill/skill_document.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSkillBytes = 4U << 20U;
constexpr const char* kSkillFile = "SKILL.md";

// The skill as a model gets it: name, description and body. Fields that only the program that wrote
// it reads are dropped.
std::string PlainSkill(const std::string& text, std::string* context_id) {
  auto reading = ParseSkill(text);
  if (!reading.ok() || !reading->has_frontmatter) return text;
  SkillDocument document = reading->document;
  if (document.other.empty()) return text;
  for (const SkillField& field : document.other) {
    if (field.key == "context_id") *context_id = field.value;
  }
  document.other.clear();
  return RenderSkill(document);
}

// "hard_set.jsonl" -> "hard-set", "probes.jsonl" -> "probe".
std::string SourceName(const std::string& file) {
  std::string name = ReplaceAll(fs::path(file).stem().string(), "_", "-");
  if (name.size() > 1 && name.ends_with("s")) name.pop_back();
  return name;
}

// Rows with a task and rubrics; nothing when the file holds other things.
Json TasksOf(const std::string& text, const std::string& source) {
  Json tasks = Json::MakeArray();
  int64_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    if (Trim(line).empty()) continue;
    ++number;
    const Result<Json> row = Json::Parse(line);
    if (!row.ok() || !(*row)["task"].is_string() || (*row)["rubrics"].size() == 0) continue;
    Json rubrics = Json::MakeArray();
    for (const Json& rubric : (*row)["rubrics"].items()) {
      if (rubric.is_string()) rubrics.Append(rubric);
    }
    const std::string& own = (*row)["id"].AsString();
    tasks.Append(
        Json::MakeObject({{"id", Json(own.empty() ? source + "-" + std::to_string(number) : own)},
                          {"task", (*row)["task"]},
                          {"rubrics", std::move(rubrics)}}));
  }
  return tasks;
}

// The context that the first row names.
std::string ContextOfRows(const std::string& text) {
  const Result<Json> row = Json::Parse(Trim(std::string_view(text).substr(0, text.find('\n'))));
  return row.ok() ? (*row)["context_id"].AsString() : "";
}

// Items of the skills in a `hone export --skills` folder, by path below `folder`.
std::map<std::string, std::string> ManifestOf(const std::string& folder) {
  std::map<std::string, std::string> out;
  std::error_code ignored;
  const fs::path start = fs::weakly_canonical(folder, ignored);
  fs::path root = start;
  for (int up = 0; up <= 2; ++up, root = root.parent_path()) {
    const auto text = ReadTextFile((root / "manifest.json").string(), kMaxSkillBytes * 16);
    if (!text.ok()) continue;
    const Result<Json> manifest = Json::Parse(text->text);
    if (!manifest.ok() || !(*manifest)["format"].AsString().starts_with("hone skills")) continue;
    for (const Json& skill : (*manifest)["skills"].items()) {
      const fs::path place = (root / skill["path"].AsString()).lexically_relative(start);
      out[place.generic_string()] = skill["item"].AsString();
    }
    return out;
  }
  return out;
}

}  // namespace

// `ids` maps folders below the root to the contexts that their SKILL.md names.
Status GivenSkills::AddFile(const std::string& path, const std::string& text,
                            const std::map<std::string, std::string>& manifest, Folder* folder,
                            std::map<std::string, std::string>* ids) {
  const fs::path place(path);
  const std::string parent = place.parent_path().generic_string();
  std::string id = place.parent_path().filename().string();
  if (const auto said = ids->find(parent); said != ids->end()) id = said->second;
  const std::string content = PlainSkill(text, &id);
  if (const auto found = manifest.find(path); found != manifest.end()) id = found->second;
  if (id.empty()) return {};
  if (Trim(content).empty()) return {};
  if (!folder->by_context.emplace(id, Entry{content, {}}).second) {
    return Invalid(folder->label + ": two skills are for the context '" + OneLine(id, 80) +
                   "', the second in " + OneLine(path, 200) +
                   "; name a folder with one skill for each context");
  }
  (*ids)[parent] = id;
  return {};
}

Status GivenSkills::Add(const std::string& label, const std::string& path) {
  for (const Folder& other : folders_) {
    if (other.label == label) return Invalid("two skills folders are named '" + label + "'");
  }
  Folder folder;
  folder.label = label;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    HONE_ASSIGN(const TextFile text, ReadTextFile(path, kMaxSkillBytes));
    std::string id;
    folder.is_for_all = true;
    folder.by_context[""] = Entry{PlainSkill(text.text, &id), {}};
    folders_.push_back(std::move(folder));
    return {};
  }
  const Json spec = Json::MakeObject({{"kind", Json("files")},
                                      {"path", Json(path)},
                                      {"include", Json::MakeArray({kSkillFile, "*.jsonl"})}});
  HONE_ASSIGN(const auto reader, OpenReader(spec, "."));
  const auto manifest = ManifestOf(path);
  std::map<std::string, std::string> ids;  // contexts by folder
  std::vector<std::pair<std::string, std::string>> skill_files, task_files;
  while (true) {
    HONE_ASSIGN(const std::optional<Json> row, reader->Next());
    if (!row) break;
    const std::string& name = (*row)["path"].AsString();
    const fs::path place(name);
    // The other side of a self-play keeps its skill beside this one's.
    const std::string parent = place.parent_path().generic_string();
    if (parent.starts_with("challenger/") || parent.ends_with("/challenger") ||
        parent.find("/challenger/") != std::string::npos) {
      continue;
    }
    const bool is_skill = place.filename() == kSkillFile;
    (is_skill ? skill_files : task_files).emplace_back(name, (*row)["text"].AsString());
    const std::string said = is_skill ? "" : ContextOfRows((*row)["text"].AsString());
    if (!said.empty()) ids[parent] = said;
  }
  for (const auto& [name, text] : skill_files) {
    HONE_TRY(AddFile(name, text, manifest, &folder, &ids));
  }
  if (folder.by_context.empty()) {
    return Invalid(path + " holds no SKILL.md in a folder of its context");
  }
  for (const auto& [name, text] : task_files) {
    const auto id = ids.find(fs::path(name).parent_path().generic_string());
    if (id == ids.end()) continue;
    const auto entry = folder.by_context.find(id->second);
    if (entry == folder.by_context.end()) continue;
    const std::string source = label + "-" + SourceName(name);
    Json tasks = TasksOf(text, source);
    if (tasks.size() > 0) entry->second.sources.push_back({source, std::move(tasks)});
  }
  folders_.push_back(std::move(folder));
  return {};
}

std::vector<std::string> GivenSkills::labels() const {
  std::vector<std::string> out;
  for (const Folder& folder : folders_) out.push_back(folder.label);
  return out;
}

std::map<std::string, std::string> GivenSkills::SkillsOf(const std::string& label) const {
  std::map<std::string, std::string> out;
  for (const Folder& folder : folders_) {
    if (folder.label != label) continue;
    for (const auto& [context, entry] : folder.by_context) out[context] = entry.skill;
  }
  return out;
}

std::vector<std::string> GivenSkills::SourcesOf(const std::string& label) const {
  std::set<std::string> out;
  for (const Folder& folder : folders_) {
    if (folder.label != label) continue;
    for (const auto& [context, entry] : folder.by_context) {
      for (const Source& source : entry.sources) out.insert(source.name);
    }
  }
  return {out.begin(), out.end()};
}

const GivenSkills::Entry* GivenSkills::Find(const Folder& folder,
                                            const std::string& context) const {
  const auto found = folder.by_context.find(folder.is_for_all ? "" : context);
  return found == folder.by_context.end() ? nullptr : &found->second;
}

Json GivenSkills::Rework(const Json& units, const Limits& limits) {
  Json out = Json::MakeArray();
  for (const Json& unit : units.items()) {
    const std::string& id = unit["id"].AsString();
    Json given = Json::MakeObject();
    std::vector<const Source*> sources;
    for (const Folder& folder : folders_) {
      const Entry* entry = Find(folder, id);
      if (entry == nullptr) continue;
      given.Set(folder.label, Json(entry->skill));
      for (const Source& source : entry->sources) sources.push_back(&source);
    }
    if (given.size() < folders_.size()) {
      ++without_skill_;
      continue;
    }
    if (limits.contexts > 0 && contexts_ >= limits.contexts) continue;
    ++contexts_;
    std::set<std::string> seen;  // tasks with their rubrics
    const auto add = [&](const std::string& source, const Json& tasks, bool own) {
      Json taken = Json::MakeArray();
      for (Json task : tasks.items()) {
        if (own && task["split"].AsString() != limits.split) continue;
        if (limits.tasks > 0 && static_cast<int64_t>(taken.size()) >= limits.tasks) break;
        const bool is_new = seen.insert(task["task"].Dump() + task["rubrics"].Dump()).second;
        if (!is_new && !own) continue;
        task.Set("split", Json("report"));
        taken.Append(std::move(task));
      }
      if (taken.size() == 0) return;
      Json item = unit;
      item.Set("id", Json(own ? id : id + " [" + source + "]"));
      if (item["cluster"].AsString().empty()) item.Set("cluster", Json(id));
      item.Set("category", Json(source));
      item.Set("given", given);
      item.Set("tasks", std::move(taken));
      // Tasks of self-play are told apart from the context by their nature.
      if (!own) item.Set("separation", Json("delimiter"));
      item.Erase("hints");
      out.Append(std::move(item));
    };
    add(kHeldOutSource, unit["tasks"], true);
    for (const Source* source : sources) add(source->name, source->tasks, false);
  }
  return out;
}

}  // namespace hone
