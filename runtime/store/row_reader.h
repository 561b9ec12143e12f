// Typed rows as they were given: the inverse of RowWriter.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/connection.h"
#include "store/row_tables.h"
#include "store/text_codec.h"

namespace hone {

// Rows of one table of a unit, ordered by path (component by component, as numbers) and n:
// {id, path, n, <fields>}; null fields are left out.
Result<std::vector<Json>> ReadRows(Connection* connection, TextDecoder* decoder,
                                   const RowTables& tables, const RowTable& table,
                                   const Hash& unit_key);

// True when path `a` comes before `b` in the order of a program: "2" before "10", "3" before "3.1".
bool PathLess(std::string_view a, std::string_view b);

}  // namespace hone
