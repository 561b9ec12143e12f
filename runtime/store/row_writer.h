// RowWriter: typed rows (PutRow), inserted or updated by (unit, path, n). Part of the writer:
// shares its connection and thread.
//
// The first time, all required fields must be given; some have a natural default (tasks.name is
// "path#n", skills.words is counted, an attempt without a verdict is ungraded). A row that is there
// is changed only in the fields given; lists (rubrics, verdicts) are replaced. Errors name
// table.field.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/call_writer.h"
#include "store/connection.h"
#include "store/operations.h"
#include "store/row_ids.h"
#include "store/row_tables.h"

namespace hone {

class RowWriter {
 public:
  RowWriter(Connection* connection, RowIds* ids, CallWriter* calls, RowTables tables)
      : db_(connection), ids_(ids), calls_(calls), tables_(std::move(tables)) {}

  Status Apply(const PutRow& operation);
  // After a rollback, or when rows of a unit were deleted: no id is remembered.
  void Forget() { recent_.clear(); }

 private:
  // A field's value as it stands in the column. One of the members is used, by `type`.
  struct Value {
    enum class Type { kNull, kInteger, kReal, kText } type = Type::kNull;
    int64_t integer = 0;
    double real = 0;
    std::string text;
  };
  struct Assignment {
    const RowField* field;
    Value value;
  };

  Status CheckFields(const RowTable& table, const PutRow& row) const;
  Result<Value> Convert(const RowTable& table, const RowField& field, const Json& value,
                        int64_t unit_id);
  static void AddCounts(const RowTable& table, const PutRow& row,
                        std::vector<Assignment>* assignments);
  Status AddDefaults(const RowTable& table, const PutRow& row,
                     std::vector<Assignment>* assignments) const;
  struct Saved {
    int64_t id = 0;
    bool is_new = false;
  };
  Result<Saved> Save(const RowTable& table, const PutRow& row, int64_t unit_id,
                     std::vector<Assignment> assignments);
  Result<bool> Insert(const RowTable& table, const PutRow& row, int64_t unit_id,
                      std::vector<Assignment> assignments);
  Status Update(const RowTable& table, int64_t id, const std::vector<Assignment>& assignments);
  static void BindAll(const std::vector<Assignment>& assignments, Statement* statement);
  Result<std::optional<int64_t>> FindRow(const RowTable& table, int64_t unit_id,
                                         const std::string& path, int64_t n);
  static std::string PlaceOf(const RowTable& table, int64_t unit_id, const std::string& path,
                             int64_t n);
  Status SaveList(const RowTable& table, const Saved& saved, const Json& list);

  Connection* db_;
  RowIds* ids_;
  CallWriter* calls_;
  RowTables tables_;
  // Rows written lately, by place: what is written next often refers to them.
  std::unordered_map<std::string, int64_t> recent_;
  std::string sql_;  // of the last insert, kept for its memory
};

}  // namespace hone
