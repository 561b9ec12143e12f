// `hone sql`: what it answers, what it refuses; the documented schema; the named queries.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "store/connection.h"
#include "store/read_database.h"
#include "store/readonly_sql.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_TEST_REQUIRE(in.good(), path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

template <typename T>
std::string Why(const Result<T>& result) {
  return result.ok() ? "" : result.error().message;
}

struct SqlFixture : StoreFixture {
  std::unique_ptr<ReadDatabase> db;

  // Two arms that share one call; two iterations of self-play in arm A, of two tasks each, with
  // their answers and skills; an evaluation of each arm, which differ in the task t1; one lost
  // send; in arm B tasks that are ground, with and without an injected skill.
  SqlFixture() {
    Open();
    const RunName base{KeyOf("exp-v1"), "A", "1"};
    const RunName other{KeyOf("exp-v1"), "B", "1"};
    for (Operation& operation : CellOf("unit-a")) Must(std::move(operation));
    Must(ArmOf(base.experiment, 2, "B"));
    Must(PutRun{.run = other, .program_hash = KeyOf("p"), .status = "running", .now_ms = 1});
    Must(UnitOf("unit-b"));
    Must(UnitOf("eval-a", "evaluate"));
    Must(UnitOf("eval-b", "evaluate"));
    PutRunUnit cell;
    cell.run = other;
    cell.position = 1;
    cell.name = cell.cluster = "doc-1";
    cell.report_tasks = 2;
    cell.unit_key = KeyOf("unit-b");
    cell.evaluate_unit_key = KeyOf("eval-b");
    Must(cell);
    cell.run = base;
    cell.unit_key.reset();
    cell.evaluate_unit_key = KeyOf("eval-a");
    Must(cell);
    for (const char* call : {"one", "two", "three"}) {
      Must(IntentOf(call));
      Must(AnswerOf(call, std::string(call) + std::string(2000, '!')));
    }
    Must(UseOf("unit-a", "one", 1));
    Must(UseOf("unit-a", "two", 2));
    Must(UseOf("unit-b", "two", 1));
    Must(UseOf("unit-b", "three", 2));
    Must(IntentOf("lost"));
    EndSend lost;
    lost.key = KeyOf("lost");
    lost.outcome = "timeout";
    lost.maybe_billed = true;
    lost.interrupts_call = true;
    Must(lost);
    for (int step : {1, 2}) {
      for (int n : {1, 2}) {
        const Json passed = step == 1 && n == 1 ? 2 : 1;
        const int size = step == 1 ? 1 + n : 3 * n;  // of task, rubrics and answer
        Json rubrics = Json::MakeArray();
        for (int i = 0; i < (step == 2 && n == 1 ? 0 : size); ++i) rubrics.Append("names it");
        Row("unit-a", "tasks", step * 10 + n,
            Json::MakeObject({{"origin", "self_play"},
                              {"step", step},
                              {"text", Words(size + 10)},
                              {"rubrics", std::move(rubrics)}}));
        Row("unit-a", "attempts", step * 10 + n,
            Json::MakeObject({{"purpose", "loop"},
                              {"step", step},
                              {"answer", Words(size + 100)},
                              {"call", KeyOf("one").Hex()},
                              {"graded", 1},
                              {"solved", passed == Json(2)},
                              {"n_pass", passed},
                              {"n_rubrics", 2}}));
      }
      for (const char* side : {"reasoner", "challenger"}) {
        const bool counts = std::string(side) == "reasoner";
        Row("unit-a", "skills", step * 10 + (counts ? 1 : 2),
            Json::MakeObject(
                {{"side", side}, {"step", step}, {"text", Words(counts ? step * 20 : 999)}}));
      }
    }
    Row("unit-a", "selections", 1,
        Json::MakeObject({{"rule", "replay"}, {"candidate", 2}, {"skill", "skills:1#21"}}));
    Grind();
    Train();
    // Arm A solves t1 and is ungraded at t2; arm B fails t1 and solves t2.
    for (const std::string unit : {"eval-a", "eval-b"}) {
      for (int n : {1, 2}) {
        const bool graded = unit == "eval-b" || n == 1;
        const bool solved = graded && (unit == "eval-a" ? n == 1 : n == 2);
        Row(unit, "tasks", n,
            Json::MakeObject({{"origin", "report"},
                              {"name", "t" + std::to_string(n)},
                              {"text", "?"},
                              {"rubrics", Json::MakeArray({"states it"})}}));
        Json fields = Json::MakeObject({{"purpose", "report"},
                                        {"task", "tasks:1#" + std::to_string(n)},
                                        {"graded", graded},
                                        {"solved", solved},
                                        {"n_pass", solved ? 1 : 0},
                                        {"n_rubrics", 1}});
        if (graded) {
          fields.Set("verdicts", Json::MakeArray({Json::MakeObject(
                                     {{"status", solved ? "yes" : "no"}, {"reason", "r"}})}));
        } else {
          fields.Set("ungraded_reason", "cut off");
        }
        Row(unit, "attempts", n, std::move(fields));
      }
      EndUnit end;
      end.unit_key = KeyOf(unit);
      end.status = "finished";
      Must(end);
    }
    auto opened = ReadDatabase::Open(path);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    db = std::move(opened).value();
  }
  // g1 is solved at its second attempt, with a skill; g2 never; g3 meets nothing but
  // infrastructure.
  void Grind() {
    struct Try {
      int task, step;
      bool solved, infrastructure;
    };
    const Try tries[] = {{1, 1, false, false}, {1, 2, true, false}, {2, 1, false, false},
                         {2, 2, false, false}, {3, 1, false, true}, {3, 2, false, true}};
    int64_t n = 0;
    for (int task : {1, 2, 3}) {
      Row("unit-b", "tasks", task,
          Json::MakeObject({{"origin", "train"},
                            {"name", "g" + std::to_string(task)},
                            {"text", "?"},
                            {"rubrics", Json::MakeArray()}}));
    }
    for (const Try& one : tries) {
      ++n;
      Row("unit-b", "attempts", n,
          Json::MakeObject({{"purpose", "loop"},
                            {"task", "tasks:1#" + std::to_string(one.task)},
                            {"step", one.step},
                            {"graded", !one.infrastructure},
                            {"solved", one.solved},
                            {"n_pass", one.solved ? 1 : 0},
                            {"n_rubrics", 1},
                            {"infrastructure", one.infrastructure}}));
      for (const char* event : {"offer", "load"}) {
        if (one.infrastructure || (*event == 'l' && !one.solved)) continue;
        Row("unit-b", "skill_uses", 2 * n + (*event == 'l' ? 1 : 0),
            Json::MakeObject({{"event", event},
                              {"name", "house"},
                              {"found", true},
                              {"injected", true},
                              {"attempt", "attempts:1#" + std::to_string(n)}}));
      }
    }
  }
  // Two steps of a training in arm B: the first candidate is taken, the second is not; then a slow
  // update without anything to say.
  void Train() {
    for (int step : {1, 2}) {
      const bool accepted = step == 1;
      Row("unit-b", "skills", step,
          Json::MakeObject(
              {{"side", "target"}, {"name", "step"}, {"step", step}, {"text", Words(10 * step)}}));
      for (int n : {1, 2}) {
        Row("unit-b", "edits", 10 * step + n,
            Json::MakeObject({{"step", step},
                              {"action", n == 1 ? "append" : "replace"},
                              {"status", n == 1 ? "applied_append" : "skipped_no_match"},
                              {"proposal", Json::MakeObject()},
                              {"after_skill", "skills:1#" + std::to_string(step)}}));
      }
      Json scores = Json::MakeObject({{"score", accepted ? 0.5 : 0.25}, {"current_score", 0.25}});
      if (accepted) scores.Set("test", Json::MakeObject({{"p", 0.03125}}));
      Row("unit-b", "gates", step,
          Json::MakeObject({{"step", step},
                            {"skill", "skills:1#" + std::to_string(step)},
                            {"accepted", accepted},
                            {"rule", "strict"},
                            {"scores", std::move(scores)}}));
      Row("unit-b", "steps", step,
          Json::MakeObject({{"step", step},
                            {"epoch", 1},
                            {"name", "train"},
                            {"action", accepted ? "accept" : "reject"}}));
      Row("unit-b", "metrics", step,
          Json::MakeObject({{"step", step}, {"name", "best_score"}, {"value", 0.5}}));
    }
    Row("unit-b", "steps", 3,
        Json::MakeObject({{"step", 2}, {"name", "slow_update"}, {"action", "no_content"}}));
    Row("unit-b", "gates", 3, Json::MakeObject({{"accepted", false}, {"rule", "bare"}}));
  }
  static std::string Words(int n) {
    std::string out = "word";
    for (int i = 1; i < n; ++i) out += " word";
    return out;
  }
  void Must(Operation operation) {
    const Status done = Put(std::move(operation));
    if (!done.ok()) throw std::runtime_error(done.error().message);
  }
  void Row(const std::string& unit, const std::string& table, int64_t n, Json fields) {
    PutRow row;
    row.unit_key = KeyOf(unit);
    row.table = table;
    row.path = "1";
    row.n = n;
    row.fields = std::move(fields);
    Must(std::move(row));
  }
};

