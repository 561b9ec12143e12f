#include "report/why.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/compare.h"
#include "report/report_data.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

Json Parsed(const std::string& text) {
  auto json = Json::Parse(text);
  return json.ok() ? std::move(json).value() : Json();
}

// (arm, replicate, item, part)
using Place = std::tuple<std::string, std::string, std::string, std::string>;

// What one experiment has on record of its units' inputs.
class Inputs {
 public:
  static Result<Inputs> Load(ReadDatabase& database, const ExperimentRef& experiment) {
    Inputs out;
    out.experiment_ = experiment;
    const Json id = Json::MakeArray({experiment.experiment_id});
    HONE_ASSIGN(const Rows config,
                database.Query("SELECT config_json FROM experiments WHERE experiment_id = ?", id));
    out.epoch_ = Parsed(config.front()["config_json"].AsString())["epoch"].AsString();
    HONE_ASSIGN(const Rows arms,
                database.Query("SELECT name, recipe, config_json FROM arms WHERE experiment_id = ? "
                               "ORDER BY position",
                               id));
    for (const Json& row : arms) {
      Json arm = Parsed(row["config_json"].AsString());
      arm.Set("recipe", row["recipe"]);
      out.arm_order_.push_back(row["name"].AsString());
      out.arms_[row["name"].AsString()] = std::move(arm);
    }
    HONE_ASSIGN(const Rows units, database.Query(R"sql(
        SELECT au.arm, au.replicate, au.item, au.part, u.unit_id, lower(hex(u.unit_key)) AS unit,
               u.status, u.started_at_ms, u.ended_at_ms, lower(hex(u.item_hash)) AS item_hash,
               coalesce(c.skill, '') AS skill
        FROM arm_units au JOIN units u ON u.unit_id = au.unit_id
        JOIN cells c ON c.run_id = au.run_id AND c.item_position = au.item_position
        WHERE au.experiment_id = ?
        ORDER BY au.arm_position, au.run_id, au.item_position, au.part DESC)sql",
                                                 id));
    for (const Json& row : units) {
      out.units_.emplace(Place{row["arm"].AsString(), row["replicate"].AsString(),
                               row["item"].AsString(), row["part"].AsString()},
                         row);
    }
    return out;
  }

  // Everything that a unit's key is made of, by name.
  [[nodiscard]] Json Of(const Place& place) const {
    const auto& [arm_name, replicate, item, part] = place;
    const auto arm = arms_.find(arm_name);
    const auto unit = units_.find(place);
    Json out = Json::MakeObject();
    if (arm == arms_.end()) return out;
    const Json& config = arm->second;
    const bool is_run = part == "run";
    const Json& program = config[is_run ? "program" : "evaluator_program"];
    FlattenJson(program["files"], "file", &out);
    for (const auto& [name, prompt] : program["prompts"].members()) {
      out.Set("prompt " + name, prompt["hash"]);
    }
    out.Set("program", program["module"]);
    FlattenJson(config[is_run ? "params" : "evaluator_params"], "params", &out);
    FlattenJson(config["models"], "models", &out);
    if (!is_run) out.Set("models.judge", config["evaluate_judge"]);
    out.Set("prompt of the judge", config["judge_prompt"]);
    out.Set("epoch", epoch_ + (config["independent"].AsBool() ? "/" + arm_name : ""));
    out.Set("replicate", replicate);
    if (unit != units_.end()) {
      out.Set("item", unit->second["item_hash"]);
      if (!is_run) out.Set("skill", unit->second["skill"]);
    }
    return out;
  }

  [[nodiscard]] const ExperimentRef& experiment() const { return experiment_; }
  [[nodiscard]] const std::vector<std::string>& arm_order() const { return arm_order_; }
  [[nodiscard]] const std::map<Place, Json>& units() const { return units_; }
  [[nodiscard]] bool HasArm(const std::string& name) const { return arms_.count(name) != 0; }

 private:
  ExperimentRef experiment_;
  std::string epoch_;
  std::vector<std::string> arm_order_;
  std::map<std::string, Json> arms_;
  std::map<Place, Json> units_;
};

Json ChangesBetween(const Json& before, const Json& now) {
  std::set<std::string> names;
  for (const auto& [name, value] : before.members()) names.insert(name);
  for (const auto& [name, value] : now.members()) names.insert(name);
  const auto brief = [](const Json& value) {
    const std::string text = value.is_string() ? value.AsString() : value.Dump();
    const bool is_hash =
        text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    return value.is_null() ? Json("(none)") : is_hash ? Json(text.substr(0, 12)) : value;
  };
  Json out = Json::MakeArray();
  for (const std::string& name : names) {
    if (before[name] == now[name]) continue;
    out.Append(Json::MakeObject(
        {{"input", name}, {"before", brief(before[name])}, {"now", brief(now[name])}}));
  }
  return out;
}

