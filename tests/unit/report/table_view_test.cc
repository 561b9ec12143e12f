// What a table shows and where: declared rows, columns and groups, published numbers, searches.
#include "report/table_view.h"

#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "report/published_numbers.h"
#include "report/render_csv.h"
#include "report/render_html.h"
#include "report/render_json.h"
#include "report/render_latex.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

// The demo with other declarations and labels.
ReportData DemoData(ReportFixture* fixture, const std::string& table_json) {
  fixture->FillDemo();
  const auto reader = fixture->Reader();
  const auto found = FindExperiment(*reader, "");
  BOOST_REQUIRE(found.ok());
  auto data = LoadReportData(*reader, *found);
  BOOST_REQUIRE(data.ok());
  auto declared = Json::Parse(table_json);
  BOOST_REQUIRE(declared.ok());
  data->config.Set("table", std::move(declared).value());
  return std::move(data).value();
}

std::vector<std::string> Titles(const ViewBlock& block) {
  std::vector<std::string> out;
  for (const ViewColumn& column : block.columns) out.push_back(column.title);
  return out;
}

BOOST_AUTO_TEST_CASE(rows_columns_and_labels_are_those_declared) {
  ReportFixture fixture;
  const ReportData data =
      DemoData(&fixture,
               R"({"baseline":"no skill","rows":[{"arm":"Ctx2Skill","label":"ours"},"no skill"],
          "columns":["solved","difference","p_holm","categories","missing"]})");
  const ResultTable table = ComputeResultTable(data, {});
  BOOST_REQUIRE_EQUAL(table.rows.size(), 2U);
  BOOST_TEST(table.rows[0].label == "ours");
  BOOST_TEST(table.rows[1].is_baseline);
  BOOST_TEST(table.arms_not_shown == 1);
  const TableView view = ViewOf(table);
  const ViewBlock& block = view.blocks.front();
  BOOST_TEST(Join(Titles(block), "|") ==
             "arm|solved % (graded)|vs no skill|p (Holm)|first|second|missing");
  BOOST_TEST(block.rows[0].cells[0] == "ours");
  BOOST_TEST(block.rows[0].cells[6] == "0 of 24");
  // A hidden row still counts for the correction.
  BOOST_TEST(Join(table.footer, "\n").find("1 arms of the experiment are not among the rows") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(groups_have_headings_and_baselines_of_their_own) {
  ReportFixture fixture;
  ReportData data = DemoData(&fixture, R"({"baseline":"Base"})");
  // Two models with two arms each, interleaved; the third arm of the demo is the second's baseline.
  data.arms.push_back(data.arms[1]);
  const char* places[4][2] = {{"GPT", "Base"}, {"GPT", "Ours"}, {"Qwen", "Base"}, {"Qwen", "Ours"}};
  for (std::size_t i = 0; i < 4; ++i) {
    data.arms[i].model = places[i][0];
    data.arms[i].label = places[i][1];
    data.arms[i].name = std::string(places[i][0]) + ": " + places[i][1];
    data.arms[i].baseline.clear();
  }
  std::swap(data.arms[1], data.arms[2]);
  BOOST_TEST(data.BaselineOf(1) == 1);  // Qwen: Base
  BOOST_TEST(data.BaselineOf(2) == 0);  // GPT: Ours
  BOOST_TEST(data.BaselineOf(3) == 1);
  const ResultTable table = ComputeResultTable(data, {});
  const TableView view = ViewOf(table);
  const ViewBlock& block = view.blocks.front();
  std::string shape;
  for (const ViewRow& row : block.rows) {
    shape += (row.is_heading ? "[" + row.cells[0] + "]" : row.cells[0]) + " ";
  }
  BOOST_TEST(shape == "[GPT] Base Ours [Qwen] Base Ours ");
  BOOST_TEST(block.columns[4].title == "vs Base");
  const std::string text = RenderText(table);
  BOOST_TEST(text.find("\nGPT\n  Base ") != std::string::npos);
  BOOST_TEST(RenderLatex(table).find("\\multicolumn{") != std::string::npos);
  BOOST_TEST(RenderMarkdown(table).find("| **GPT** |") != std::string::npos);
  BOOST_TEST(RenderHtmlPage(table).find("<th class=\"hone-heading\" colspan=\"6\">GPT</th>") !=
             std::string::npos);
  TableOptions options;
  options.group = "none";
  const ResultTable flat = ComputeResultTable(data, options);
  BOOST_TEST(flat.rows[1].label == "Qwen: Base");
}

constexpr const char* kReference =
    "table,block,backbone,method_or_row,column,value\n"
    "3,Ablation,GPT-4.1,Base Model,overall,11.1\n"
    "3,Ablation,GPT-4.1,Base Model,first,20.5\n"
    "3,Ablation,GPT-5.1,Base Model,overall,21.1\n"
    "3,Ablation,GPT-4.1,\"Ctx2Skill, whole\",overall,16.5\n";

constexpr const char* kReferenceTable =
    R"({"baseline":"no skill","by":"category","reference":{"file":"r.csv","backbone":"gpt 4.1",
        "rows":{"no skill":"Base model","Ctx2Skill":"Ctx2Skill, whole"}%MATCH%}})";