BOOST_FIXTURE_TEST_SUITE(sql, SqlFixture)

BOOST_AUTO_TEST_CASE(values_keep_their_types) {
  const auto rows =
      db->Query("SELECT 1 AS i, 2.5 AS r, 'x' AS t, x'00ff' AS b, NULL AS n, :p AS p, :q AS q",
                Json::MakeObject({{"p", "text"}, {"q", Json::MakeObject({{"$blob", "0aFF"}})}}));
  BOOST_TEST_REQUIRE(rows.ok(), Why(rows));
  BOOST_TEST(rows->front().Dump() ==
             R"({"i":1,"r":2.5,"t":"x","b":"00ff","n":null,"p":"text","q":"0aff"})");
  const auto table = db->QueryTable("SELECT ?, ? WHERE 0", Json::MakeArray({1, true}));
  BOOST_TEST_REQUIRE(table.ok());
  BOOST_TEST(table->columns.size() == 2U);
  BOOST_TEST(table->rows.empty());
}

BOOST_AUTO_TEST_CASE(texts_are_read_by_id_and_by_hash) {
  const auto rows = db->Query(
      "SELECT hone_text(c.answer_text_id) AS by_id, hone_text(t.hash) AS by_hash, "
      "hone_text(lower(hex(t.hash))) AS by_hex, hone_text(-1) AS none FROM calls c "
      "JOIN texts t ON t.text_id = c.answer_text_id WHERE c.key = :key",
      Json::MakeObject({{"key", Json::MakeObject({{"$blob", KeyOf("one").Hex()}})}}));
  BOOST_TEST_REQUIRE(rows.ok(), Why(rows));
  const std::string expected = "one" + std::string(2000, '!');
  for (const char* column : {"by_id", "by_hash", "by_hex"}) {
    BOOST_TEST(rows->front()[column].AsString() == expected);
  }
  BOOST_TEST(rows->front()["none"].is_null());
  const auto request = db->Query("SELECT request_json FROM calls LIMIT 1");
  const auto resolved = db->ResolveTexts(*Json::Parse((*request)[0]["request_json"].AsString()));
  BOOST_TEST((*resolved)["messages"].items()[0]["content"].items()[0].AsString() == "What is it?");
}