class Explainer {
 public:
  Explainer(ReadDatabase& database, const WhyQuery& query) : database_(database), query_(query) {}

  Result<Json> Run() {
    HONE_ASSIGN(const ExperimentRef experiment, FindExperiment(database_, query_.experiment));
    HONE_ASSIGN(now_, Inputs::Load(database_, experiment));
    if (!query_.arm.empty() && !now_.HasArm(query_.arm)) {
      return Fail(ErrorCode::kNotFound, "experiment '" + experiment.name + "' has no arm '" +
                                            OneLine(query_.arm, 80) + "'" +
                                            NameHint(query_.arm, now_.arm_order()));
    }
    HONE_TRY(FindOther());
    HONE_TRY(LoadUsers());
    HONE_TRY(LoadCalls());
    Json out = Json::MakeObject({{"experiment", experiment.name}, {"hash", experiment.hash}});
    if (has_before_) {
      out.Set("against", before_.experiment().name + " " + before_.experiment().hash.substr(0, 12) +
                             (side_.arm.empty() ? "" : ": " + side_.arm));
    }
    Json arms = Json::MakeArray();
    Json units = Json::MakeArray();
    for (const std::string& arm : now_.arm_order()) {
      if (!query_.arm.empty() && arm != query_.arm) continue;
      arms.Append(ArmSummary(arm, &units));
    }
    out.Set("arms", std::move(arms));
    if (!query_.arm.empty()) out.Set("units", std::move(units));
    return out;
  }

