// One unit with many report tasks, as a benchmark has them: clusters are the tasks' own, scores
// stand beside solved or not, failures of the world and numbers not to be believed are told apart.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "base/text.h"
#include "report/render_csv.h"
#include "report/render_html.h"
#include "report/render_json.h"
#include "report/render_latex.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/table_queries.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

constexpr int kDocuments = 20;
constexpr int kTasksEach = 3;

// Arm "initial" solves the first task of every document; "trained" the second as well, of documents
// 1 to 12. Scores are 1 where solved, else 0.25. The last task of document 20 fails in the world
// under "trained"; task 1 of document 1 is unsafe there.
struct BenchmarkFixture : ReportFixture {
  BenchmarkFixture() {
    Open();
    PutExperiment put;
    put.hash = experiment;
    put.name = "bench";
    put.config_json = R"({"seeds":["1"],"table":{"baseline":"initial"}})";
    put.sources_json = put.data_json = put.prices_json = "{}";
    Must(put);
    for (const std::string arm : {"initial", "trained"}) {
      Arm(arm == "trained" ? 1 : 0, arm, "r");
      const RunName run{experiment, arm, "1"};
      Must(PutRun{.run = run, .program_hash = KeyOf("p"), .status = "complete", .now_ms = 1});
      Unit(arm, "evaluate", "split", "1");
      for (int task = 0; task < kDocuments * kTasksEach; ++task) Attempted(arm, task);
      EndUnit end;
      end.unit_key = KeyOf(arm);
      end.status = "finished";
      Must(end);
      PutRunUnit cell;
      cell.run = run;
      cell.position = 1;
      cell.name = cell.cluster = "split";
      cell.separation = "given";
      cell.report_tasks = kDocuments * kTasksEach;
      cell.evaluate_unit_key = KeyOf(arm);
      Must(cell);
    }
    Must(EndExperiment{experiment, "complete", 2});
  }

  void Attempted(const std::string& arm, int task) {
    const int document = task / kTasksEach;
    const bool trained = arm == "trained";
    const bool failed = trained && task == kDocuments * kTasksEach - 1;
    const bool solved =
        task % kTasksEach == 0 || (trained && task % kTasksEach == 1 && document < 12);
    const std::string place = std::to_string(task + 1);
    Row(arm, "tasks", place, 1,
        Json::MakeObject({{"name", "t" + place},
                          {"origin", "report"},
                          {"text", "?"},
                          {"cluster", "document-" + std::to_string(document)}}));
    Json fields = Json::MakeObject({{"task", "tasks:" + place + "#1"},
                                    {"purpose", "report"},
                                    {"answer", arm + place},
                                    {"graded", failed ? 0 : 1},
                                    {"solved", solved && !failed ? 1 : 0},
                                    {"n_pass", solved && !failed ? 1 : 0},
                                    {"n_rubrics", 1},
                                    {"infrastructure", failed ? 1 : 0},
                                    {"unsafe", trained && task == 0 ? 1 : 0}});
    if (failed) fields.Set("failure_class", "image");
    if (!failed) fields.Set("score", solved ? 1.0 : 0.25);
    Row(arm, "attempts", place, 1, std::move(fields));
    // The first document's tasks meet an injected skill; the first of them loads it.
    if (!trained || document > 0) return;
    for (const char* event : {"offer", "load"}) {
      if (event[0] == 'l' && task > 0) continue;
      Row(arm, "skill_uses", place, event[0] == 'l' ? 2 : 1,
          Json::MakeObject({{"event", event},
                            {"name", "house"},
                            {"found", true},
                            {"injected", true},
                            {"attempt", "attempts:" + place + "#1"}}));
    }
  }

  ResultTable Table() {
    const auto reader = Reader();
    auto table = MakeResultTable(*reader, "bench", {});
    BOOST_REQUIRE_MESSAGE(table.ok(), (table.ok() ? "" : table.error().message));
    return std::move(table).value();
  }
};

BOOST_FIXTURE_TEST_SUITE(scores, BenchmarkFixture)