// tests/sql/refused.sql: statements after a line "-- refused: <part of the message>".
BOOST_AUTO_TEST_CASE(what_is_not_a_question_is_refused) {
  std::istringstream lines(ReadWhole(HONE_SOURCE_DIR "/tests/sql/refused.sql"));
  std::string line;
  std::string message;
  std::string statement;
  int cases = 0;
  const auto check = [&] {
    if (message.empty()) return;
    const auto rows = db->Query(statement);
    BOOST_TEST(!rows.ok(), statement);
    if (rows.ok()) return;
    BOOST_TEST(rows.error().message.find(message) != std::string::npos,
               statement << "\ngives: " << rows.error().message);
    ++cases;
  };
  const std::string marker = "-- refused: ";
  while (std::getline(lines, line)) {
    if (line.starts_with(marker)) {
      check();
      message = line.substr(marker.size());
      statement.clear();
    } else {
      statement += line + "\n";
    }
  }
  check();
  BOOST_TEST(cases > 25);
  // The connection is none the worse for it.
  BOOST_TEST(db->Query("SELECT count(*) AS n FROM calls; -- a comment\n ;")->front()["n"].AsInt() ==
             4);
}

BOOST_AUTO_TEST_CASE(parameters_are_checked_by_name) {
  const auto message = [&](const char* text, const Json& params) {
    const auto rows = db->Query(text, params);
    return rows.ok() ? std::string("ok") : rows.error().message;
  };
  BOOST_TEST(message("SELECT :run", Json()) == "parameter :run of the query has no value");
  BOOST_TEST(message("SELECT :run", Json::MakeObject({{"run", 1}, {"runs", 2}})) ==
             "the query has no parameter :runs; did you mean 'run'?");
  BOOST_TEST(message("SELECT ?, ?", Json::MakeArray({1})) ==
             "parameter ?2 of the query has no value");
  BOOST_TEST(message("SELECT ?", Json::MakeArray({1, 2})) ==
             "the query has 1 parameters, 2 values were given");
  BOOST_TEST(message("SELECT :run", Json::MakeObject({{"run", Json::MakeArray({})}}))
                 .starts_with("parameter :run: expected a number"));
}