 private:
  Status FindOther() {
    if (!query_.against.empty()) {
      HONE_ASSIGN(side_, FindCompareSide(database_, query_.against));
    } else {
      HONE_ASSIGN(const Rows rows,
                  database_.Query(R"sql(
          SELECT lower(hex(o.hash)) AS hash FROM experiments e
          JOIN experiments o ON o.name = e.name AND o.experiment_id <> e.experiment_id
            AND o.started_at_ms <= e.started_at_ms
          WHERE e.experiment_id = ? ORDER BY o.started_at_ms DESC, o.experiment_id DESC LIMIT 1)sql",
                                  Json::MakeArray({now_.experiment().experiment_id})));
      if (rows.empty()) return Ok{};
      HONE_ASSIGN(side_.experiment, FindExperiment(database_, rows.front()["hash"].AsString()));
    }
    HONE_ASSIGN(before_, Inputs::Load(database_, side_.experiment));
    has_before_ = true;
    return Ok{};
  }

  // Units that several cells stand on, and the first of these in the order of the record.
  Status LoadUsers() {
    return database_.Each(
        R"sql(
        SELECT au.unit_id, e.name, lower(hex(e.hash)), au.arm, au.replicate, au.item,
               au.experiment_id
        FROM arm_units au JOIN experiments e ON e.experiment_id = au.experiment_id
        WHERE au.unit_id IN (SELECT unit_id FROM arm_units WHERE experiment_id = ?)
        ORDER BY au.unit_id, au.experiment_id, au.arm_position, au.run_id)sql",
        Json::MakeArray({now_.experiment().experiment_id}),
        [this](const auto&, std::vector<Json> row) {
          User user{row[1].AsString(), row[2].AsString(), row[3].AsString(), row[4].AsString()};
          first_user_.emplace(row[0].AsInt(), std::move(user));
          return true;
        });
  }

  // Calls of each unit, and how many of them were answered before it was started.
  Status LoadCalls() {
    return database_.Each(R"sql(
        SELECT us.unit_id, count(DISTINCT us.call_id),
               count(DISTINCT CASE WHEN c.answered_at_ms < u.started_at_ms THEN us.call_id END)
        FROM uses us JOIN units u ON u.unit_id = us.unit_id JOIN calls c ON c.call_id = us.call_id
        WHERE us.unit_id IN (SELECT unit_id FROM arm_units WHERE experiment_id = ?)
        GROUP BY us.unit_id)sql",
                          Json::MakeArray({now_.experiment().experiment_id}),
                          [this](const auto&, std::vector<Json> row) {
                            calls_[row[0].AsInt()] = {row[1].AsInt(), row[2].AsInt()};
                            return true;
                          });
  }

  struct User {
    std::string experiment, hash, arm, replicate;
  };

  Json ArmSummary(const std::string& arm, Json* units) {
    int64_t ran = 0;
    int64_t recalled = 0;
    int64_t unfinished = 0;
    int64_t calls = 0;
    int64_t from_ledger = 0;
    Json changed = Json::MakeArray();
    std::set<std::string> seen;
    for (const auto& [place, unit] : now_.units()) {
      const auto& [of_arm, replicate, item, part] = place;
      if (of_arm != arm) continue;
      if (!query_.replicate.empty() && replicate != query_.replicate) continue;
      if (!query_.item.empty() && item != query_.item) continue;
      Json entry = UnitJson(place, unit);
      const std::string& how = entry["how"].AsString();
      (how == "ran" ? ran : how == "recalled" ? recalled : unfinished) += 1;
      calls += entry["calls"].AsInt();
      from_ledger += entry["calls_from_ledger"].AsInt();
      for (const Json& change : entry["changed"].items()) {
        const std::string& input = change["input"].AsString();
        if (input == "item" || input == "skill") continue;  // these differ unit by unit
        if (seen.insert(part + input).second) {
          Json one = Json::MakeObject({{"part", part}});
          for (const auto& [key, value] : change.members()) one.Set(key, value);
          changed.Append(std::move(one));
        }
      }
      units->Append(std::move(entry));
    }
    Json out = Json::MakeObject({{"arm", arm},
                                 {"units_ran", ran},
                                 {"units_recalled", recalled},
                                 {"units_unfinished", unfinished},
                                 {"calls", calls},
                                 {"calls_from_ledger", from_ledger}});
    if (has_before_) out.Set("changed", std::move(changed));
    return out;
  }

  Json UnitJson(const Place& place, const Json& unit) const {
    const auto& [arm, replicate, item, part] = place;
    const int64_t id = unit["unit_id"].AsInt();
    Json out = Json::MakeObject({{"arm", arm},
                                 {"seed", replicate},
                                 {"item", item},
                                 {"part", part},
                                 {"unit", unit["unit"].AsString().substr(0, 12)}});
    const User& first = first_user_.at(id);
    const bool is_own =
        first.hash == now_.experiment().hash && first.arm == arm && first.replicate == replicate;
    if (unit["status"].AsString() != "finished") {
      out.Set("how", "unfinished");
      out.Set("why", "it is " + unit["status"].AsString());
    } else if (is_own) {
      out.Set("how", "ran");
      out.Set("why", "no unit with its key was on record");
    } else {
      out.Set("how", "recalled");
      const bool same = first.hash == now_.experiment().hash;
      const std::string inputs = part == "run" ? "" : "skill, ";
      out.Set("why", "program, parameters, models, " + inputs + "item and replicate are those of " +
                         (same ? std::string()
                               : first.experiment + " " + first.hash.substr(0, 12) + ": ") +
                         first.arm + " @ " + first.replicate);
    }
    const auto calls = calls_.find(id);
    if (calls != calls_.end()) {
      out.Set("calls", calls->second.first);
      out.Set("calls_from_ledger", calls->second.second);
    }
    if (has_before_) AddChange(place, unit, &out);
    return out;
  }

  void AddChange(const Place& place, const Json& unit, Json* out) const {
    const auto& [arm, replicate, item, part] = place;
    const Place other{side_.arm.empty() ? arm : side_.arm,
                      side_.replicate.empty() ? replicate : side_.replicate, item, part};
    const auto counterpart = before_.units().find(other);
    if (counterpart == before_.units().end()) {
      out->Set("counterpart",
               before_.HasArm(std::get<0>(other)) ? "not on record there" : "no such arm there");
      return;
    }
    if (counterpart->second["unit"] == unit["unit"]) {
      out->Set("counterpart", "the same unit");
      return;
    }
    Json changes = ChangesBetween(before_.Of(other), now_.Of(place));
    if (changes.size() == 0) {
      out->Set("counterpart", "another unit; what changed is not on record (an older version?)");
      return;
    }
    out->Set("counterpart", counterpart->second["unit"].AsString().substr(0, 12));
    out->Set("changed", std::move(changes));
  }

  ReadDatabase& database_;
  const WhyQuery& query_;
  Inputs now_, before_;
  bool has_before_ = false;
  CompareSide side_;
  std::map<int64_t, User> first_user_;
  std::map<int64_t, std::pair<int64_t, int64_t>> calls_;  // of a unit: all, from the ledger
};

}  // namespace

Result<Json> Why(ReadDatabase& database, const WhyQuery& query) {
  return Explainer(database, query).Run();
}

}  // namespace hone
