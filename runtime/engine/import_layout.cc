#include "engine/import_layout.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.h"
#include "data/text_file.h"
#include "engine/script_host.h"
#include "engine/source_tree.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = 16U << 20U;
constexpr std::size_t kMaxTreeBytes = 128U << 20U;
constexpr std::size_t kMaxFiles = 50'000;

struct Table {
  std::string_view name, id;                // "tasks", "task_id"
  std::vector<std::string_view> not_given;  // what the store counts itself
};

// In an order in which references exist.
const std::vector<Table>& Tables() {
  static const std::vector<Table> tables = {
      {"tasks", "task_id", {"words", "n_rubrics"}},
      {"skills", "skill_id", {}},
      {"attempts", "attempt_id", {"answer_words"}},
      {"edits", "edit_id", {}},
      {"gates", "gate_id", {}},
      {"probes", "probe_id", {}},
      {"replays", "replay_id", {}},
      {"selections", "selection_id", {}},
      {"steps", "step_id", {}},
      {"metrics", "metric_id", {}},
      {"artifacts", "artifact_id", {}},
      {"skill_uses", "skill_use_id", {}},
  };
  return tables;
}

// Columns that refer to rows, and to which.
std::string_view TargetOf(std::string_view column) {
  static const std::map<std::string_view, std::string_view> targets = {
      {"task_id", "tasks"},         {"skill_id", "skills"},     {"before_skill_id", "skills"},
      {"after_skill_id", "skills"}, {"attempt_id", "attempts"}, {"probe_id", "probes"}};
  const auto found = targets.find(column);
  return found == targets.end() ? "" : found->second;
}

std::string Named(const Json& value) { return value.is_string() ? value.AsString() : value.Dump(); }

// The rows of one unit, given with ids of any kind, as rows with places.
class UnitRows {
 public:
  UnitRows(Hash unit_key, std::string where, HistoryRows* out)
      : unit_key_(unit_key), where_(std::move(where)), out_(out) {}

  Status AddAll(const Json& unit) {
    for (const Table& table : Tables()) {
      std::size_t at = 0;
      for (const Json& row : unit[table.name].items()) {
        const std::string where =
            where_ + "." + std::string(table.name) + "[" + std::to_string(++at) + "]";
        if (!row.is_object()) return Invalid(where + ": expected a row");
        HONE_TRY(Add(table, row, where));
      }
    }
    return Ok{};
  }

 private:
  Status Add(const Table& table, const Json& row, const std::string& where) {
    PutRow put;
    put.unit_key = unit_key_;
    put.table = table.name;
    put.path = row["path"].AsString();
    int64_t& last = last_[{put.table, put.path}];
    put.n = row.Has("n") ? row["n"].AsInt() : last + 1;
    if (put.n <= last) return Invalid(where + ".n: rows of a path are counted upwards from 1");
    last = put.n;
    put.fields = Json::MakeObject();
    for (const auto& [name, value] : row.members()) {
      const bool counted =
          std::find(table.not_given.begin(), table.not_given.end(), name) != table.not_given.end();
      if (name == "path" || name == "n" || name == table.id || counted || value.is_null()) continue;
      const std::string_view target = TargetOf(name);
      if (target.empty()) {
        put.fields.Set(name, value);
        continue;
      }
      const auto found = places_.find({std::string(target), Named(value)});
      if (found == places_.end()) {
        return Invalid(where + "." + name + ": no row of " + std::string(target) +
                       " before it has the id " + OneLine(Named(value), 80));
      }
      put.fields.Set(name.substr(0, name.size() - 3), Json(found->second));
    }
    if (const Json& id = row[table.id]; !id.is_null()) {
      places_[{put.table, Named(id)}] = put.table + ":" + put.path + "#" + std::to_string(put.n);
    }
    out_->operations.emplace_back(std::move(put));
    ++out_->rows;
    return Ok{};
  }

  Hash unit_key_;
  std::string where_;
  HistoryRows* out_;
  std::map<std::pair<std::string, std::string>, std::string> places_;  // (table, id) -> row id
  std::map<std::pair<std::string, std::string>, int64_t> last_;        // (table, path) -> n
};

