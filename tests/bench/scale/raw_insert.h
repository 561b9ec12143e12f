// The same rows by a raw SQLite bulk insert, to compare the Store with; and the clocks of both.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hone {

double Now();         // seconds of the wall clock, from anywhere
double Cpu(int who);  // CPU seconds: RUSAGE_SELF or RUSAGE_THREAD

sqlite3* OpenRaw(const std::string& path);  // the Store's PRAGMAs
std::vector<std::string> Column(sqlite3* database, const std::string& sql);

struct Raw {
  int64_t rows = 0;
  double seconds = 0, cpu = 0;
};

// Every row of `from` into a fresh file with the same schema; only the inserting is timed.
Raw CopyRaw(const std::string& from_path, const std::string& to_path);

}  // namespace hone
