#include "report/result_table.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/text.h"
#include "report/render_csv.h"
#include "report/render_json.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/text_grid.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

ResultTable DemoTable(ReportFixture* fixture) {
  fixture->FillDemo();
  const auto reader = fixture->Reader();
  auto table = MakeResultTable(*reader, "", {});
  BOOST_REQUIRE_MESSAGE(table.ok(), (table.ok() ? "" : table.error().message));
  return std::move(table).value();
}

// Every figure here was worked out by hand from the fixture's description.
BOOST_AUTO_TEST_CASE(rates_differences_and_calls_are_those_of_the_hand_calculation) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  BOOST_REQUIRE_EQUAL(table.rows.size(), 3U);

  const ArmRow& base = table.rows[0];
  BOOST_TEST(TasksText(base) == "11-12");  // task 10 is apart under seed 2, in every arm
  BOOST_TEST(base.clusters == 12);
  BOOST_TEST(base.solved.hits == 6);
  BOOST_TEST(base.solved.n == 23);
  BOOST_TEST(base.rubrics.hits == 29);
  BOOST_TEST(base.rubrics.n == 46);
  BOOST_TEST(base.is_baseline);
  BOOST_TEST(!base.difference.has_value());
  BOOST_TEST(base.replicates == 2);
  BOOST_TEST(base.identical_replicates == 1);
  BOOST_TEST(ReplicatesText(base) == "2 identical (items only)");

  const ArmRow& ctx = table.rows[1];
  BOOST_TEST(ctx.solved.hits == 15);
  BOOST_TEST(ctx.solved.n == 22);
  BOOST_TEST(ctx.solved_all.hits == 15);
  BOOST_TEST(ctx.solved_all.n == 23);
  BOOST_TEST(ctx.ungraded == 1);
  BOOST_TEST(ctx.rubrics.hits == 37);
  BOOST_TEST(ctx.rubrics.n == 44);
  BOOST_TEST(ctx.identical_replicates == 0);
  BOOST_REQUIRE(ctx.difference.has_value());
  BOOST_TEST(ctx.difference->pairs == 22);
  BOOST_TEST(ctx.difference->clusters == 12);
  BOOST_TEST(ctx.difference->replicates == 2);
  BOOST_TEST(ctx.difference->value == 9.0 / 22, boost::test_tools::tolerance(1e-12));
  // Six clusters differ, all upwards: 2 of the 2^6 sign patterns are as extreme.
  BOOST_REQUIRE(ctx.difference->p.has_value());
  BOOST_TEST(*ctx.difference->p == 2.0 / 64, boost::test_tools::tolerance(1e-12));
  // Two runs are hardly enough to speak of a third: no mark.
  BOOST_TEST(MarkText(*ctx.difference) == "p=0.031, runs p=0.217");
  BOOST_REQUIRE(ctx.difference->interval.has_value());
  BOOST_TEST(ctx.difference->interval->low < ctx.difference->value);
  BOOST_TEST(ctx.difference->interval->high > ctx.difference->value);

  const ArmRow& evil = table.rows[2];
  BOOST_TEST(evil.name == kEvilArm);
  BOOST_REQUIRE(evil.difference.has_value());
  BOOST_TEST(evil.difference->pairs == 3);
  BOOST_TEST(MarkText(*evil.difference) == "too few clusters to test");
  BOOST_TEST(evil.cells_missing == 21);

  // Ctx2Skill also has one loop call a cell, which nobody shares: 24 + 48.
  const int64_t figures[3][3] = {{48, 42, 0}, {72, 63, 6}, {6, 3, 3}};
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(table.rows[i].calls_alone == figures[i][0]);
    BOOST_TEST(table.rows[i].calls_exclusive == figures[i][1]);
    BOOST_TEST(table.rows[i].calls_shared == figures[i][2]);
    BOOST_TEST(table.rows[i].cost_alone.value == figures[i][0] * 1'000'000'000);
  }
}

BOOST_AUTO_TEST_CASE(touched_tasks_are_apart_in_every_arm) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  BOOST_TEST(table.touched_tasks == 1);
  BOOST_TEST(table.checked_tasks == 24);
  BOOST_REQUIRE_EQUAL(table.touched.size(), 3U);
  BOOST_TEST(table.touched[0].attempts == 1);
  BOOST_TEST(table.touched[0].own_in_skill == 0);
  BOOST_TEST(table.touched[1].attempts == 1);
  BOOST_TEST(table.touched[1].own_in_skill == 1);
  BOOST_TEST(table.touched[2].attempts == 0);
  BOOST_TEST(table.exposed.empty());
}

