// Which files are opened, which are refused, and that a refused file stays as it is.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "store/connection.h"
#include "store/migration_sources.h"
#include "store/migrations.h"
#include "store/read_database.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void MakeDatabase(const std::string& path, const std::string& sql) {
  auto db = Connection::Open(path, Connection::Mode::kCreate);
  BOOST_REQUIRE(db.ok());
  const Status made = (*db)->Execute(sql);
  BOOST_TEST_REQUIRE(made.ok(), made.error().message);
}

BOOST_FIXTURE_TEST_SUITE(files, StoreFixture)

BOOST_AUTO_TEST_CASE(a_new_file_is_complete_and_named) {
  path = folder.File("deep/er/hone.db");
  Open();
  const std::string uid = store->file_uid();
  BOOST_TEST(uid.size() == 36U);
  Open();
  BOOST_TEST(store->file_uid() == uid);
  store.reset();
  auto db = Connection::Open(path, Connection::Mode::kReadOnly);
  BOOST_TEST(**(*db)->FindInt("PRAGMA application_id") == kApplicationId);
  BOOST_TEST(**(*db)->FindInt("PRAGMA user_version") == SchemaVersion());
  BOOST_TEST(!std::filesystem::exists(path + ".new"));
}

// A file of every earlier schema is upgraded by the first writer; a reader says so and changes
// nothing.
BOOST_AUTO_TEST_CASE(older_files_are_upgraded) {
  for (int version = 1; version < SchemaVersion(); ++version) {
    path = folder.File("schema" + std::to_string(version));
    std::string sql;
    for (int i = 0; i < version; ++i) sql += MigrationSources()[static_cast<std::size_t>(i)];
    sql += "INSERT INTO meta VALUES ('file_uid', 'an older file');";
    sql += "PRAGMA application_id = " + std::to_string(kApplicationId);
    sql += "; PRAGMA user_version = " + std::to_string(version);
    MakeDatabase(path, sql);
    const std::string before = ReadWhole(path);
    const Error refused = ReadDatabase::Open(path).error();
    BOOST_TEST(refused.message.find("upgrades it") != std::string::npos, refused.message);
    BOOST_TEST((ReadWhole(path) == before));
    Open();
    BOOST_TEST(store->file_uid() == "an older file");
    BOOST_TEST(Put(UnitOf("unit")).ok());
    store.reset();
    BOOST_TEST(ReadDatabase::Open(path).ok());
  }
}

BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_database) {
  std::ofstream(path).flush();
  Open();
  BOOST_TEST(Put(UnitOf("unit")).ok());
}

BOOST_AUTO_TEST_CASE(files_that_are_not_ours_are_left_alone) {
  struct Case {
    std::string name, message;
  };
  std::ofstream(folder.File("text")) << std::string(5000, 'x');
  std::ofstream(folder.File("short")) << "hello";
  MakeDatabase(folder.File("foreign"), "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  MakeDatabase(folder.File("wal"), "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
  MakeDatabase(folder.File("other_id"), "PRAGMA application_id = 7; CREATE TABLE t (x)");
  MakeDatabase(folder.File("newer"), "PRAGMA application_id = " + std::to_string(kApplicationId) +
                                         "; PRAGMA user_version = 7; CREATE TABLE t (x)");
  for (const Case& one : {Case{"text", "not a database"}, Case{"short", "not a database"},
                          Case{"foreign", "not one of Hone's"}, Case{"wal", "not one of Hone's"},
                          Case{"other_id", "not one of Hone's"},
                          Case{"newer", "made by a newer hone (schema 7, this one knows " +
                                            std::to_string(SchemaVersion()) + "): upgrade hone"}}) {
    path = folder.File(one.name);
    const std::string before = ReadWhole(path);
    for (const Error& error : {TryOpen().error(), ReadDatabase::Open(path).error()}) {
      BOOST_TEST((error.code == ErrorCode::kInvalidArgument), one.name << ": " << error.message);
      BOOST_TEST(error.message.find(one.message) != std::string::npos, error.message);
      BOOST_TEST(error.message.find(path) != std::string::npos, error.message);
    }
    BOOST_TEST((ReadWhole(path) == before), one.name);
    BOOST_TEST(!std::filesystem::exists(path + "-wal"), one.name);
  }
}

BOOST_AUTO_TEST_CASE(reading_what_is_not_there_makes_nothing) {
  BOOST_TEST((ReadDatabase::Open(path).error().code == ErrorCode::kNotFound));
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(an_answer_source_is_checked_too) {
  MakeDatabase(folder.File("foreign"), "CREATE TABLE t (x)");
  const auto opened = TryOpen({folder.File("foreign")});
  BOOST_TEST_REQUIRE(!opened.ok());
  BOOST_TEST(opened.error().message.starts_with("--ledger: "), opened.error().message);
}

BOOST_AUTO_TEST_CASE(one_writer_at_a_time_and_the_second_learns_who) {
  Open();
  const auto second = TryOpen();
  BOOST_TEST_REQUIRE(!second.ok());
  BOOST_TEST((second.error().code == ErrorCode::kConflict));
  BOOST_TEST(second.error().message.find("process " + std::to_string(getpid())) !=
             std::string::npos);
  // Under another name it is the same file.
  const std::string real = path;
  path = folder.File("link.db");
  std::filesystem::create_symlink(real, path);
  BOOST_TEST((TryOpen().error().code == ErrorCode::kConflict));
  store.reset();
  BOOST_TEST(TryOpen().ok());
}

BOOST_AUTO_TEST_CASE(a_name_with_signs_of_uris_is_a_name) {
  path = folder.File("50% a?b#c.db");
  Open();
  BOOST_TEST(Put(UnitOf("unit")).ok());
  store.reset();
  BOOST_TEST(std::filesystem::exists(path));
  BOOST_TEST(ReadDatabase::Open(path).ok());
}

BOOST_AUTO_TEST_CASE(a_database_at_rest_is_one_file) {
  Open();
  BOOST_TEST(Put(UnitOf("unit")).ok());
  store.reset();
  BOOST_TEST(!std::filesystem::exists(path + "-wal"));
  BOOST_TEST(!std::filesystem::exists(path + "-shm"));
}

BOOST_AUTO_TEST_CASE(a_reader_with_an_old_snapshot_holds_nobody_up) {
  Open();
  BOOST_TEST_REQUIRE(Put(UnitOf("one")).ok());
  auto reader = ReadDatabase::Open(path);
  BOOST_TEST_REQUIRE(reader.ok());
  const auto count = [&] {
    return (*reader)->Query("SELECT count(*) AS n FROM units")->front()["n"].AsInt();
  };
  BOOST_TEST_REQUIRE((*reader)->BeginSnapshot().ok());
  BOOST_TEST(count() == 1);
  for (int i = 0; i < 50; ++i) BOOST_TEST_REQUIRE(Put(UnitOf("u" + std::to_string(i))).ok());
  BOOST_TEST(count() == 1);
  (*reader)->EndSnapshot();
  BOOST_TEST(count() == 51);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
