// What the engine relies on: operations are upserts, answers stay, nothing that left is forgotten.
#include <boost/test/unit_test.hpp>
#include <set>

#include "store/connection.h"
#include "store/ledger_reader.h"
#include "store/unit_tables.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

// Rows of every table of the file, as "table=count" words.
std::string CountAll(const std::string& path) {
  auto db = Connection::Open(path, Connection::Mode::kReadOnly);
  BOOST_REQUIRE(db.ok());
  std::vector<std::string> names;
  {
    auto row = (*db)->Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    BOOST_REQUIRE(row.ok());
    while (*row->Step()) names.push_back(row->String(0));
  }
  std::string counts;
  for (const std::string& name : names) {
    counts += name + "=" + std::to_string(**(*db)->FindInt("SELECT count(*) FROM " + name)) + " ";
  }
  return counts;
}

std::vector<Operation> OneOfEach() {
  std::vector<Operation> all = CellOf("unit");
  const RunName run{KeyOf("exp-v1"), "A", "1"};
  EndSend lost;
  lost.key = KeyOf("call");
  lost.outcome = "timeout";
  lost.maybe_billed = true;
  PutJournal journal;
  journal.unit_key = KeyOf("unit");
  journal.ordinal = 1;
  journal.kind = "exec";
  journal.command_hash = HashOf("ls");
  journal.result_json = "{}";
  PutRow task;
  task.unit_key = KeyOf("unit");
  task.table = "tasks";
  task.path = "1";
  task.n = 1;
  task.fields = Json::MakeObject(
      {{"origin", "self_play"}, {"text", "?"}, {"rubrics", Json::MakeArray({"a", "b"})}});
  EndUnit end;
  end.unit_key = KeyOf("unit");
  end.status = "finished";
  end.result = Json::MakeObject({{"skill", std::string(5000, 's')}});
  for (Operation operation :
       {Operation(IntentOf("call")), Operation(lost), Operation(IntentOf("call", "What is it?", 2)),
        Operation(AnswerOf("call", "This.", 2)), Operation(UseOf("unit", "call")),
        Operation(journal), Operation(task), Operation(end),
        Operation(PutOverlap{run, 1, "t1", "task"}),
        Operation(EndExperiment{KeyOf("exp-v1"), "complete", 9})}) {
    all.push_back(std::move(operation));
  }
  return all;
}

BOOST_FIXTURE_TEST_SUITE(ledger, StoreFixture)

BOOST_AUTO_TEST_CASE(every_operation_may_be_repeated) {
  Open();
  for (const Operation& operation : OneOfEach()) {
    const Status done = Put(operation);
    BOOST_TEST_REQUIRE(done.ok(), done.error().message);
  }
  const std::string once = CountAll(path);
  BOOST_TEST(once.find("sends=2 ") != std::string::npos, once);
  // Again in this process, and again in the next one, whose memory of ids is empty.
  for (int round = 0; round < 2; ++round) {
    for (const Operation& operation : OneOfEach()) BOOST_TEST_REQUIRE(Put(operation).ok());
    BOOST_TEST(CountAll(path) == once);
    Open();
  }
}

BOOST_AUTO_TEST_CASE(the_first_answer_stays) {
  Open();
  BOOST_TEST_REQUIRE(Put(IntentOf("call")).ok());
  BOOST_TEST(!store->FindAnswer(KeyOf("call"))->has_value());
  BOOST_TEST_REQUIRE(Put(AnswerOf("call", "first")).ok());
  BOOST_TEST_REQUIRE(Put(IntentOf("call", "What is it?", 2)).ok());
  BOOST_TEST_REQUIRE(Put(AnswerOf("call", "second", 2)).ok());
  const auto answer = store->FindAnswer(KeyOf("call"));
  BOOST_TEST_REQUIRE(answer.ok());
  BOOST_TEST_REQUIRE(answer->has_value());
  BOOST_TEST(*(*answer)->text.text == "first");
  BOOST_TEST(((*answer)->text.hash == HashOf("first")));
  BOOST_TEST((*answer)->cost->value == 1200);
  BOOST_TEST((*answer)->tool_calls.is_null());
  BOOST_TEST(*store->CountSends(KeyOf("call")) == 2);
}

