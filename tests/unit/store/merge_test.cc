// Merging files: everything comes over, once, and the better of two records stands.
#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "store/connection.h"
#include "store/merge_database.h"
#include "store/merge_statements.h"
#include "unit/store/sample_rows.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

struct MergeFixture : StoreFixture {
  const std::string target = folder.File("target.db");

  // A shard that ran the unit `name` to `status`, with one row of every kind.
  void MakeShard(const std::string& file, const std::string& name, const std::string& status) {
    path = folder.File(file);
    Open();
    for (Operation& operation : CellOf(name)) Require(Put(std::move(operation)));
    Require(Put(IntentOf(name + "-call")));
    Require(Put(UseOf(name, name + "-call")));
    Require(Put(AnswerOf(name + "-call", "an answer of " + name)));
    for (const RowCase& one : kRows) {
      PutRow row;
      row.unit_key = KeyOf(name);
      row.table = one.table;
      row.path = "3.2";
      row.n = 1;
      const std::string fields = ReplaceAll(one.fields, "%CALL%", KeyOf(name + "-call").Hex());
      row.fields = *Json::Parse(fields);
      Require(Put(std::move(row)));
    }
    Require(Put(PutJournal{KeyOf(name), "1", 1, "exec", KeyOf("command"), "{}"}));
    Require(Put(PutOverlap{{KeyOf("exp-v1"), "A", "1"}, 1, "t1", "task"}));
    Require(Put(PutDecision{KeyOf("exp-v1"), 1, "A", "keep", "it leads", "{}"}));
    Require(Put(PutLabel{KeyOf(name + "-call"), 1, KeyOf("rubric"), "ann", "yes", ""}));
    EndUnit end;
    end.unit_key = KeyOf(name);
    end.status = status;
    end.result = Json::MakeObject({{"skill", Json(std::string(2000, 'x'))}});
    end.now_ms = 900;
    Require(Put(std::move(end)));
    store.reset();
  }

  static void Require(const Status& status) {
    BOOST_TEST_REQUIRE(status.ok(), (status.ok() ? "" : status.error().message));
  }

  MergeCounts Merge(const std::string& file, int64_t now_ms = 5000) {
    const auto counts = MergeDatabase(target, folder.File(file), now_ms);
    BOOST_TEST_REQUIRE(counts.ok(), (counts.ok() ? "" : counts.error().message));
    return *counts;
  }

  std::string RowsText(const std::string& file, const std::string& unit) {
    path = file;
    Open();
    std::string all;
    for (const RowCase& one : kRows) {
      const auto rows = store->RowsOf(KeyOf(unit), one.table);
      BOOST_TEST_REQUIRE(rows.ok());
      BOOST_TEST(rows->size() == 1U, one.table);
      for (const Json& row : *rows) all += row.Dump() + "\n";
    }
    const auto stored = store->FindUnit(KeyOf(unit));
    all += (**stored).status + (**stored).result.Dump();
    store.reset();
    return all;
  }
};

int64_t CountIn(const std::string& file, const std::string& sql) {
  auto db = Connection::Open(file, Connection::Mode::kReadOnly);
  return (*db)->FindInt(sql)->value_or(-1);
}

BOOST_FIXTURE_TEST_SUITE(merges, MergeFixture)

BOOST_AUTO_TEST_CASE(every_row_of_a_finished_unit_comes_over_as_it_was) {
  MakeShard("1.db", "unit", "finished");
  const MergeCounts counts = Merge("1.db");
  BOOST_TEST(counts.units == 1);
  BOOST_TEST(counts.calls == 1);
  BOOST_TEST(RowsText(target, "unit") == RowsText(folder.File("1.db"), "unit"));
  for (const char* table : {"uses", "journal", "overlaps", "search_decisions", "labels", "verdicts",
                            "rubrics", "sends", "run_units"}) {
    const std::string sql = std::string("SELECT count(*) FROM ") + table;
    BOOST_TEST(CountIn(target, sql) == CountIn(folder.File("1.db"), sql), table);
  }
}

BOOST_AUTO_TEST_CASE(merging_twice_changes_nothing) {
  MakeShard("1.db", "unit", "finished");
  MakeShard("2.db", "other", "suspended");
  Merge("1.db");
  Merge("2.db");
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM merges") == 2);
  const std::string before = RowsText(target, "unit") + RowsText(target, "other");
  const int64_t texts = CountIn(target, "SELECT count(*) FROM texts");
  for (const char* file : {"1.db", "2.db"}) {
    const MergeCounts counts = Merge(file, 9000);
    BOOST_TEST(counts.units == 0);
    BOOST_TEST(counts.calls == 0);
  }
  BOOST_TEST(RowsText(target, "unit") + RowsText(target, "other") == before);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM texts") == texts);
  BOOST_TEST(CountIn(target, "SELECT max(merged_at_ms) FROM merges") == 5000);
}

