#include "report/list.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "base/text.h"
#include "report/text_grid.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

Json With(const char* name, Json value) { return Json::MakeObject({{name, std::move(value)}}); }

// A call that was sent and never answered has no use yet: it belongs by item and replicate.
constexpr std::string_view kSpendSql = R"sql(
    WITH cells AS (SELECT ru.unit_id, ru.evaluate_unit_id
                   FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
                   WHERE (:id IS NULL OR a.experiment_id = :id)
                     AND (:run IS NULL OR r.run_id = :run)),
         used AS (SELECT unit_id FROM cells WHERE unit_id IS NOT NULL
                  UNION SELECT evaluate_unit_id FROM cells WHERE evaluate_unit_id IS NOT NULL),
         mine AS (SELECT call_id FROM uses WHERE unit_id IN used
                  UNION
                  SELECT c.call_id FROM calls c
                  WHERE c.status <> 'answered' AND EXISTS
                    (SELECT 1 FROM units u WHERE u.unit_id IN used AND u.item_hash = c.item
                       AND u.replicate = c.replicate)),
         tries AS (SELECT call_id, count(*) AS n,
                          sum(outcome = 'unknown' OR (maybe_billed = 1 AND outcome <> 'answered'))
                            AS unknown
                   FROM sends WHERE call_id IN mine GROUP BY call_id)
    SELECT coalesce(sum(c.status = 'answered'), 0) AS calls,
           coalesce(sum(c.status = 'answered' AND c.cost_pico_usd IS NULL), 0) AS no_price,
           coalesce(sum(t.n), 0) AS sends, coalesce(sum(t.n - 1), 0) AS retries,
           coalesce(sum(t.unknown), 0) AS unknowns,
           coalesce(sum(CASE WHEN c.status = 'answered' THEN c.cost_pico_usd END), 0) AS spent,
           coalesce(sum(t.unknown * c.reserved_pico_usd), 0) AS possible,
           coalesce(sum(c.input_tokens), 0) AS input_tokens,
           coalesce(sum(c.cached_tokens), 0) AS cached_tokens,
           coalesce(sum(c.output_tokens), 0) AS output_tokens
    FROM mine JOIN calls c USING (call_id) LEFT JOIN tries t USING (call_id))sql";

Result<SpendSummary> Spend(ReadDatabase& database, Json experiment_id, Json run_id) {
  HONE_ASSIGN(const Rows rows,
              database.Query(kSpendSql, Json::MakeObject({{"id", std::move(experiment_id)},
                                                          {"run", std::move(run_id)}})));
  SpendSummary out;
  if (rows.empty()) return out;
  const Json& row = rows.front();
  out.calls = row["calls"].AsInt();
  out.calls_without_price = row["no_price"].AsInt();
  out.sends = row["sends"].AsInt();
  out.retries = row["retries"].AsInt();
  out.unknowns = row["unknowns"].AsInt();
  out.spent = PicoUsd{row["spent"].AsInt()};
  out.possible = PicoUsd{row["possible"].AsInt()};
  out.input_tokens = row["input_tokens"].AsInt();
  out.cached_tokens = row["cached_tokens"].AsInt();
  out.output_tokens = row["output_tokens"].AsInt();
  return out;
}

void SetSpend(const SpendSummary& spend, Json* row) {
  row->Set("calls", spend.calls);
  row->Set("calls_without_price", spend.calls_without_price);
  row->Set("spent_pico_usd", spend.spent.value);
  row->Set("possible_pico_usd", spend.possible.value);
  row->Set("retries", spend.retries);
  row->Set("unknowns", spend.unknowns);
}

// done: finished, and evaluated where there is something to evaluate.
constexpr std::string_view kCellsSql = R"sql(
    SELECT r.run_id, a.experiment_id, count(ru.position) AS planned,
           coalesce(sum((ru.unit_id IS NULL AND ru.evaluate_unit_id IS NOT NULL
                         OR u.status = 'finished')
                        AND (ru.report_tasks = 0 OR v.status = 'finished')), 0) AS done
    FROM runs r JOIN arms a USING (arm_id) LEFT JOIN run_units ru USING (run_id)
    LEFT JOIN units u ON u.unit_id = ru.unit_id
    LEFT JOIN units v ON v.unit_id = ru.evaluate_unit_id)sql";

Json Elapsed(const Json& row) {
  if (!row["started_at_ms"].is_int() || !row["ended_at_ms"].is_int()) return {};
  return row["ended_at_ms"].AsInt() - row["started_at_ms"].AsInt();
}