BOOST_AUTO_TEST_CASE(requests_and_results_come_back_whole) {
  Open();
  const std::string prompt(100'000, 'p');
  BOOST_TEST_REQUIRE(Put(IntentOf("call", prompt)).ok());
  const auto request = store->RequestOf(KeyOf("call"));
  BOOST_TEST_REQUIRE(request.ok());
  BOOST_TEST((*request)["messages"].items()[0]["content"].items()[0].AsString() == prompt);
  BOOST_TEST((store->RequestOf(KeyOf("other")).error().code == ErrorCode::kNotFound));

  BOOST_TEST_REQUIRE(Put(UnitOf("unit")).ok());
  EndUnit end;
  end.unit_key = KeyOf("unit");
  end.status = "finished";
  end.result = Json::MakeObject(
      {{"skill", std::string(3000, 's')},
       {"mine", Json::MakeObject({{"$text", "not a reference"}})},
       {"odd",
        Json::MakeObject({{"$literal", Json::MakeObject({{"$text", std::string(64, 'a')}})}})},
       {"list", Json::MakeArray({1, 2.5, std::string(2000, 't'), nullptr})}});
  BOOST_TEST_REQUIRE(Put(end).ok());
  const auto unit = store->FindUnit(KeyOf("unit"));
  BOOST_TEST_REQUIRE(unit.ok());
  BOOST_TEST((*unit)->status == "finished");
  BOOST_TEST((*unit)->result.Dump() == end.result.Dump());
  BOOST_TEST(*store->TextOf(HashOf(std::string(3000, 's')))->text == std::string(3000, 's'));
}

BOOST_AUTO_TEST_CASE(what_a_dead_process_left_is_unknown_and_possible_spend) {
  Open();
  for (const Operation& operation : CellOf("unit")) BOOST_TEST_REQUIRE(Put(operation).ok());
  BOOST_TEST_REQUIRE(Put(IntentOf("answered")).ok());
  BOOST_TEST_REQUIRE(Put(AnswerOf("answered", "yes")).ok());
  BOOST_TEST_REQUIRE(Put(UseOf("unit", "answered")).ok());
  BOOST_TEST_REQUIRE(Put(IntentOf("in flight")).ok());
  // In flight, but alive: nothing is unknown.
  BOOST_TEST(store->Summary("exp")->possible.value == 0);
  Open();
  auto summary = store->Summary("exp");
  BOOST_TEST_REQUIRE(summary.ok());
  BOOST_TEST(summary->answered == 1);
  BOOST_TEST(summary->spent.value == 1200);
  BOOST_TEST(summary->unknown == 1);
  BOOST_TEST(summary->possible.value == 5000);
  BOOST_TEST(*store->CountSends(KeyOf("in flight")) == 1);
  BOOST_TEST(store->Summary("another")->answered == 0);
  BOOST_TEST((*store->FindUnit(KeyOf("unit")))->status == "stopped");
  // The second send brings the answer; the first may be on the bill all the same.
  BOOST_TEST_REQUIRE(Put(IntentOf("in flight", "What is it?", 2)).ok());
  BOOST_TEST_REQUIRE(Put(AnswerOf("in flight", "late", 2)).ok());
  BOOST_TEST_REQUIRE(Put(UseOf("unit", "in flight", 2)).ok());
  summary = store->Summary("exp");
  BOOST_TEST(summary->unknown == 0);
  BOOST_TEST(summary->possible.value == 5000);
  BOOST_TEST(summary->spent.value == 2400);
}

BOOST_AUTO_TEST_CASE(a_predecessor_is_the_newest_other_unit_of_an_unfinished_cell) {
  Open();
  for (const std::string version : {"v1", "v2", "v3"}) {
    for (Operation operation : CellOf("unit-" + version, version)) {
      if (auto* experiment = std::get_if<PutExperiment>(&operation)) {
        experiment->now_ms = version[1] * 100;
      }
      BOOST_TEST_REQUIRE(Put(operation).ok());
    }
  }
  BOOST_TEST_REQUIRE(Put(IntentOf("call")).ok());
  BOOST_TEST_REQUIRE(Put(UseOf("unit-v2", "call")).ok());
  const auto found = store->FindPredecessor("exp", "A", "1", "doc-1", KeyOf("unit-v3"));
  BOOST_TEST_REQUIRE(found.ok());
  BOOST_TEST_REQUIRE(found->has_value());
  BOOST_TEST(((*found)->unit_key == KeyOf("unit-v2")));
  BOOST_TEST(((*found)->uses == UseMap{{{"1", 1}, KeyOf("call")}}));
  EndUnit diverged;
  diverged.unit_key = KeyOf("unit-v2");
  diverged.status = "diverged";
  BOOST_TEST_REQUIRE(Put(std::move(diverged)).ok());
  const auto older = store->FindPredecessor("exp", "A", "1", "doc-1", KeyOf("unit-v3"));
  BOOST_TEST(((*older)->unit_key == KeyOf("unit-v1")));
  BOOST_TEST_REQUIRE(Put(EndExperiment{KeyOf("exp-v1"), "complete", 1}).ok());
  BOOST_TEST(!store->FindPredecessor("exp", "A", "1", "doc-1", KeyOf("unit-v3"))->has_value());
  BOOST_TEST(!store->FindPredecessor("exp", "A", "2", "doc-1", KeyOf("unit-v3"))->has_value());
}

BOOST_AUTO_TEST_CASE(forgetting_a_unit_keeps_its_calls) {
  Open();
  for (const Operation& operation : OneOfEach()) BOOST_TEST_REQUIRE(Put(operation).ok());
  BOOST_TEST(store->UsesOf(KeyOf("unit"))->size() == 1);
  BOOST_TEST_REQUIRE(Put(ForgetUnit{KeyOf("unit")}).ok());
  BOOST_TEST(store->UsesOf(KeyOf("unit"))->empty());
  BOOST_TEST(store->RowsOf(KeyOf("unit"), "tasks")->empty());
  BOOST_TEST(store->FindAnswer(KeyOf("call"))->has_value());
}

// Effects of a container on path 2 (opened at ordinal 2), one of a path below it, one beside it.
BOOST_AUTO_TEST_CASE(forgetting_from_a_place_keeps_what_came_before_and_what_diverged) {
  Open();
  BOOST_TEST_REQUIRE(Put(UnitOf("unit")).ok());
  const auto journal = [&](const std::string& place, int64_t ordinal, const std::string& result,
                           const std::string& diverged = "") {
    BOOST_TEST_REQUIRE(Put(PutJournal{KeyOf("unit"), place, ordinal, "container.exec", HashOf("ls"),
                                      result, diverged})
                           .ok());
  };
  const auto recorded = [&] {
    std::string all;
    const auto entries = store->JournalOf(KeyOf("unit"));
    for (const auto& [place, entry] : *entries) {
      all += place.first + "#" + std::to_string(place.second) + "=" + entry.result_json + " ";
    }
    return all;
  };
  BOOST_TEST_REQUIRE(Put(IntentOf("call")).ok());
  for (const char* place : {"2", "2.1", "20"}) {
    PutUse use = UseOf("unit", "call", 4);
    use.path = place;
    BOOST_TEST_REQUIRE(Put(use).ok());
    for (const char* table : {"execs", "metrics"}) {
      PutRow row{KeyOf("unit"), table, place, 3, {}};
      row.fields = std::string(table) == "execs"
                       ? *Json::Parse(R"({"command":[],"timed_out":0,"truncated":0})")
                       : *Json::Parse(R"({"name":"m","value":1})");
      BOOST_TEST_REQUIRE(Put(row).ok());
    }
  }
  for (int n : {1, 2, 3}) journal("2", n, std::to_string(n));
  journal("2.1", 1, "\"below\"");
  const std::string beside = Json(std::string(5000, 'b')).Dump();
  journal("20", 3, beside);
  journal("2", 3, "3", "\"another\"");
  const auto entries = store->JournalOf(KeyOf("unit"));
  BOOST_TEST_REQUIRE(entries.ok());
  BOOST_TEST(entries->at({"2", 3}).kind == "container.exec");
  BOOST_TEST((entries->at({"2", 3}).command_hash == HashOf("ls")));
  BOOST_TEST(recorded() == "2#1=1 2#2=2 2#3=3 2.1#1=\"below\" 20#3=" + beside + " ");

  BOOST_TEST_REQUIRE(Put(ForgetFrom{KeyOf("unit"), "2", 2}).ok());
  BOOST_TEST(recorded() == "2#1=1 20#3=" + beside + " ");
  BOOST_TEST((*store->UsesOf(KeyOf("unit")) == UseMap{{{"20", 4}, KeyOf("call")}}));
  BOOST_TEST(store->RowsOf(KeyOf("unit"), "execs")->size() == 1U);
  BOOST_TEST(store->RowsOf(KeyOf("unit"), "metrics")->empty());
  const auto diverged = [&] {
    auto db = Connection::Open(path, Connection::Mode::kReadOnly);
    return **(*db)->FindInt("SELECT count(*) FROM journal WHERE diverged_json = '\"another\"'");
  };
  BOOST_TEST(diverged() == 1);
  // The next execution records its own result beside the history.
  journal("2", 3, "[4]");
  BOOST_TEST(recorded() == "2#1=1 2#3=[4] 20#3=" + beside + " ");
  BOOST_TEST(diverged() == 1);

  BOOST_TEST_REQUIRE(Put(ForgetFrom{KeyOf("unit"), "", 9}).ok());
  BOOST_TEST(recorded().empty());
  BOOST_TEST_REQUIRE(Put(ForgetUnit{KeyOf("unit")}).ok());
  BOOST_TEST(diverged() == 0);
}

// A table that the schema gains and forgetting forgets would keep rows of a unit that starts anew.
BOOST_AUTO_TEST_CASE(every_table_of_a_unit_is_named) {
  Open();
  auto db = Connection::Open(path, Connection::Mode::kReadOnly);
  auto prepared = (*db)->Prepare(
      "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' "
      "AND c.name = 'unit_id' AND t.name NOT IN ('units', 'run_units')");
  std::set<std::string> found;
  while (*prepared->Step()) found.insert(prepared->String(0));
  std::set<std::string> named(kRecordedTables.begin(), kRecordedTables.end());
  for (const EffectTable& table : kEffectTables) named.emplace(table.name);
  BOOST_TEST(found == named, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_file_is_copied_when_it_is_found) {
  path = folder.File("main.db");
  Open();
  BOOST_TEST_REQUIRE(Put(IntentOf("call", std::string(3000, 'q'))).ok());
  BOOST_TEST_REQUIRE(Put(AnswerOf("call", std::string(4000, 'a'))).ok());
  const std::string main_uid = store->file_uid();
  store.reset();

  path = folder.File("shard.db");
  Open({folder.File("main.db")});
  BOOST_TEST(store->file_uid() != main_uid);
  // Here the call was tried in vain.
  BOOST_TEST_REQUIRE(Put(IntentOf("call", std::string(3000, 'q'))).ok());
  BOOST_TEST_REQUIRE(Put(UnitOf("unit")).ok());
  BOOST_TEST_REQUIRE(store->FindAnswer(KeyOf("call"))->has_value());
  BOOST_TEST_REQUIRE(Put(UseOf("unit", "call")).ok());
  BOOST_TEST(*store->CountSends(KeyOf("call")) == 1);
  store.reset();
  // Without the source the answer is still there.
  std::filesystem::remove(folder.File("main.db"));
  Open();
  const auto answer = store->FindAnswer(KeyOf("call"));
  BOOST_TEST_REQUIRE(answer->has_value());
  BOOST_TEST(*(*answer)->text.text == std::string(4000, 'a'));
  BOOST_TEST(store->RequestOf(KeyOf("call")).ok());
}

BOOST_AUTO_TEST_CASE(a_group_is_answered_in_order_by_one_post) {
  Open();
  BOOST_TEST_REQUIRE(Put(UnitOf("unit")).ok());
  const int before = loop.posts();
  std::vector<int> order;
  constexpr int kCalls = 200;
  for (int i = 0; i < kCalls; ++i) {
    store->Write(IntentOf("call " + std::to_string(i)), [&order, i](Status status) {
      BOOST_TEST(status.ok());
      order.push_back(i);
    });
  }
  loop.RunUntil([&] { return order.size() == kCalls; });
  BOOST_TEST(std::is_sorted(order.begin(), order.end()));
  BOOST_TEST(loop.posts() - before < kCalls);
}

BOOST_AUTO_TEST_CASE(what_was_given_before_closing_is_there) {
  Open();
  for (int i = 0; i < 1000; ++i) store->Write(IntentOf(std::to_string(i)));
  Open();
  BOOST_TEST(*store->CountSends(KeyOf("999")) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
