#include "bench/scale/raw_insert.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace hone {
namespace {

void Check(int code, sqlite3* database) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(database));
  std::exit(1);
}

sqlite3_stmt* Prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  Check(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), database);
  return statement;
}

}  // namespace

double Now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double Cpu(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

sqlite3* OpenRaw(const std::string& path) {
  sqlite3* database = nullptr;
  Check(sqlite3_open(path.c_str(), &database), database);
  Check(sqlite3_exec(database,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = "
                     "-65536; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000",
                     nullptr, nullptr, nullptr),
        database);
  return database;
}

std::vector<std::string> Column(sqlite3* database, const std::string& sql) {
  std::vector<std::string> out;
  sqlite3_stmt* statement = Prepare(database, sql);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    out.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
  }
  sqlite3_finalize(statement);
  return out;
}

Raw CopyRaw(const std::string& from_path, const std::string& to_path) {
  constexpr int kBatch = 100'000;
  sqlite3* from = OpenRaw(from_path);
  sqlite3* to = OpenRaw(to_path);
  for (const std::string& sql :
       Column(from,
              "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index') "
              "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, rowid")) {
    Check(sqlite3_exec(to, sql.c_str(), nullptr, nullptr, nullptr), to);
  }
  Raw out;
  for (const std::string& table :
       Column(from,
              "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
              "ORDER BY rowid")) {
    sqlite3_stmt* read = Prepare(from, "SELECT * FROM " + table);
    const int columns = sqlite3_column_count(read);
    std::string marks = "?";
    for (int i = 1; i < columns; ++i) marks += ", ?";
    sqlite3_stmt* insert = Prepare(to, "INSERT INTO " + table + " VALUES (" + marks + ")");
    bool more = true;
    while (more) {
      std::vector<sqlite3_value*> values;
      int rows = 0;
      while (rows < kBatch && (more = sqlite3_step(read) == SQLITE_ROW)) {
        for (int i = 0; i < columns; ++i) {
          values.push_back(sqlite3_value_dup(sqlite3_column_value(read, i)));
        }
        ++rows;
      }
      const double start = Now();
      const double cpu = Cpu(RUSAGE_THREAD);
      Check(sqlite3_exec(to, "BEGIN", nullptr, nullptr, nullptr), to);
      for (int row = 0; row < rows; ++row) {
        for (int i = 0; i < columns; ++i) {
          sqlite3_bind_value(insert, i + 1, values[static_cast<std::size_t>(row * columns + i)]);
        }
        Check(sqlite3_step(insert), to);
        sqlite3_reset(insert);
      }
      Check(sqlite3_exec(to, "COMMIT", nullptr, nullptr, nullptr), to);
      out.seconds += Now() - start;
      out.cpu += Cpu(RUSAGE_THREAD) - cpu;
      out.rows += rows;
      for (sqlite3_value* value : values) sqlite3_value_free(value);
    }
    sqlite3_finalize(read);
    sqlite3_finalize(insert);
  }
  sqlite3_close(from);
  sqlite3_close(to);
  return out;
}

}  // namespace hone