ResultTable Referenced(const std::string& match, const std::string& response = "real-1") {
  ReportFixture fixture;
  ReportData data = DemoData(&fixture, ReplaceAll(kReferenceTable, "%MATCH%", match));
  data.reference = kReference;
  for (ReportCell& cell : data.cells) cell.missing.clear();
  for (ModelUse& use : data.models) {
    use.model = "openai/real";
    use.response_model = response;
  }
  for (ReportArm& arm : data.arms) {
    arm.model = "GPT-4.1";
    arm.config.Set("models", Json::MakeObject({{"default", "openai/real"}}));
  }
  return ComputeResultTable(data, {});
}

BOOST_AUTO_TEST_CASE(published_numbers_are_not_comparable_unless_everything_matches) {
  const ResultTable bare = Referenced("");
  BOOST_REQUIRE(bare.rows[0].published.has_value());
  BOOST_TEST(bare.rows[0].published->percent == 11.1);
  BOOST_TEST(!bare.rows[0].published->difference.has_value());
  BOOST_TEST(bare.rows[1].published->percent == 16.5);
  BOOST_TEST(bare.not_comparable.front() ==
             "the experiment does not state a match of data, models, protocol");
  BOOST_TEST(bare.not_in_reference.size() == 1U);  // the third arm
  BOOST_TEST(bare.categories[0].published->percent == 20.5);
  BOOST_TEST(RenderText(bare).find("NOT COMPARABLE") != std::string::npos);

  const std::string full = R"(,"match":{"data":true,"models":true,"protocol":true})";
  const ResultTable matched = Referenced(full);
  BOOST_TEST(matched.not_comparable.empty(),
             (matched.not_comparable.empty() ? "" : matched.not_comparable.front()));
  BOOST_REQUIRE(matched.rows[0].published->difference.has_value());
  BOOST_TEST(*matched.rows[0].published->difference == 600.0 / 23 - 11.1,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(PublishedDifferenceText(matched.rows[0].published) == "+15.0");

  const std::string named =
      R"(,"match":{"data":true,"models":{"GPT-4.1":"real-2024"},"protocol":true})";
  const ResultTable other = Referenced(named);
  BOOST_TEST(other.not_comparable.front() == "GPT-4.1 answered as real-1, not as real-2024");
  BOOST_TEST(Referenced(named, "real-2024").not_comparable.empty());
  BOOST_TEST(Referenced(R"(,"match":{"data":true,"models":true,"protocol":false})")
                 .not_comparable.front() == "the experiment does not state a match of protocol");
}

BOOST_AUTO_TEST_CASE(reference_files_are_read_strictly) {
  const auto good = PublishedNumbers::Parse(kReference, "r.csv");
  BOOST_REQUIRE(good.ok());
  BOOST_TEST(*good->Find({.backbone = "GPT-5.1", .row = "base model", .column = "Overall"}) ==
             21.1);
  BOOST_TEST(!good->Find({.row = "base model", .column = "second"}).has_value());
  BOOST_TEST(good->Backbones({}).size() == 2U);
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "r.csv: empty"},
      {"tabel,block,backbone,method_or_row,column,value\n", "did you mean 'tabel'"},
      {"table,block,backbone,method_or_row,column,value\n1,2\n", "has 2 fields"},
      {"table,block,backbone,method_or_row,column,value\n1,a,b,c,d,x1\n", "'x1' is no number"},
      {"table,\"block\n", "quote is opened"},
  };
  for (const auto& [text, message] : bad) {
    const auto parsed = PublishedNumbers::Parse(text, "r.csv");
    BOOST_REQUIRE(!parsed.ok());
    BOOST_TEST(parsed.error().message.find(message) != std::string::npos, parsed.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_search_shows_both_splits_and_marks_what_it_dropped) {
  ReportFixture fixture;
  ReportData data = DemoData(&fixture, R"({"baseline":"no skill"})");
  for (const ReportAttempt& attempt : data.attempts) {
    if (attempt.arm < 2 && attempt.replicate == 0) data.selects.push_back(attempt);
  }
  data.decisions = {{1, 2, "win", "ahead"}, {2, 1, "drop", "behind by 3 points"}};
  const ResultTable table = ComputeResultTable(data, {});
  BOOST_REQUIRE_EQUAL(table.search.size(), 3U);
  BOOST_TEST(table.search[1].select.hits == 9);
  BOOST_TEST(table.search[1].report.n == 22);
  BOOST_TEST(table.search[2].decision == "drop");
  BOOST_TEST(table.rows[2].is_partial);
  BOOST_TEST(table.missing.empty());  // what is missing of a dropped arm was decided so
  BOOST_TEST(table.cells_planned == 48);
  const std::string text = RenderText(table);
  BOOST_TEST(text.find("(partial) ") != std::string::npos);
  BOOST_TEST(text.find("behind by 3 points") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bounds_are_those_of_the_hand_calculation) {
  ReportFixture fixture;
  const ReportData data = DemoData(&fixture, R"({"baseline":"no skill"})");
  const ResultTable table = ComputeResultTable(data, {});
  const PairedDifference& difference = *table.rows[1].difference;
  // 23 pairs, 9 gained among 22; the 23rd is ungraded in the arm and failed in the baseline.
  BOOST_TEST(difference.ungraded_pairs == 1);
  BOOST_TEST(difference.bounds->low == 9.0 / 23, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(difference.bounds->high == 10.0 / 23, boost::test_tools::tolerance(1e-12));
  BOOST_REQUIRE_EQUAL(table.ungraded.size(), 1U);
  BOOST_TEST(table.ungraded[0].reason == "the judge's answer was cut off");
}

BOOST_AUTO_TEST_CASE(fallbacks_estimates_aliases_and_unsafe_switches_are_in_the_footer) {
  ReportFixture fixture;
  ReportData data = DemoData(&fixture, R"({"baseline":"no skill"})");
  data.fallbacks = {{"openai/a", "openai/b", 3}};
  data.calls_answered = 10;
  data.calls_estimated = 4;
  data.models.push_back({"reasoner", "openai/gpt-4.1@eu", "gpt-4.1-2025-04-14", 5});
  data.arms[1].config.Set("params", Json::MakeObject({{"unsafe_host", true}}));
  data.config.Set("on_interruption", "record");
  const std::string footer = Join(ComputeResultTable(data, {}).footer, "\n");
  for (const char* line :
       {"FALLBACK: 3 calls for openai/a were answered by openai/b",
        "tokens: 4 of 10 calls came without a usage report",
        "alias: openai/gpt-4.1@eu names no version; it answered as gpt-4.1-2025-04-14",
        "UNSAFE: Ctx2Skill.unsafe_host = true", "UNSAFE: on_interruption = record"}) {
    BOOST_TEST(footer.find(line) != std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(options_that_no_table_has_are_refused) {
  ReportFixture fixture;
  fixture.FillDemo();
  const auto reader = fixture.Reader();
  TableOptions options;
  options.columns = {"sovled"};
  const auto table = MakeResultTable(*reader, "", options);
  BOOST_REQUIRE(!table.ok());
  BOOST_TEST(table.error().message == "--columns: no column 'sovled'; did you mean 'solved'?");
}

}  // namespace
}  // namespace hone