BOOST_AUTO_TEST_CASE(the_clusters_are_those_of_the_tasks) {
  const ResultTable table = Table();
  BOOST_REQUIRE_EQUAL(table.rows.size(), 2U);
  const ArmRow& trained = table.rows[1];
  BOOST_TEST(trained.clusters == kDocuments);
  BOOST_TEST(trained.solved.hits == 32);
  BOOST_TEST(trained.solved.n == 59);
  BOOST_TEST(trained.solved_all.n == 60);
  BOOST_TEST(trained.solved.interval.has_value());
  BOOST_TEST(ReplicatesText(trained) == "1 (items only)");
  // Twelve documents differ, all upwards: 2 of 2^12 patterns of signs are as extreme.
  BOOST_REQUIRE(trained.difference.has_value());
  BOOST_TEST(trained.difference->clusters == kDocuments);
  BOOST_REQUIRE(trained.difference->p.has_value());
  BOOST_TEST(*trained.difference->p == 2.0 / 4096, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(scores_stand_beside_solved) {
  const ResultTable table = Table();
  const ArmRow& trained = table.rows[1];
  BOOST_TEST(trained.score.n == 59);
  BOOST_TEST(trained.score.mean == (32 + 27 * 0.25) / 59, boost::test_tools::tolerance(1e-12));
  BOOST_REQUIRE(trained.score.interval.has_value());
  BOOST_TEST(trained.score.interval->low < trained.score.mean);
  BOOST_TEST(trained.score.interval->high > trained.score.mean);
  // A score of 0.25 instead of 0 varies less.
  BOOST_TEST(trained.score.interval->high - trained.score.interval->low <
             trained.solved.interval->high - trained.solved.interval->low);
}

BOOST_AUTO_TEST_CASE(failures_of_the_world_and_unsafe_numbers_are_told_apart_in_every_format) {
  const ResultTable table = Table();
  BOOST_TEST(table.rows[0].infrastructure == 0);
  BOOST_TEST(table.rows[1].infrastructure == 1);
  BOOST_TEST(table.rows[1].ungraded == 0);
  BOOST_TEST(table.rows[1].unsafe == 1);
  BOOST_TEST(table.ungraded.empty());
  BOOST_REQUIRE_EQUAL(table.infrastructure.size(), 1U);
  BOOST_TEST(table.infrastructure[0].reason == "image");
  for (const std::string& text :
       {RenderText(table), RenderMarkdown(table), RenderLatex(table), RenderHtmlPage(table)}) {
    const std::string plain = ReplaceAll(text, "\\", "");  // of Markdown's escapes
    BOOST_TEST((plain.find("(UNSAFE) trained") != std::string::npos), text);
    BOOST_TEST((plain.find("(UNSAFE) initial") == std::string::npos), text);
    BOOST_TEST((text.find("the solver could reach the tests") != std::string::npos), text);
    BOOST_TEST((text.find("Infrastructure failures") != std::string::npos), text);
    BOOST_TEST((text.find("in 1 attempts the world failed") != std::string::npos), text);
  }
  const Json json = TableJson(table);
  const Json& row = json["rows"].items()[1];
  BOOST_TEST(row["unsafe"].AsInt() == 1);
  BOOST_TEST(row["infrastructure"].AsInt() == 1);
  BOOST_TEST(row["score"]["n"].AsInt() == 59);
  BOOST_TEST(row["loaded"]["hits"].AsInt() == 1);
  BOOST_TEST(row["loaded"]["n"].AsInt() == 3);
  BOOST_TEST((RenderText(table).find("loaded skill %") != std::string::npos));
  const std::string csv = RenderCsv(table);
  BOOST_TEST((csv.find(",score,score_low,score_high,score_n,infrastructure,unsafe,"
                       "loaded_hits,loaded_n\n") != std::string::npos));
  BOOST_TEST((csv.find(",59,1,1,1,3\n") != std::string::npos), csv);
}

BOOST_AUTO_TEST_CASE(the_queries_give_the_same_numbers) {
  const ResultTable table = Table();
  const auto reader = Reader();
  int seen = 0;
  for (const ColumnQuery& query : TableQueries(table, false)) {
    const auto rows = reader->Query(query.sql);
    BOOST_REQUIRE_MESSAGE(rows.ok(), query.column + ": " + (rows.ok() ? "" : rows.error().message));
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const Json& row = (*rows)[i];
      if (query.column == "score") {
        BOOST_TEST(row["n"].AsInt() == table.rows[i].score.n);
        BOOST_TEST(std::fabs(row["score"].AsDouble() - 100 * table.rows[i].score.mean) < 1e-9);
        BOOST_TEST(std::fabs(row["low"].AsDouble() - 100 * table.rows[i].score.interval->low) <
                   1e-9);
        ++seen;
      }
      if (query.column == "infrastructure") {
        BOOST_TEST(row["infrastructure"].AsInt() == table.rows[i].infrastructure);
        ++seen;
      }
      if (query.column == "loaded") {
        BOOST_TEST(row["n"].AsInt() == table.rows[i].loaded.n);
        BOOST_TEST(row["hits"].AsInt() == table.rows[i].loaded.hits);
        ++seen;
      }
      if (query.column == "ungraded") BOOST_TEST(row["ungraded"].AsInt() == 0);
      if (query.column == "clusters") BOOST_TEST(row["clusters"].AsInt() == kDocuments);
    }
  }
  BOOST_TEST(seen == 6);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