// A unit that is there as a whole: begun, its rows, ended.
Status AddUnit(const Hash& key, const std::string& kind, const Json& rows, const Json& result,
               const std::string& where, const HistorySource& source, const PutRunUnit& cell,
               HistoryRows* out) {
  StartUnit start;
  start.unit_key = key;
  start.kind = kind;
  start.item_hash = HashOf("imported " + cell.name);
  start.name = cell.name;
  start.replicate = cell.run.replicate;
  start.now_ms = source.now_ms;
  out->operations.emplace_back(std::move(start));
  out->operations.emplace_back(ForgetUnit{key});
  HONE_TRY(UnitRows(key, where, out).AddAll(rows));
  EndUnit end;
  end.unit_key = key;
  end.status = "finished";
  end.result = result;
  end.now_ms = source.now_ms;
  out->operations.emplace_back(std::move(end));
  ++out->units;
  return Ok{};
}

int64_t CountReport(const Json& attempts) {
  int64_t count = 0;
  for (const Json& attempt : attempts.items()) {
    count += attempt["purpose"].AsString() == "report" ? 1 : 0;
  }
  return count;
}

void AddExperiment(const HistorySource& source, HistoryRows* out) {
  PutExperiment experiment;
  experiment.hash = out->experiment;
  experiment.name = out->name;
  experiment.file = source.folder;
  const Json imported = Json::MakeObject({{"layout", Json(source.layout)},
                                          {"folder", Json(source.folder)},
                                          {"files", Json(source.hash.Hex())}});
  experiment.config_json =
      Json::MakeObject({{"name", Json(out->name)}, {"imported", imported}}).Dump();
  experiment.sources_json = experiment.data_json = experiment.prices_json = "{}";
  experiment.hone_version = source.hone_version;
  experiment.now_ms = source.now_ms;
  out->operations.emplace_back(std::move(experiment));
}

RunName RunOf(const ImportedHistory& history, const Json& unit, const Hash& experiment) {
  std::string arm = unit["arm"].AsString();
  if (arm.empty()) arm = history.answer["arm"].AsString();
  if (arm.empty()) arm = "imported";
  return {experiment, arm, unit["replicate"].is_null() ? "1" : Named(unit["replicate"])};
}

void AddArm(const std::string& recipe, const RunName& run, int position, const Json& params,
            HistoryRows* out) {
  PutArm arm;
  arm.experiment = out->experiment;
  arm.position = position;
  arm.name = run.arm;
  arm.recipe = recipe;
  const Json given = params.is_object() ? params : Json::MakeObject();
  arm.config_json = Json::MakeObject({{"params", given}}).Dump();
  arm.origin = "imported";
  out->operations.emplace_back(std::move(arm));
}

Status AddCell(const Json& one, const RunName& run, int position, const std::string& where,
               const HistorySource& source, HistoryRows* out) {
  const Json& unit = one["unit"];
  PutRunUnit cell;
  cell.run = run;
  cell.position = position;
  cell.name = unit["id"].AsString();
  cell.cluster = unit["cluster"].AsString().empty() ? cell.name : unit["cluster"].AsString();
  cell.category = unit["category"].AsString();
  const std::string key =
      out->experiment.Hex() + " " + run.arm + " " + run.replicate + " " + cell.name;
  cell.unit_key = HashOf("imported run " + key);
  HONE_TRY(AddUnit(*cell.unit_key, "run", one, one["result"], where, source, cell, out));
  const Json& evaluation = one["evaluation"];
  cell.report_tasks = static_cast<int>(CountReport(evaluation["attempts"]));
  if (evaluation["attempts"].size() > 0) {
    cell.evaluate_unit_key = HashOf("imported evaluation " + key);
    HONE_TRY(AddUnit(*cell.evaluate_unit_key, "evaluate", evaluation, Json(), where + ".evaluation",
                     source, cell, out));
  }
  const std::string& skill = one["result"]["skill"].AsString();
  if (!skill.empty()) cell.skill_hash = HashOf(skill);
  out->operations.emplace_back(std::move(cell));
  return Ok{};
}

}  // namespace

