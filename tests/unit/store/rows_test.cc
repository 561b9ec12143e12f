// Typed rows: what goes in comes out, and what is wrong is named.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "store/row_tables.h"
#include "unit/store/sample_rows.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

struct RowsFixture : StoreFixture {
  RowsFixture() {
    Open();
    (void)Put(UnitOf("unit"));
    (void)Put(IntentOf("call"));
  }
  Status PutOne(const std::string& table, const std::string& place, int64_t n,
                const std::string& fields) {
    PutRow row;
    row.unit_key = KeyOf("unit");
    row.table = table;
    row.path = place;
    row.n = n;
    auto parsed = Json::Parse(fields);
    if (!parsed.ok()) throw std::runtime_error(parsed.error().message);
    row.fields = *parsed;
    return Put(std::move(row));
  }
};

BOOST_FIXTURE_TEST_SUITE(rows, RowsFixture)

BOOST_AUTO_TEST_CASE(rows_come_back_as_they_were_given) {
  for (int round = 0; round < 2; ++round) {
    for (const RowCase& one : kRows) {
      const std::string fields = ReplaceAll(one.fields, "%CALL%", KeyOf("call").Hex());
      const Status put = PutOne(one.table, "3.2", 1, fields);
      BOOST_TEST_REQUIRE(put.ok(), put.error().message);
      const auto rows = store->RowsOf(KeyOf("unit"), one.table);
      BOOST_TEST_REQUIRE(rows.ok());
      BOOST_TEST_REQUIRE(rows->size() == 1);
      Json expected = *Json::Parse(fields);
      expected.Set("id", RowIdText(one.table, "3.2", 1));
      expected.Set("path", "3.2");
      expected.Set("n", 1);
      BOOST_TEST(*rows->front().Canonical() == *expected.Canonical());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_put_changes_only_its_fields_and_replaces_lists) {
  BOOST_TEST_REQUIRE(PutOne("tasks", "", 1, R"({"origin":"report","text":"A?"})").ok());
  BOOST_TEST_REQUIRE(PutOne("attempts", "", 1, R"({"task":"tasks:#1","purpose":"loop"})").ok());
  BOOST_TEST_REQUIRE(
      PutOne("attempts", "", 1,
             R"({"graded":true,"n_rubrics":1,"verdicts":[{"status":"no","reason":"x"}]})")
          .ok());
  BOOST_TEST_REQUIRE(
      PutOne("attempts", "", 1, R"({"verdicts":[{"status":"yes","reason":"y"}]})").ok());
  const auto rows = store->RowsOf(KeyOf("unit"), "attempts");
  BOOST_TEST_REQUIRE(rows->size() == 1);
  const Json& row = rows->front();
  BOOST_TEST(row["purpose"].AsString() == "loop");
  BOOST_TEST(row["task"].AsString() == "tasks:#1");
  BOOST_TEST(row["graded"].AsInt() == 1);
  BOOST_TEST(row["verdicts"].size() == 1);
  BOOST_TEST(row["verdicts"].items()[0]["status"].AsString() == "yes");
  // The name that a task has when the data gives none.
  BOOST_TEST(store->RowsOf(KeyOf("unit"), "tasks")->front()["name"].AsString() == "#1");
}

BOOST_AUTO_TEST_CASE(rows_are_in_the_order_of_the_program) {
  for (const char* place : {"10", "2", "2.10", "2.9", ""}) {
    for (int n : {2, 1}) {
      BOOST_TEST_REQUIRE(PutOne("metrics", place, n, R"({"name":"m","value":1})").ok());
    }
  }
  std::vector<std::string> ids;
  const auto rows = store->RowsOf(KeyOf("unit"), "metrics");
  for (const Json& row : *rows) {
    ids.push_back(row["id"].AsString());
  }
  const std::vector<std::string> expected = {
      "metrics:#1",    "metrics:#2",     "metrics:2#1",    "metrics:2#2",  "metrics:2.9#1",
      "metrics:2.9#2", "metrics:2.10#1", "metrics:2.10#2", "metrics:10#1", "metrics:10#2"};
  BOOST_TEST(ids == expected, boost::test_tools::per_element());
}

struct WrongRow {
  const char* table;
  const char* fields;
  const char* message;  // a part of it
};
std::ostream& operator<<(std::ostream& out, const WrongRow& one) {
  return out << one.table << " " << one.fields;
}
const WrongRow kWrong[] = {
    {"taskz", "{}", "no table 'taskz' for rows; did you mean 'tasks'?"},
    {"units", "{}", "no table 'units' for rows"},
    {"tasks", R"({"origin":"x","txt":"y"})", "tasks.txt: no such field; did you mean 'text'?"},
    {"tasks", R"({"origin":"x","text":"y","unit_id":1})", "tasks.unit_id: no such field"},
    {"tasks", R"({"text":"y"})", "tasks.origin: missing"},
    {"tasks", R"({"origin":"x","text":5})", "tasks.text: expected a string, got integer"},
    {"tasks", R"({"origin":"x","text":null})", "tasks.text: expected a value"},
    {"tasks", R"({"origin":"x","text":"y","rubrics":["a",1]})",
     "tasks.rubrics[2]: expected a string"},
    {"tasks", R"({"origin":"x","text":"y","step":1.5})", "tasks.step: expected an integer"},
    {"attempts", R"({"purpose":"loop","task":"tasks:9#9"})",
     "attempts.task: no row tasks:9#9 in this unit"},
    {"attempts", R"({"purpose":"loop","task":"skills:1#1"})",
     "attempts.task: expected a row of tasks, got 'skills:1#1'"},
    {"attempts", R"({"purpose":"loop","task":"t1"})", "attempts.task: 't1' is no row id"},
    {"attempts", R"({"purpose":"loop","call":"zz"})", "attempts.call: expected a call's key"},
    {"attempts",
     R"({"purpose":"loop","call":"0000000000000000000000000000000000000000000000000000000000000000"})",
     "attempts.call: no call with key 000000000000"},
    {"attempts", R"({"purpose":"loop","verdicts":[{"status":"maybe"}]})",
     "attempts.verdicts[1].status: expected \"yes\" or \"no\", got 'maybe'"},
    {"probes", R"({"probe_set":"odd","task":"tasks:#7"})", "CHECK constraint failed"},
};

BOOST_DATA_TEST_CASE(a_wrong_row_is_refused_by_name, kWrong) {
  BOOST_TEST_REQUIRE(PutOne("tasks", "", 7, R"({"origin":"x","text":"y"})").ok());
  const Status put = PutOne(sample.table, "1", 1, sample.fields);
  BOOST_TEST_REQUIRE(!put.ok());
  BOOST_TEST(put.error().message.find(sample.message) != std::string::npos, put.error().message);
  // It fails alone: nothing of it is there and the next one lands.
  for (const char* table : {"tasks", "attempts", "probes"}) {
    BOOST_TEST(store->RowsOf(KeyOf("unit"), table)->size() ==
               (std::string(table) == "tasks" ? 1U : 0U));
  }
  BOOST_TEST(PutOne("tasks", "1", 1, R"({"origin":"x","text":"y"})").ok());
}

BOOST_AUTO_TEST_CASE(a_row_of_an_unknown_unit_is_refused) {
  PutRow row;
  row.unit_key = KeyOf("nobody");
  row.table = "metrics";
  row.n = 1;
  row.fields = Json::MakeObject({{"name", "m"}, {"value", 1}});
  BOOST_TEST((Put(row).error().code == ErrorCode::kNotFound));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
