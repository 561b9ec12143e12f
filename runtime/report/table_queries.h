// The SQL behind a table: for each of its columns the query that gives the column's numbers, for
// `hone table --queries`, for a report, and for whoever does not believe them.
//
// Each is one statement without parameters: the experiment stands in it by its hash, and arms by
// name. Those that give intervals and p-values use the aggregates of `hone sql`
// (store/stat_functions.h); all others run in any SQLite shell.
#pragma once

#include <string>
#include <vector>

#include "report/result_table.h"

namespace hone {

struct ColumnQuery {
  std::string column;  // of kTableColumns
  std::string title;   // what it gives
  std::string sql;     // one row an arm: "arm" and the column's numbers by name
};

// The columns that the table shows; with `all` every column that there is a query for.
std::vector<ColumnQuery> TableQueries(const ResultTable& table, bool all = false);

// "-- column: title" and the statement, one after another.
std::string RenderQueries(const std::vector<ColumnQuery>& queries);

// `text` as an SQL literal, whatever it holds.
std::string SqlLiteral(const std::string& text);

}  // namespace hone
