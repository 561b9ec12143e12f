// The differences of skills, prompts and configurations of two sides.
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "report/compare.h"
#include "report/show.h"
#include "report/text_grid.h"
#include "skill/line_diff.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

Json Parsed(const std::string& text) {
  auto json = Json::Parse(text);
  return json.ok() ? std::move(json).value() : Json();
}

std::string Short(const std::string& hash) { return hash.substr(0, 12); }

Result<std::string> TextOf(ReadDatabase& database, const std::string& hex) {
  HONE_ASSIGN(const Hash hash, Hash::FromHex(hex));
  HONE_ASSIGN(const Part part, database.TextOf(hash));
  return *part.text;
}

struct Arm {
  std::string name;
  Json config;
};

Result<std::vector<Arm>> ArmsOf(ReadDatabase& database, const CompareSide& side) {
  HONE_ASSIGN(const Rows rows,
              database.Query("SELECT name, recipe, config_json FROM arms WHERE experiment_id = ? "
                             "ORDER BY position",
                             Json::MakeArray({side.experiment.experiment_id})));
  std::vector<Arm> out;
  for (const Json& row : rows) {
    if (!side.arm.empty() && row["name"].AsString() != side.arm) continue;
    Arm arm{row["name"].AsString(), Parsed(row["config_json"].AsString())};
    arm.config.Set("recipe", row["recipe"]);
    out.push_back(std::move(arm));
  }
  return out;
}

// The arms of two sides that belong together: the ones named, or those of one name.
struct ArmPair {
  Arm a, b;
};
Result<std::vector<ArmPair>> PairArms(ReadDatabase& database, const CompareSide& a,
                                      const CompareSide& b) {
  HONE_ASSIGN(std::vector<Arm> of_a, ArmsOf(database, a));
  HONE_ASSIGN(std::vector<Arm> of_b, ArmsOf(database, b));
  std::vector<ArmPair> out;
  for (const Arm& one : of_a) {
    for (const Arm& other : of_b) {
      const bool named = !a.arm.empty() && !b.arm.empty();
      if (named || one.name == other.name) out.push_back({one, other});
    }
  }
  if (out.empty()) return Invalid("the two sides have no arm in common");
  return out;
}

// item -> hash of the evaluated skill.
Result<std::map<std::string, std::string>> SkillsOf(ReadDatabase& database,
                                                    const CompareSide& side) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT arm, replicate, item, skill FROM cells
      WHERE experiment_id = ? AND skill <> '' ORDER BY arm_position, run_id, item_position)sql",
                                              Json::MakeArray({side.experiment.experiment_id})));
  std::map<std::string, std::string> out;
  for (const Json& row : rows) {
    if (!side.arm.empty() && row["arm"].AsString() != side.arm) continue;
    if (!side.replicate.empty() && row["replicate"].AsString() != side.replicate) continue;
    std::string key = row["item"].AsString();
    if (side.replicate.empty()) key += " @ " + row["replicate"].AsString();
    if (side.arm.empty()) key = row["arm"].AsString() + ": " + key;
    out[key] = row["skill"].AsString();
  }
  return out;
}

Result<Json> TextDiff(ReadDatabase& database, const std::string& name, const std::string& a,
                      const std::string& b) {
  std::string before;
  std::string after;
  if (!a.empty()) {
    HONE_ASSIGN(before, TextOf(database, a));
  }
  if (!b.empty()) {
    HONE_ASSIGN(after, TextOf(database, b));
  }
  return Json::MakeObject({{"name", name},
                           {"a", a},
                           {"b", b},
                           {"diff", UnifiedDiff(before, after, a.empty() ? "(none)" : Short(a),
                                                b.empty() ? "(none)" : Short(b))}});
}

}  // namespace

Result<Json> CompareSkills(ReadDatabase& database, const std::string& a, const std::string& b) {
  Json diffs = Json::MakeArray();
  const Result<Json> skill_a = ShowThing(database, "skill", a);
  const Result<Json> skill_b = ShowThing(database, "skill", b);
  if (skill_a.ok() && skill_b.ok()) {
    const auto hash = [](const Json& skill) {
      return skill["versions"].items().front()["hash"].AsString();
    };
    HONE_ASSIGN(Json diff, TextDiff(database, "", hash(*skill_a), hash(*skill_b)));
    diffs.Append(std::move(diff));
    return Json::MakeObject({{"diffs", std::move(diffs)}});
  }
  HONE_ASSIGN(const CompareSide side_a, FindCompareSide(database, a));
  HONE_ASSIGN(const CompareSide side_b, FindCompareSide(database, b));
  HONE_ASSIGN(auto of_a, SkillsOf(database, side_a));
  HONE_ASSIGN(auto of_b, SkillsOf(database, side_b));
  std::set<std::string> items;
  for (const auto& [item, hash] : of_a) items.insert(item);
  for (const auto& [item, hash] : of_b) items.insert(item);
  for (const std::string& item : items) {
    HONE_ASSIGN(Json diff, TextDiff(database, item, of_a[item], of_b[item]));
    diffs.Append(std::move(diff));
  }
  if (diffs.size() == 0) return Invalid("neither side has evaluated a skill");
  return Json::MakeObject({{"diffs", std::move(diffs)}});
}