std::string MoneyText(const Json& row, std::string_view member) {
  return PicoUsd{row[member].AsInt()}.Text();
}

void AddSpendCells(const Json& row, std::vector<std::string>* cells) {
  cells->push_back(std::to_string(row["cells_done"].AsInt()) + "/" +
                   std::to_string(row["cells_planned"].AsInt()));
  cells->push_back(std::to_string(row["calls"].AsInt()));
  cells->push_back(MoneyText(row, "spent_pico_usd"));
  cells->push_back(MoneyText(row, "possible_pico_usd"));
  cells->push_back(std::to_string(row["retries"].AsInt()));
  cells->push_back(std::to_string(row["unknowns"].AsInt()));
  cells->push_back(row["took_ms"].is_int() ? DurationText(row["took_ms"].AsInt()) : "-");
}

void AddSpendColumns(TextGrid* grid) {
  for (const char* title : {"cells", "calls", "spend", "possible", "retries", "unknown", "time"}) {
    grid->AddColumn(title, TextGrid::Align::kRight);
  }
}

}  // namespace

Result<SpendSummary> SpendOf(ReadDatabase& database, int64_t experiment_id) {
  return Spend(database, Json(experiment_id), Json());
}

Result<Json> ListExperiments(ReadDatabase& database) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT e.experiment_id, lower(hex(e.hash)) AS hash, e.name, e.file, e.status, )sql" +
                                              std::string(kSubsetSql) +
                                              R"sql(,
             e.started_at_ms, e.ended_at_ms, coalesce(c.planned, 0) AS planned,
             coalesce(c.done, 0) AS done
      FROM experiments e
      LEFT JOIN (SELECT experiment_id, sum(planned) AS planned, sum(done) AS done FROM ()sql" +
                                              std::string(kCellsSql) +
                                              R"sql( GROUP BY r.run_id) GROUP BY experiment_id) c
      USING (experiment_id) ORDER BY e.started_at_ms DESC, e.experiment_id DESC)sql"));
  Json experiments = Json::MakeArray();
  for (const Json& row : rows) {
    Json entry = Json::MakeObject({{"name", row["name"]},
                                   {"hash", row["hash"]},
                                   {"file", row["file"]},
                                   {"status", row["status"]},
                                   {"subset", row["subset"]},
                                   {"started_at_ms", row["started_at_ms"]},
                                   {"took_ms", Elapsed(row)},
                                   {"cells_planned", row["planned"]},
                                   {"cells_done", row["done"]}});
    HONE_ASSIGN(const SpendSummary spend, Spend(database, row["experiment_id"], Json()));
    SetSpend(spend, &entry);
    experiments.Append(std::move(entry));
  }
  Json out = With("experiments", std::move(experiments));
  HONE_ASSIGN(const SpendSummary total, Spend(database, Json(), Json()));
  Json sum = Json::MakeObject();
  SetSpend(total, &sum);
  out.Set("total", std::move(sum));
  return out;
}

Result<Json> ListRuns(ReadDatabase& database, const std::string& experiment) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, experiment));
  HONE_ASSIGN(const Rows rows,
              database.Query("SELECT a.name AS arm, a.recipe, r.run_id, r.replicate, "
                             "r.status, r.started_at_ms, r.ended_at_ms, c.planned, c.done "
                             "FROM runs r JOIN arms a USING (arm_id) JOIN (" +
                                 std::string(kCellsSql) +
                                 " GROUP BY r.run_id) c ON c.run_id = r.run_id "
                                 "WHERE a.experiment_id = :id ORDER BY a.position, r.run_id",
                             With("id", found.experiment_id)));
  Json runs = Json::MakeArray();
  for (const Json& row : rows) {
    Json entry = Json::MakeObject({{"arm", row["arm"]},
                                   {"recipe", row["recipe"]},
                                   {"seed", row["replicate"]},
                                   {"status", row["status"]},
                                   {"started_at_ms", row["started_at_ms"]},
                                   {"took_ms", Elapsed(row)},
                                   {"cells_planned", row["planned"]},
                                   {"cells_done", row["done"]}});
    HONE_ASSIGN(const SpendSummary spend, Spend(database, Json(), row["run_id"]));
    SetSpend(spend, &entry);
    runs.Append(std::move(entry));
  }
  return Json::MakeObject({{"experiment", Json::MakeObject({{"name", found.name},
                                                            {"hash", found.hash},
                                                            {"file", found.file},
                                                            {"status", found.status},
                                                            {"subset", found.subset}})},
                           {"runs", std::move(runs)}});
}

