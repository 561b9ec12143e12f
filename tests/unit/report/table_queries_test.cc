// Every number of a table is what the query printed beside its column gives.
#include "report/table_queries.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "unit/report/report_fixture.h"

namespace hone {
namespace {

using Rows = std::map<std::string, Json>;  // by arm

struct Queried {
  ReportFixture fixture;
  std::unique_ptr<ReadDatabase> reader;
  ResultTable table;

  explicit Queried(const std::function<void(ReportFixture&)>& change = {}) {
    fixture.FillDemo();
    if (change) change(fixture);
    reader = fixture.Reader();
    TableOptions options;
    options.extras = true;
    options.columns = {"solved", "categories"};
    auto made = MakeResultTable(*reader, "", options);
    BOOST_REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    table = std::move(made).value();
  }

  Rows Run(const std::string& column) const {
    for (const ColumnQuery& query : TableQueries(table, true)) {
      if (query.column != column) continue;
      const auto rows = reader->Query(query.sql);
      BOOST_REQUIRE_MESSAGE(rows.ok(), column + ": " + (rows.ok() ? "" : rows.error().message));
      Rows out;
      for (const Json& row : *rows) {
        const std::string& category = row["category"].AsString();
        out[row["arm"].AsString() + (category.empty() ? "" : "/" + category)] = row;
      }
      return out;
    }
    BOOST_FAIL("no query for " + column);
    return {};
  }
};

void Same(const Json& got, double wanted, const std::string& what) {
  BOOST_TEST(got.is_number(), what);
  BOOST_TEST(std::abs(got.AsDouble() - wanted) < 1e-9, what << ": " << got.Dump() << " " << wanted);
}

void SameInterval(const Json& row, const std::optional<Interval>& wanted, const std::string& what) {
  if (!wanted) {
    BOOST_TEST(row["low"].is_null(), what);
    return;
  }
  Same(row["low"], wanted->low * 100, what + " low");
  Same(row["high"], wanted->high * 100, what + " high");
}

void SameMaybe(const Json& got, const std::optional<double>& wanted, const std::string& what) {
  if (wanted) {
    Same(got, *wanted, what);
  } else {
    BOOST_TEST(got.is_null(), what);
  }
}

void CompareAll(const Queried& demo) {
  Rows solved = demo.Run("solved"), all = demo.Run("solved_all"), rubrics = demo.Run("rubrics"),
       difference = demo.Run("difference"), bounds = demo.Run("bounds"), mark = demo.Run("mark"),
       bh = demo.Run("p_bh"), flips = demo.Run("mcnemar"), tasks = demo.Run("tasks"),
       clusters = demo.Run("clusters"), replicates = demo.Run("replicates"),
       ungraded = demo.Run("ungraded"), calls = demo.Run("calls_alone"), cost = demo.Run("cost"),
       missing = demo.Run("missing"), categories = demo.Run("categories");
  for (const ArmRow& row : demo.table.rows) {
    const std::string& arm = row.name;
    Same(solved[arm]["solved"], row.solved.value() * 100, arm + " solved");
    Same(solved[arm]["hits"], static_cast<double>(row.solved.hits), arm + " hits");
    Same(solved[arm]["n"], static_cast<double>(row.solved.n), arm + " n");
    SameInterval(solved[arm], row.solved.interval, arm + " solved");
    Same(all[arm]["solved_all"], row.solved_all.value() * 100, arm + " all");
    Same(rubrics[arm]["rubrics"], row.rubrics.value() * 100, arm + " rubrics");
    SameInterval(rubrics[arm], row.rubrics.interval, arm + " rubrics");
    Same(tasks[arm]["fewest"], static_cast<double>(row.tasks_min), arm + " tasks");
    Same(tasks[arm]["most"], static_cast<double>(row.tasks_max), arm + " tasks");
    Same(clusters[arm]["clusters"], static_cast<double>(row.clusters), arm + " clusters");
    Same(replicates[arm]["replicates"], static_cast<double>(row.replicates), arm + " replicates");
    Same(replicates[arm]["distinct_replicates"],
         static_cast<double>(row.replicates - row.identical_replicates), arm + " distinct");
    Same(ungraded[arm]["ungraded"], static_cast<double>(row.ungraded), arm + " ungraded");
    Same(calls[arm]["alone"], static_cast<double>(row.calls_alone), arm + " calls");
    Same(calls[arm]["exclusive"], static_cast<double>(row.calls_exclusive), arm + " exclusive");
    Same(calls[arm]["shared"], static_cast<double>(row.calls_shared), arm + " shared");
    Same(cost[arm]["usd"], row.cost_alone.ToUsd(), arm + " cost");
    Same(missing[arm]["planned"], static_cast<double>(row.cells_planned), arm + " planned");
    Same(missing[arm]["missing"], static_cast<double>(row.cells_missing), arm + " missing");
    for (const CategoryRate& rate : row.categories) {
      if (rate.solved.n == 0) continue;
      Same(categories[arm + "/" + rate.category]["solved"], rate.solved.value() * 100,
           arm + " " + rate.category);
    }
    if (!row.difference || row.difference->pairs == 0) continue;
    Same(difference[arm]["difference"], row.difference->value * 100, arm + " difference");
    Same(difference[arm]["pairs"], static_cast<double>(row.difference->pairs), arm + " pairs");
    SameInterval(difference[arm], row.difference->interval, arm + " difference");
    BOOST_TEST((bounds.count(arm) == 1) == row.difference->bounds.has_value());
    if (row.difference->bounds) {
      Same(bounds[arm]["worst"], row.difference->bounds->low * 100, arm + " worst");
      Same(bounds[arm]["best"], row.difference->bounds->high * 100, arm + " best");
    }
    SameMaybe(mark[arm]["p"], row.difference->p, arm + " p");
    SameMaybe(mark[arm]["p_holm"], row.difference->p_holm, arm + " p_holm");
    SameMaybe(mark[arm]["p_of_runs"], row.difference->p_of_runs, arm + " p_of_runs");
    SameMaybe(bh[arm]["p_bh"], row.difference->extras->p_bh, arm + " p_bh");
    Same(flips[arm]["up"], static_cast<double>(row.difference->extras->flips_up), arm + " up");
    Same(flips[arm]["down"], static_cast<double>(row.difference->extras->flips_down),
         arm + " down");
  }
}

BOOST_AUTO_TEST_CASE(queries_recompute_the_table) { CompareAll(Queried()); }

BOOST_AUTO_TEST_CASE(queries_recompute_a_table_with_exposed_items_and_other_clusters) {
  CompareAll(Queried([](ReportFixture& fixture) {
    for (const char* arm : {"no skill", "Ctx2Skill"}) {
      for (const char* seed : {"1", "2"}) {
        for (const int item : {1, 5, 6, 7}) {
          PutRunUnit cell = fixture.CellOfItem(arm, seed, item);
          if (item == 1) cell.separation = "none";
          if (item > 1) cell.cluster = "one document";
          fixture.Must(cell);
        }
      }
    }
  }));
}

BOOST_AUTO_TEST_CASE(literals_hold_whatever_a_name_holds) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  const std::string all_bytes = std::string("a'b\"c;--\n\x1b\xE2\x80\xAE $E $B", 21) + '\0' + "z";
  for (const std::string& name : {std::string("O'Brien'); DROP TABLE calls;--"), all_bytes,
                                  std::string(), std::string("$H")}) {
    const auto rows = reader->Query("SELECT hex(" + SqlLiteral(name) + ") AS it");
    BOOST_REQUIRE(rows.ok());
    std::string hex;
    for (const char c : name) {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      hex += kDigits[static_cast<unsigned char>(c) >> 4U];
      hex += kDigits[static_cast<unsigned char>(c) & 15U];
    }
    BOOST_TEST(rows->front()["it"].AsString() == hex);
  }
}

}  // namespace
}  // namespace hone