Result<Json> ComparePrompts(ReadDatabase& database, const std::string& a, const std::string& b) {
  HONE_ASSIGN(const CompareSide side_a, FindCompareSide(database, a));
  HONE_ASSIGN(const CompareSide side_b, FindCompareSide(database, b));
  HONE_ASSIGN(const std::vector<ArmPair> pairs, PairArms(database, side_a, side_b));
  const auto hashes = [](const Json& config) {
    std::map<std::string, std::string> out;
    for (const char* program : {"program", "evaluator_program"}) {
      for (const auto& [file, hash] : config[program]["files"].members()) {
        out[file] = hash.AsString();
      }
      for (const auto& [name, prompt] : config[program]["prompts"].members()) {
        out["prompt " + name] = prompt["hash"].AsString();
      }
    }
    out["prompt of the judge"] = config["judge_prompt"].AsString();
    return out;
  };
  Json diffs = Json::MakeArray();
  std::set<std::string> seen;  // arms share most of their files
  for (const ArmPair& pair : pairs) {
    auto of_a = hashes(pair.a.config);
    auto of_b = hashes(pair.b.config);
    std::set<std::string> names;
    for (const auto& [name, hash] : of_a) names.insert(name);
    for (const auto& [name, hash] : of_b) names.insert(name);
    for (const std::string& name : names) {
      if (of_a[name] == of_b[name] || !seen.insert(name + of_a[name] + of_b[name]).second) continue;
      HONE_ASSIGN(Json diff, TextDiff(database, name, of_a[name], of_b[name]));
      diffs.Append(std::move(diff));
    }
  }
  return Json::MakeObject({{"diffs", std::move(diffs)}});
}

void FlattenJson(const Json& value, const std::string& path, Json* out) {
  if (!value.is_object() || value.size() == 0) {
    out->Set(path, value);
    return;
  }
  for (const auto& [key, member] : value.members()) {
    FlattenJson(member, path.empty() ? key : path + "." + key, out);
  }
}

Result<Json> CompareConfigs(ReadDatabase& database, const std::string& a, const std::string& b) {
  HONE_ASSIGN(const CompareSide side_a, FindCompareSide(database, a));
  HONE_ASSIGN(const CompareSide side_b, FindCompareSide(database, b));
  HONE_ASSIGN(const std::vector<ArmPair> pairs, PairArms(database, side_a, side_b));
  Json differences = Json::MakeArray();
  const auto add = [&](const std::string& place, const Json& of_a, const Json& of_b) {
    Json flat_a;
    Json flat_b;
    FlattenJson(of_a, "", &flat_a);
    FlattenJson(of_b, "", &flat_b);
    std::set<std::string> fields;
    for (const auto& [field, value] : flat_a.members()) fields.insert(field);
    for (const auto& [field, value] : flat_b.members()) fields.insert(field);
    for (const std::string& field : fields) {
      if (flat_a[field] == flat_b[field]) continue;
      differences.Append(Json::MakeObject({{"field", place.empty() ? field : place + ": " + field},
                                           {"a", flat_a[field]},
                                           {"b", flat_b[field]}}));
    }
  };
  if (side_a.experiment.experiment_id != side_b.experiment.experiment_id) {
    const auto values = [&](const CompareSide& side) -> Result<Json> {
      HONE_ASSIGN(const Rows rows,
                  database.Query("SELECT config_json, data_json FROM experiments "
                                 "WHERE experiment_id = ?",
                                 Json::MakeArray({side.experiment.experiment_id})));
      Json out = Parsed(rows.front()["config_json"].AsString());
      out.Erase("arms");  // resolved below
      out.Set("data_found", Parsed(rows.front()["data_json"].AsString()));
      return out;
    };
    HONE_ASSIGN(const Json of_a, values(side_a));
    HONE_ASSIGN(const Json of_b, values(side_b));
    add("experiment", of_a, of_b);
  }
  for (const ArmPair& pair : pairs) {
    add(pairs.size() == 1 ? "" : pair.a.name, pair.a.config, pair.b.config);
  }
  return Json::MakeObject({{"differences", std::move(differences)}});
}

std::string RenderDifferences(const Json& value) {
  if (const Json* fields = value.Find("differences")) {
    if (fields->size() == 0) return "no difference\n";
    TextGrid grid;
    grid.AddColumn("field");
    grid.AddColumn("A", TextGrid::Align::kLeft, 44);
    grid.AddColumn("B", TextGrid::Align::kLeft, 44);
    const auto text = [](const Json& one) {
      return one.is_null() ? "(none)" : (one.is_string() ? one.AsString() : one.Dump());
    };
    for (const Json& row : fields->items()) {
      grid.AddRow({row["field"].AsString(), text(row["a"]), text(row["b"])});
    }
    return grid.Render();
  }
  std::string out;
  std::size_t same = 0;
  for (const Json& diff : value["diffs"].items()) {
    if (diff["diff"].AsString().empty()) {
      ++same;
      continue;
    }
    if (!diff["name"].AsString().empty())
      out += "# " + OneLine(diff["name"].AsString(), 200) + "\n";
    out += diff["diff"].AsString() + "\n";
  }
  if (same > 0) out += std::to_string(same) + (same == 1 ? " is" : " are") + " the same\n";
  return out.empty() ? "no difference\n" : out;
}

}  // namespace hone