std::string RenderList(const Json& list) {
  TextGrid grid;
  if (list.Has("runs")) {
    grid.AddColumn("arm", TextGrid::Align::kLeft, 30);
    grid.AddColumn("seed", TextGrid::Align::kLeft, 12);
    grid.AddColumn("status");
    AddSpendColumns(&grid);
    for (const Json& row : list["runs"].items()) {
      std::vector<std::string> cells = {row["arm"].AsString(), row["seed"].AsString(),
                                        row["status"].AsString()};
      AddSpendCells(row, &cells);
      grid.AddRow(std::move(cells));
    }
    const Json& experiment = list["experiment"];
    return OneLine(experiment["name"].AsString() + "  " +
                       experiment["hash"].AsString().substr(0, 12) + "  " +
                       experiment["status"].AsString() + "  " + experiment["subset"].AsString(),
                   118) +
           "\n\n" + grid.Render();
  }
  if (list["experiments"].size() == 0) {
    return "no experiment yet; start one with: hone run EXPERIMENT.lua\n";
  }
  grid.AddColumn("experiment", TextGrid::Align::kLeft, 26);
  grid.AddColumn("hash");
  grid.AddColumn("status");
  AddSpendColumns(&grid);
  grid.AddColumn("started");
  for (const Json& row : list["experiments"].items()) {
    std::vector<std::string> cells = {row["name"].AsString(), row["hash"].AsString().substr(0, 12),
                                      row["status"].AsString()};
    AddSpendCells(row, &cells);
    cells.push_back(TimeText(row["started_at_ms"].AsInt()));
    grid.AddRow(std::move(cells));
  }
  const Json& total = list["total"];
  return grid.Render() + "\nin this database: " + std::to_string(total["calls"].AsInt()) +
         " answers, " + MoneyText(total, "spent_pico_usd") + " spent, " +
         MoneyText(total, "possible_pico_usd") + " possible\n";
}

Result<std::vector<std::string>> SummaryLines(ReadDatabase& database,
                                              const ExperimentRef& experiment) {
  HONE_ASSIGN(const SpendSummary spend, SpendOf(database, experiment.experiment_id));
  HONE_ASSIGN(const Rows rows, database.Query("SELECT started_at_ms, ended_at_ms FROM experiments "
                                              "WHERE experiment_id = :id",
                                              With("id", experiment.experiment_id)));
  std::vector<std::string> out;
  out.push_back("calls: " + std::to_string(spend.calls) + " answered, " +
                std::to_string(spend.sends) + " sent, " + std::to_string(spend.retries) +
                " retries, " + std::to_string(spend.unknowns) + " of unknown outcome");
  out.push_back("tokens: " + std::to_string(spend.input_tokens) + " in (" +
                std::to_string(spend.cached_tokens) + " cached), " +
                std::to_string(spend.output_tokens) + " out");
  std::string money = "spend: " + spend.spent.Text();
  if (spend.calls_without_price > 0) {
    money += " (" + std::to_string(spend.calls_without_price) + " calls have no price)";
  }
  if (spend.possible.value > 0) {
    money += ", possibly " + spend.possible.Text() + " more for the calls of unknown outcome";
  }
  out.push_back(std::move(money));
  if (!rows.empty()) {
    const Json took = Elapsed(rows.front());
    if (took.is_int()) out.push_back("time: " + DurationText(took.AsInt()) + " (last session)");
  }
  return out;
}

std::string DurationText(int64_t ms) {
  std::array<char, 48> buffer{};
  const auto seconds = static_cast<double>(ms) / 1000;
  if (ms < 1000) {
    std::snprintf(buffer.data(), buffer.size(), "%d ms", static_cast<int>(ms));
  } else if (ms < 60'000) {
    std::snprintf(buffer.data(), buffer.size(), "%.1f s", seconds);
  } else if (ms < 3'600'000) {
    std::snprintf(buffer.data(), buffer.size(), "%d min %02d s", static_cast<int>(ms / 60'000),
                  static_cast<int>(ms / 1000 % 60));
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%lld h %02d min",
                  static_cast<long long>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60));
  }
  return buffer.data();
}

std::string TimeText(int64_t utc_ms) {
  const std::time_t seconds = static_cast<std::time_t>(utc_ms / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "?";
  std::array<char, 48> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return buffer.data();
}

}  // namespace hone