BOOST_AUTO_TEST_CASE(endless_queries_are_stopped) {
  auto sql = ReadonlySql::Open(path);
  BOOST_TEST_REQUIRE(sql.ok());
  const char* endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";
  const auto bomb =
      (*sql)->Run(endless + std::string("SELECT count(*) FROM n"), Json(),
                  {.max_rows = 10, .time_limit_ms = 50}, [](auto&, auto) { return true; });
  BOOST_TEST_REQUIRE(!bomb.ok());
  BOOST_TEST((bomb.error().code == ErrorCode::kTimeout), Why(bomb));
  int64_t seen = 0;
  const auto count = [&](const auto&, const auto&) { return ++seen > 0; };
  const auto cut =
      (*sql)->Run(endless + std::string("SELECT i FROM n"), Json(), {.max_rows = 10}, count);
  BOOST_TEST_REQUIRE(cut.ok());
  BOOST_TEST(cut->truncated);
  BOOST_TEST(seen == 10);
  seen = 0;
  const auto stopped =
      (*sql)->Run(endless + std::string("SELECT i FROM n"), Json(), {.max_rows = 10},
                  [&](const auto&, const auto&) { return ++seen < 3; });
  BOOST_TEST(!stopped->truncated);
  BOOST_TEST(seen == 3);
  // Exactly as many rows as allowed are all of them.
  const auto all = (*sql)->Run("VALUES (1), (2)", Json(), {.max_rows = 2}, count);
  BOOST_TEST(!all->truncated);
}

BOOST_AUTO_TEST_CASE(a_reports_query_never_loses_rows_in_silence) {
  auto small = ReadDatabase::Open(path, {.max_rows = 1});
  BOOST_TEST(((*small)->Query("VALUES (1), (2)").error().code == ErrorCode::kRefused));
  BOOST_TEST((*small)->Query("VALUES (1)").ok());
}

// results/README.md: "## `table`" and one "| `column` |" line per column, in the schema's order.
BOOST_AUTO_TEST_CASE(the_page_names_every_table_and_column) {
  std::map<std::string, std::string> written;
  std::istringstream lines(ReadWhole(HONE_SOURCE_DIR "/results/README.md"));
  std::string line;
  std::string table;
  while (std::getline(lines, line)) {
    if (line.starts_with("## `")) {
      table = line.substr(4, line.find('`', 4) - 4);
      written[table];
    } else if (line.starts_with("| `")) {
      written[table] += line.substr(3, line.find('`', 3) - 3) + " ";
    }
  }
  std::map<std::string, std::string> real;
  const auto rows = db->Query(
      "SELECT s.name AS t, c.name AS c FROM sqlite_schema s, pragma_table_info(s.name) c "
      "WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite%' ORDER BY s.name, c.cid");
  BOOST_TEST_REQUIRE(rows.ok(), Why(rows));
  for (const Json& row : *rows) real[row["t"].AsString()] += row["c"].AsString() + " ";
  BOOST_TEST(real.size() > 25U);
  for (const auto& [name, columns] : real) BOOST_TEST(written[name] == columns, name);
  BOOST_TEST(written.size() == real.size());
}

// tests/sql/expected/<name>.json: the rows that results/queries/<name>.sql gives on this fixture.
BOOST_AUTO_TEST_CASE(the_named_queries_give_what_they_say) {
  int queries = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(HONE_SOURCE_DIR "/results/queries")) {
    const std::string sql = ReadWhole(entry.path().string());
    Json params;
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"experiment", "exp"}, {"arm", "B"}, {"baseline", "A"}}) {
      if (sql.find(":" + name) != std::string::npos) params.Set(name, value);
    }
    const auto rows = db->Query(sql, params);
    BOOST_TEST_REQUIRE(rows.ok(), entry.path().stem().string() + ": " + Why(rows));
    Json got = Json::MakeArray();
    for (const Json& row : *rows) got.Append(row);
    const std::string golden =
        HONE_SOURCE_DIR "/tests/sql/expected/" + entry.path().stem().string() + ".json";
    if (std::getenv("HONE_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(golden) << got.DumpPretty() << "\n";
    }
    const auto expected = Json::Parse(ReadWhole(golden));
    BOOST_TEST_REQUIRE(expected.ok());
    BOOST_TEST(got.DumpPretty() == expected->DumpPretty(), entry.path().stem().string()
                                                               << "\n"
                                                               << got.DumpPretty());
    ++queries;
  }
  BOOST_TEST(queries >= 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
