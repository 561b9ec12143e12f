// Names and model outputs that mean something to a spreadsheet, a browser, TeX, Markdown, SQL or a
// terminal come out as what they are: text. One table of them, in every place, in every format.
#include <boost/test/unit_test.hpp>
#include <regex>
#include <set>

#include "base/text.h"
#include "report/compare.h"
#include "report/outline.h"
#include "report/published_numbers.h"
#include "report/render_csv.h"
#include "report/render_html.h"
#include "report/render_json.h"
#include "report/render_latex.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/table_queries.h"
#include "report/text_grid.h"
#include "unit/report/report_fixture.h"

namespace hone {
namespace {

constexpr std::size_t kHuge = 10 << 20;

const std::vector<std::string>& Hostile() {
  static const std::vector<std::string> kNames = {
      "=HYPERLINK(\"http://evil.example\",\"x\")",
      "+1+cmd|' /C calc'!A0",
      "-2+3",
      "@SUM(1;2)",
      "\t=1+1",
      "\r=1+1",
      "  =1+1",
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "<!-- x --><style>*{}</style>",
      "`rm -rf /`",
      "| a | b |\n| --- | --- |",
      "[x](javascript:alert(1))",
      "![x](http://evil.example/x.png)",
      "**bold** _it_ ~~s~~ # h",
      "see http://evil.example or www.evil.example, @everyone",
      "\\input{/etc/passwd}",
      "\\end{tabular}\\immediate\\write18{rm -rf /}",
      "a & b \\\\ c % d $x^2$ ~ {e} #1 _f",
      "^^5cinput{x}",
      "\x1b]0;owned\x07\x1b[2J\x1b[31m",
      "\xC2\x9B"
      "31m",  // a C1 control
      "a\xE2\x80\xAE"
      "gnp.exe",  // right-to-left override
      "b\xE2\x81\xA6"
      "c",  // isolate
      "two\nlines\r\nthree\ttabs",
      std::string("nul\0byte", 8),
      "bad \xFF\xFE utf-8",
      "'; DROP TABLE calls; --",
      "$(touch /tmp/x) ; `id`",
      std::string(kHuge, 'A') + "<b>=1",
  };
  return kNames;
}

const ReportData& Demo() {
  static const ReportData kData = [] {
    ReportFixture fixture;
    fixture.FillDemo();
    const auto reader = fixture.Reader();
    const auto found = FindExperiment(*reader, "");
    BOOST_REQUIRE(found.ok());
    auto data = LoadReportData(*reader, *found);
    BOOST_REQUIRE(data.ok());
    return std::move(data).value();
  }();
  return kData;
}

// The demo with `name` wherever a text of the record is shown.
ResultTable TableWith(const std::string& name) {
  ReportData copy = Demo();
  ReportData* data = &copy;
  const bool is_huge = name.size() > 1'000'000;  // a few copies of it are enough
  data->arms[1].name = data->arms[1].label = name;
  for (ReportAttempt& attempt : data->attempts) {
    if (!attempt.graded) attempt.ungraded_reason = name;
  }
  data->models.front().model = name;
  if (!is_huge) {
    data->experiment.name = data->experiment.file = data->experiment.subset = name;
    data->replicates[1] = name;
    for (ReportArm& arm : data->arms) arm.recipe = name;
    data->arms[1].model = data->arms[1].slice = name;
    data->arms[2].baseline = name;
    data->config.Set("table", Json::MakeObject({{"baseline", name}, {"reference", name}}));
    data->config.Set("evaluate", Json::MakeObject({{"with", name}, {"judge", name}}));
    for (ReportAttempt& attempt : data->attempts) {
      if (attempt.category == "first") attempt.category = name;
      attempt.item = attempt.task = name + attempt.task;
    }
    for (ReportCell& cell : data->cells) {
      if (!cell.missing.empty()) cell.missing = cell.item = name;
    }
    for (ModelUse& use : data->models) use.model = use.response_model = use.role = name;
    data->self_judged_models = {name};
    data->fallbacks = {{name, name, 1}};
    data->decisions = {{1, 1, "drop", name}};
    data->selects.push_back(data->attempts.front());
    JudgeAgreement agreement;
    agreement.first = agreement.second = name;
    agreement.both_yes = 3;
    data->agreements = {agreement};
  }
  TableOptions options;
  options.by = is_huge ? "none" : "category";
  options.extras = !is_huge;
  ResultTable table = ComputeResultTable(*data, options);
  if (!is_huge) table.footer.push_back(name);
  return table;
}

bool HasControl(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) return true;
  }
  for (const char* bad : {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xC2\x9B"}) {
    if (text.find(bad) != std::string::npos) return true;
  }
  return !IsValidUtf8(text);
}

void CheckText(const std::string& out) {
  BOOST_TEST(!HasControl(out));
  BOOST_TEST(out.size() < 100'000U);
  for (const std::string_view line : Split(out, '\n')) BOOST_TEST(DisplayWidth(line) < 700U);
}

void CheckCsv(const std::string& out) {
  const auto records = ParseCsv(out);
  BOOST_REQUIRE(records.ok());
  BOOST_TEST(records->size() >= 3U);
  for (const auto& record : *records) {
    BOOST_TEST(record.size() == records->front().size());
    for (const std::string& field : record) {
      const std::string_view trimmed = Trim(field);
      if (trimmed.empty()) continue;
      const bool is_number = trimmed.find_first_not_of("0123456789.-+e") == std::string::npos;
      if (!is_number || trimmed == "-2+3") {
        BOOST_TEST(std::string_view("=+-@").find(trimmed[0]) == std::string_view::npos,
                   std::string(trimmed.substr(0, 60)));
      }
    }
  }
  BOOST_TEST(!HasControl(ReplaceAll(out, "\t", " ")));
}

void CheckHtml(const std::string& out) {
  BOOST_TEST(!HasControl(ReplaceAll(out, "\t", " ")));
  BOOST_TEST(out.size() < 200'000U);
  const std::set<std::string> known = {"html", "head", "body", "meta",    "title", "style", "h1",
                                       "h2",   "p",    "ul",   "li",      "table", "thead", "tbody",
                                       "tr",   "th",   "td",   "section", "div"};
  static const std::regex kTag("<(/?)([^>\\s]*)([^>]*)>");
  static const std::regex kAttributes(
      R"re(( (class="hone-[a-z]+"|colspan="[0-9]+"|lang="en"|charset="utf-8"|name="[a-z]+"|content="[^"<>]*"|http-equiv="[A-Za-z-]+"))*)re");
  std::size_t opens = 0;
  const std::string body = out.substr(out.find("<html"));
  for (std::sregex_iterator at(body.begin(), body.end(), kTag), end; at != end; ++at) {
    BOOST_TEST(known.count((*at)[2].str()) == 1U, (*at)[0].str());
    BOOST_TEST(std::regex_match((*at)[3].str(), kAttributes), (*at)[0].str());
    ++opens;
  }
  BOOST_TEST(static_cast<std::size_t>(std::count(body.begin(), body.end(), '<')) == opens);
  BOOST_TEST(out.find("default-src 'none'") != std::string::npos);
}

void CheckMarkdown(const std::string& out) {
  BOOST_TEST(!HasControl(out));
  BOOST_TEST(out.size() < 100'000U);
  static const std::regex kLive(R"((^|[^\\])(\]\(|!\[|`|<[A-Za-z/!]))");
  BOOST_TEST(!std::regex_search(out, kLive));
  for (const char* live : {"http://", "www.evil", "@everyone"}) {
    BOOST_TEST(out.find(live) == std::string::npos, live);
  }
  std::size_t columns = 0;
  for (const std::string_view line : Split(out, '\n')) {
    if (line.empty() || line[0] != '|') {
      columns = 0;
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    }
    if (columns == 0) columns = bars;
    BOOST_TEST(bars == columns, std::string(line.substr(0, 100)));
  }
}

void CheckLatex(const std::string& out) {
  BOOST_TEST(!HasControl(out));
  BOOST_TEST(out.size() < 200'000U);
  const std::set<std::string> known = {
      "begin",   "end",           "toprule",         "midrule",         "bottomrule", "multicolumn",
      "textit",  "textbackslash", "textasciitilde",  "textasciicircum", "textless",   "textgreater",
      "textbar", "textquotedbl",  "textquotesingle", "textasciigrave"};
  int depth = 0;
  for (const std::string_view raw : Split(out, '\n')) {
    if (raw.starts_with("%")) continue;
    std::string line(raw);
    static const std::regex kCommand(R"(\\([A-Za-z]+|.))");
    for (std::sregex_iterator at(line.begin(), line.end(), kCommand), end; at != end; ++at) {
      const std::string name = (*at)[1].str();
      const bool is_escape =
          name.size() == 1 && std::string_view("{}$&#_%\\").find(name[0]) != std::string_view::npos;
      BOOST_TEST((is_escape || known.count(name) == 1), name);
    }
    BOOST_TEST(line.find("^^") == std::string::npos);
    line = std::regex_replace(line, std::regex(R"(\\.)"), "");
    BOOST_TEST(line.find('$') == std::string::npos);
    BOOST_TEST(line.find('%') == std::string::npos);
    for (const char c : line) depth += c == '{' ? 1 : (c == '}' ? -1 : 0);
    BOOST_TEST(depth == 0, line.substr(0, 120));
  }
}

BOOST_AUTO_TEST_CASE(every_name_is_harmless_in_every_format) {
  for (const std::string& name : Hostile()) {
    BOOST_TEST_CONTEXT("name: " << OneLine(name, 60)) {
      const ResultTable table = TableWith(name);
      CheckText(RenderText(table));
      CheckCsv(RenderCsv(table));
      CheckHtml(RenderHtmlPage(table));
      CheckMarkdown(RenderMarkdown(table));
      CheckLatex(RenderLatex(table));
      const Json json = TableJson(table);
      const std::string written = RenderJson(json);
      BOOST_TEST(!HasControl(ReplaceAll(written, "\t", " ")));
      const auto parsed = Json::Parse(written);
      BOOST_REQUIRE(parsed.ok());
      bool found = false;
      for (const Json& row : parsed.value()["rows"].items()) {
        found = found || row["arm"].AsString() == ToValidUtf8(name);
      }
      BOOST_TEST(found);
      if (name.size() < 1000) {
        const std::string queries = RenderQueries(TableQueries(table, true));
        BOOST_TEST(!HasControl(queries));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_words_of_a_name_can_still_be_read) {
  const ResultTable table = TableWith("a <b> & \\c{}");
  BOOST_TEST(RenderText(table).find("a <b> & \\c{}") != std::string::npos);
  BOOST_TEST(RenderHtmlPage(table).find("a &lt;b&gt; &amp; \\c{}") != std::string::npos);
  BOOST_TEST(RenderMarkdown(table).find("a &lt;b&gt; &amp; \\\\c\\{\\}") != std::string::npos);
  BOOST_TEST(
      RenderLatex(table).find("a \\textless{}b\\textgreater{} \\& \\textbackslash{}c\\{\\}") !=
      std::string::npos);
}

// Differences and comparisons carry whole texts from the record.
BOOST_AUTO_TEST_CASE(comparisons_are_made_safe_by_the_terminal_and_one_line_each) {
  for (const std::string& name : Hostile()) {
    const Json flip = Json::MakeObject({{"item", name},
                                        {"task", name},
                                        {"seed", name},
                                        {"a", name},
                                        {"b", name},
                                        {"same_answer", false}});
    const Json side =
        Json::MakeObject({{"experiment", name}, {"hash", "0011"}, {"arm", name}, {"seed", name}});
    const Json arm = Json::MakeObject({{"b", name}, {"flips", Json::MakeArray({flip})}});
    const std::string text = RenderCompare(
        Json::MakeObject({{"a", side}, {"b", side}, {"arms", Json::MakeArray({arm})}}));
    BOOST_TEST(!HasControl(text));
    BOOST_TEST(text.size() < 10'000U);
    const std::string fields = RenderDifferences(Json::MakeObject(
        {{"differences",
          Json::MakeArray({Json::MakeObject({{"field", name}, {"a", name}, {"b", name}})})}}));
    BOOST_TEST(!HasControl(fields));
    BOOST_TEST(fields.size() < 2'000U);
  }
}

}  // namespace
}  // namespace hone