// The same unit, cut short in one file and finished in the other: the finished one stands, whatever
// the order, and leaves nothing of the other behind.
BOOST_AUTO_TEST_CASE(a_finished_unit_replaces_an_unfinished_one) {
  MakeShard("dead.db", "unit", "stopped");
  {
    path = folder.File("dead.db");
    Open();
    PutRow extra;
    extra.unit_key = KeyOf("unit");
    extra.table = "metrics";
    extra.path = "9";
    extra.n = 1;
    extra.fields = *Json::Parse(R"({"name":"left over","value":1})");
    Require(Put(extra));
    store.reset();
  }
  MakeShard("again.db", "unit", "finished");
  Merge("dead.db");
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM metrics") == 2);
  Merge("again.db");
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM metrics") == 1);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM units") == 1);
  BOOST_TEST(RowsText(target, "unit") == RowsText(folder.File("again.db"), "unit"));
  const MergeCounts back = Merge("dead.db");
  BOOST_TEST(back.units == 0);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM metrics") == 1);
}

BOOST_AUTO_TEST_CASE(what_was_in_flight_is_unknown_until_its_file_says_more) {
  path = folder.File("1.db");
  Open();
  for (Operation& operation : CellOf("unit")) Require(Put(std::move(operation)));
  Require(Put(IntentOf("call")));
  Merge("1.db");  // the writer is still at work
  BOOST_TEST(CountIn(target,
                     "SELECT count(*) FROM sends WHERE outcome = 'unknown' AND maybe_billed") == 1);
  Require(Put(AnswerOf("call", "late")));
  Merge("1.db");
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM sends WHERE outcome = 'answered'") == 1);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM sends") == 1);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM calls WHERE status = 'answered'") == 1);
}

BOOST_AUTO_TEST_CASE(a_text_that_is_not_what_its_hash_says_is_refused) {
  MakeShard("1.db", "unit", "finished");
  {
    auto db = Connection::Open(folder.File("1.db"), Connection::Mode::kReadWrite);
    Require(
        (*db)->Execute("UPDATE texts SET codec = 'raw', data = x'6162', size_bytes = 2 "
                       "WHERE text_id = 1"));
  }
  const auto counts = MergeDatabase(target, folder.File("1.db"), 1);
  BOOST_REQUIRE(!counts.ok());
  BOOST_TEST((counts.error().code == ErrorCode::kCorrupt), counts.error().message);
  BOOST_TEST(CountIn(target, "SELECT count(*) FROM texts") == 0);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_merged_say_so) {
  MakeShard("1.db", "unit", "finished");
  Merge("1.db");
  const auto itself = MergeDatabase(target, target, 1);
  BOOST_TEST(itself.error().message.find("is the file that is merged into") != std::string::npos);
  BOOST_TEST(
      (MergeDatabase(target, folder.File("none.db"), 1).error().code == ErrorCode::kNotFound));
  path = target;
  Open();
  BOOST_TEST((MergeDatabase(target, folder.File("1.db"), 1).error().code == ErrorCode::kConflict));
}

// A column that the schema gains and the merge forgets would be lost silently.
BOOST_AUTO_TEST_CASE(every_column_is_named) {
  path = target;
  Open();
  store.reset();
  auto db = Connection::Open(target, Connection::Mode::kReadOnly);
  std::string statements;
  for (const std::string_view sql : kMergeStatements) statements += sql;
  auto prepared = (*db)->Prepare(
      "SELECT t.name, c.name, c.pk AND c.type = 'INTEGER' AND c.name = rtrim(t.name, 's') || '_id' "
      "FROM sqlite_schema t, pragma_table_info(t.name) c "
      "WHERE t.type = 'table' AND t.name NOT IN ('meta', 'texts')");
  BOOST_TEST_REQUIRE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
  Statement& column = *prepared;
  int seen = 0;
  while (*column.Step()) {
    if (column.Int(2) != 0 || column.String(0) + "_id" == column.String(1)) continue;
    const std::string insert = "INSERT INTO main." + column.String(0) + " (";
    const std::size_t at = statements.find(insert);
    BOOST_TEST_REQUIRE((at != std::string::npos), column.String(0));
    const std::string names = statements.substr(at, statements.find(')', at) - at);
    BOOST_TEST((names.find(column.String(1)) != std::string::npos),
               column.String(0) << "." << column.String(1) << " is not merged");
    ++seen;
  }
  BOOST_TEST(seen > 100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