Result<TextTree> ReadTextTree(const std::string& folder) {
  std::error_code trouble;
  if (!fs::is_directory(folder, trouble)) return Invalid(folder + ": no folder");
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator at(folder, trouble), end; at != end;
       at.increment(trouble)) {
    if (trouble) break;
    if (at->symlink_status(trouble).type() != fs::file_type::regular) continue;
    paths.push_back(at->path().lexically_relative(folder).generic_string());
    if (paths.size() > kMaxFiles) {
      return Invalid(folder + ": more than " + std::to_string(kMaxFiles) + " files");
    }
  }
  if (trouble) return Fail(ErrorCode::kIo, folder + ": " + trouble.message());
  std::sort(paths.begin(), paths.end());
  TextTree out;
  Sha256 sha;
  std::size_t bytes = 0;
  for (const std::string& path : paths) {
    Result<TextFile> file = ReadTextFile((fs::path(folder) / path).string(), kMaxFileBytes);
    if (!file.ok()) {
      out.left_out.push_back(path);
      continue;
    }
    bytes += file->text.size();
    if (bytes > kMaxTreeBytes) {
      return Invalid(folder + ": more than " + std::to_string(kMaxTreeBytes >> 20U) +
                     " MiB of texts");
    }
    sha.Field(path);
    sha.Field(file->text);
    out.files.Append(
        Json::MakeObject({{"path", Json(path)}, {"text", Json(std::move(file->text))}}));
  }
  if (out.files.size() == 0) return Invalid(folder + ": holds no text file");
  out.hash = sha.Finish();
  return out;
}

Result<ImportedHistory> AskForHistory(EventLoop* loop, ScriptProcessSpawner* spawner,
                                      const std::string& home, const std::string& project,
                                      const std::string& layout, const Json& files) {
  HONE_ASSIGN(const SourceTree sources, SourceTree::Read(home, project));
  ScriptHost::Options options;
  options.modules = sources.ModulesForStart();
  options.memory_bytes = 1LL << 30U;  // a whole tree at once
  options.instructions = 20'000'000'000;
  options.cpu_limit_ms = 120'000;
  ScriptHost host(loop, spawner, options, {});
  HONE_TRY(host.Start());
  std::vector<std::string> known;
  for (const std::string& recipe : sources.RecipeNames()) {
    const std::string module = "recipes." + recipe;
    const Result<Json> described =
        host.Ask(FrameType::kDescribe, Json::MakeObject({{"program", Json(module)}}));
    if (!described.ok()) continue;  // a recipe that is not well hides no other
    const Json& imports = (*described)["imports"];
    for (const Json& name : imports.items()) known.push_back(name.AsString());
    if (std::find(imports.items().begin(), imports.items().end(), Json(layout)) ==
        imports.items().end()) {
      continue;
    }
    HONE_ASSIGN(Json answer,
                host.Ask(FrameType::kImport, Json::MakeObject({{"program", Json(module)},
                                                               {"layout", Json(layout)},
                                                               {"files", files}})));
    return ImportedHistory{recipe, std::move(answer)};
  }
  return Fail(ErrorCode::kNotFound,
              "no recipe reads the layout '" + OneLine(layout, 60) + "'" +
                  (known.empty() ? "; none reads any" : NameHint(layout, known)));
}

Result<HistoryRows> RowsOfHistory(const ImportedHistory& history, const HistorySource& source) {
  HistoryRows out;
  out.name = source.name.empty() ? history.answer["name"].AsString() : source.name;
  if (out.name.empty()) out.name = fs::absolute(source.folder).lexically_normal().stem().string();
  if (out.name.empty()) return Invalid(source.folder + ": give the experiment a --name");
  out.experiment = HashOf("imported " + source.layout + " " + out.name + " " + source.hash.Hex());
  AddExperiment(source, &out);
  std::set<std::string> arms;
  std::map<RunName, int> positions;
  std::size_t at = 0;
  for (const Json& one : history.answer["units"].items()) {
    const std::string where = "units[" + std::to_string(++at) + "]";
    const RunName run = RunOf(history, one["unit"], out.experiment);
    if (arms.insert(run.arm).second) {
      AddArm(history.recipe, run, static_cast<int>(arms.size()), one["unit"]["params"], &out);
    }
    const int position = ++positions[run];
    if (position == 1) {
      out.operations.emplace_back(PutRun{
          .run = run, .program_hash = source.hash, .status = "complete", .now_ms = source.now_ms});
    }
    HONE_TRY(AddCell(one, run, position, where, source, &out));
  }
  if (at == 0) return Invalid(source.folder + ": the recipe found nothing to import in it");
  out.operations.emplace_back(EndExperiment{out.experiment, "complete", source.now_ms});
  return out;
}

}  // namespace hone
