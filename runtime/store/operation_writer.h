// OperationWriter: one Operation as SQL on the writer's connection. Lives on the writer thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/answer_import.h"
#include "store/call_writer.h"
#include "store/experiment_writer.h"
#include "store/row_writer.h"

namespace hone {

class OperationWriter {
 public:
  // `connection` must outlive it; `sources` are this object's own connections to answer sources.
  static Result<std::unique_ptr<OperationWriter>> Create(
      Connection* connection, std::string file_uid,
      std::vector<std::unique_ptr<Connection>> sources);

  // REQUIRES: a transaction is open. An error of the operation itself leaves the transaction
  // usable.
  Status Apply(const Operation& operation);
  // Copies an answer from the sources; nothing happens when none has it.
  Status Import(const Hash& key);
  // After a rollback.
  void Forget() {
    ids_.Forget();
    rows_.Forget();
  }

 private:
  OperationWriter(Connection* connection, std::string file_uid,
                  std::vector<std::unique_ptr<Connection>> sources, RowTables tables)
      : ids_(connection),
        import_(connection, std::move(sources)),
        calls_(connection, &ids_, &import_, std::move(file_uid)),
        experiments_(connection, &ids_),
        rows_(connection, &ids_, &calls_, std::move(tables)) {}

  RowIds ids_;
  AnswerImport import_;
  CallWriter calls_;
  ExperimentWriter experiments_;
  RowWriter rows_;
};

}  // namespace hone
