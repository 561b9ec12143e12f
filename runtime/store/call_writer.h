// CallWriter: the operations on calls, sends, uses and the journal. Part of the writer: shares its
// connection and thread.
#pragma once

#include <string>

#include "store/answer_import.h"
#include "store/connection.h"
#include "store/operations.h"
#include "store/row_ids.h"

namespace hone {

class CallWriter {
 public:
  CallWriter(Connection* connection, RowIds* ids, AnswerImport* import, std::string file_uid)
      : db_(connection), ids_(ids), import_(import), file_uid_(std::move(file_uid)) {}

  Status Apply(const PutIntent& operation);
  Status Apply(const EndSend& operation);
  Status Apply(const PutAnswer& operation);
  Status Apply(const PutUse& operation);
  Status Apply(const PutJournal& operation);

  // The id of a call, copied from an answer source when this file does not have it.
  Result<int64_t> CallId(const Hash& key);

 private:
  Connection* db_;
  RowIds* ids_;
  AnswerImport* import_;
  std::string file_uid_;
};

}  // namespace hone