BOOST_AUTO_TEST_CASE(exposed_contexts_never_reach_a_headline) {
  ReportFixture fixture;
  fixture.FillDemo();
  PutRunUnit cell = fixture.CellOfItem("no skill", "1", 1);
  cell.separation = "none";
  fixture.Must(cell);
  const auto reader = fixture.Reader();
  const auto table = MakeResultTable(*reader, "demo", {});
  BOOST_REQUIRE(table.ok());
  BOOST_TEST(table->rows[0].solved.hits == 5);
  BOOST_TEST(table->rows[0].solved.n == 22);
  BOOST_REQUIRE_EQUAL(table->exposed.size(), 3U);
  BOOST_TEST(table->exposed[0].attempts == 1);
}

BOOST_AUTO_TEST_CASE(missing_cells_are_listed_with_their_reason) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  BOOST_TEST(table.cells_planned == 72);
  BOOST_REQUIRE_EQUAL(table.missing.size(), 21U);
  BOOST_TEST(table.missing[0].item == "doc-04");
  BOOST_TEST(table.missing[0].reason == "unit failed: no usable tasks\x1b[2J");
  BOOST_TEST(table.missing[1].reason == "not started");
  const std::string text = RenderText(table);
  BOOST_TEST(text.find("Missing: 21 of 72 cells") != std::string::npos);
  BOOST_TEST(text.find("and 11 more") != std::string::npos);
  BOOST_TEST(text.find("INCOMPLETE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_aggregate_comes_out_of_plain_sql) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  const auto reader = fixture.Reader();
  const auto rows = reader->Query(R"sql(
      SELECT ra.arm, sum(ra.graded) AS graded, count(*) AS attempts, sum(ra.solved) AS solved,
             sum(CASE WHEN ra.graded THEN ra.n_pass END) AS n_pass,
             sum(CASE WHEN ra.graded THEN ra.n_rubrics END) AS n_rubrics
      FROM report_attempts ra
      WHERE ra.separation <> 'none' AND NOT EXISTS
        (SELECT 1 FROM report_attempts other WHERE other.overlap IS NOT NULL
           AND other.experiment_id = ra.experiment_id AND other.replicate = ra.replicate
           AND other.item = ra.item AND other.task = ra.task)
      GROUP BY ra.arm_position ORDER BY ra.arm_position)sql");
  BOOST_REQUIRE(rows.ok());
  BOOST_REQUIRE_EQUAL(rows->size(), table.rows.size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Json& row = (*rows)[i];
    BOOST_TEST(row["graded"].AsInt() == table.rows[i].solved.n);
    BOOST_TEST(row["attempts"].AsInt() == table.rows[i].solved_all.n);
    BOOST_TEST(row["solved"].AsInt() == table.rows[i].solved.hits);
    BOOST_TEST(row["n_pass"].AsInt() == table.rows[i].rubrics.hits);
    BOOST_TEST(row["n_rubrics"].AsInt() == table.rows[i].rubrics.n);
  }
}

BOOST_AUTO_TEST_CASE(equal_rows_give_an_equal_table_whatever_else_happened) {
  ReportFixture one;
  const std::string before = RenderText(DemoTable(&one));
  // Another send of an answered call, another session: nothing that a table may show.
  PutIntent again = IntentOf("never answered", "x", 1);
  one.Must(again);
  one.Ended(again.key, 1, "rate_limited", false);
  const auto reader = one.Reader();
  const auto table = MakeResultTable(*reader, "", {});
  BOOST_REQUIRE(table.ok());
  BOOST_TEST(RenderText(*table) == before);
  ReportFixture two;
  BOOST_TEST(RenderText(DemoTable(&two)) == before);
}

BOOST_AUTO_TEST_CASE(categories_split_the_headline) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  TableOptions options;
  options.by = "category";
  const auto table = MakeResultTable(*reader, "", options);
  BOOST_REQUIRE(table.ok());
  BOOST_REQUIRE_EQUAL(table->categories.size(), 6U);
  int64_t attempts = 0;
  for (const CategoryRow& row : table->categories)
    attempts += row.arm == "no skill" ? row.attempts : 0;
  BOOST_TEST(attempts == 23);
  BOOST_TEST(table->categories[1].category == "first");
  BOOST_TEST(table->categories[1].solved.hits == 12);
  BOOST_TEST(table->categories[1].difference->value == 0.5);
}

BOOST_AUTO_TEST_CASE(footer_names_models_and_the_offline_reader) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  const std::string all = Join(table.footer, "\n");
  BOOST_TEST(all.find("offline/reader is a rule-based reader, no language model") !=
             std::string::npos);
  BOOST_TEST(all.find("judged by offline/reader:judge") != std::string::npos);
  BOOST_TEST(all.find("MARK") == std::string::npos);
  BOOST_TEST(all.find("WARNING") == std::string::npos);
  BOOST_TEST(all.find("overlap: 1 of 24 report tasks (4.2%)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_judge_that_answered_and_a_second_response_model_are_marked) {
  ReportFixture fixture;
  fixture.judge_model = "offline/reader";
  fixture.FillDemo();
  fixture.Must(IntentOf("odd"));
  PutAnswer odd = AnswerOf("odd", "x");
  odd.response_model = "offline-reader-2";
  fixture.Must(odd);
  PutUse use = UseOf("run no skill/1/doc-01", "odd", 9);
  fixture.Must(use);
  const auto reader = fixture.Reader();
  const auto table = MakeResultTable(*reader, "", {});
  BOOST_REQUIRE(table.ok());
  const std::string all = Join(table->footer, "\n");
  BOOST_TEST(all.find("judge and answering model are the same: offline/reader") !=
             std::string::npos);
  BOOST_TEST(all.find("offline/reader answered as more than one model: offline-reader-1, "
                      "offline-reader-2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hostile_names_stay_harmless_in_every_rendering) {
  ReportFixture fixture;
  const ResultTable table = DemoTable(&fixture);
  const std::string text = RenderText(table);
  const std::string markdown = RenderMarkdown(table);
  const std::string csv = RenderCsv(table);
  const std::string json = RenderJson(TableJson(table));
  for (const std::string& out : {text, markdown, csv, json}) {
    BOOST_TEST(out.find('\x1b') == std::string::npos);
    BOOST_TEST(out.find("\xE2\x80\xAE") == std::string::npos);
  }
  BOOST_TEST(markdown.find("<b>") == std::string::npos);
  BOOST_TEST(markdown.find("=cmd\\|'") != std::string::npos);
  BOOST_TEST(csv.find(",=cmd") == std::string::npos);
  BOOST_TEST(csv.find(",\"=cmd") == std::string::npos);
  BOOST_TEST(csv.find("'=cmd") != std::string::npos);
  const auto parsed = Json::Parse(json);
  BOOST_REQUIRE(parsed.ok());
  BOOST_TEST(parsed.value()["rows"].items()[2]["arm"].AsString() == kEvilArm);
  for (const std::string_view line : Split(text, '\n')) BOOST_TEST(DisplayWidth(line) <= 126U);
}

BOOST_AUTO_TEST_CASE(csv_has_as_many_fields_in_each_line_as_in_its_head) {
  ReportFixture fixture;
  const std::string csv = RenderCsv(DemoTable(&fixture));
  std::vector<std::size_t> counts;
  std::size_t fields = 1;
  bool quoted = false;
  for (const char c : csv) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++fields;
    if (c == '\n' && !quoted) {
      counts.push_back(fields);
      fields = 1;
    }
  }
  BOOST_REQUIRE_EQUAL(counts.size(), 4U);
  for (const std::size_t count : counts) BOOST_TEST(count == counts[0]);
}

BOOST_AUTO_TEST_CASE(formulas_in_csv_lose_their_meaning) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain", "plain"},    {"=1+1", "\"'=1+1\""},
      {" @x", "\"' @x\""},   {"-3", "\"'-3\""},
      {"a,b", "\"a,b\""},    {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"\t=x", "\"'\t=x\""}, {"", ""},
  };
  for (const auto& [in, out] : cases) BOOST_TEST(CsvText(in) == out);
}

BOOST_AUTO_TEST_CASE(golden_text_table) {
  ReportFixture fixture;
  const std::string text = RenderText(DemoTable(&fixture));
  const std::string path = std::string(HONE_SOURCE_DIR) + "/tests/unit/report/demo_table.txt";
  std::ifstream in(path);
  const std::string golden((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (golden != text) {
    std::ofstream(std::string(HONE_BINARY_DIR) + "/demo_table.txt") << text;
  }
  BOOST_TEST(text == golden);
}

BOOST_AUTO_TEST_CASE(experiments_are_found_by_name_and_prefix) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  for (const std::string& name : {std::string(), std::string("demo"), fixture.experiment.Short()}) {
    const auto found = FindExperiment(*reader, name);
    BOOST_REQUIRE(found.ok());
    BOOST_TEST(found->hash == fixture.experiment.Hex());
  }
  const auto missing = FindExperiment(*reader, "dmeo");
  BOOST_REQUIRE(!missing.ok());
  BOOST_TEST(missing.error().message ==
             "no experiment 'dmeo' in this database; did you mean 'demo'?");
}

BOOST_AUTO_TEST_CASE(widths_count_columns_and_cuts_keep_characters_whole) {
  BOOST_TEST(DisplayWidth("abc") == 3U);
  BOOST_TEST(DisplayWidth("\xE6\xBC\xA2\xE5\xAD\x97") == 4U);  // two wide characters
  BOOST_TEST(DisplayWidth("e\xCC\x81") == 1U);                 // a combining mark
  BOOST_TEST(CutToWidth("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2", 5) == "\xE6\xBC\xA2...");
  BOOST_TEST(CutToWidth("short", 5) == "short");
}

}  // namespace
}  // namespace hone
