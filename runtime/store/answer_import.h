// AnswerImport: copies an answered call from an answer source (--ledger) into this file, with its
// texts and its sends under the source's file uid, when a unit here uses it. Part of the writer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/connection.h"
#include "store/row_ids.h"

namespace hone {

class AnswerImport {
 public:
  // `sources` are opened for reading, by this object alone. `target` is the writer's connection.
  AnswerImport(Connection* target, std::vector<std::unique_ptr<Connection>> sources)
      : target_(target), sources_(std::move(sources)) {}

  // False when no source has an answer to `key`. The first source that has one gives it. A call
  // that is recorded here without an answer gets it; an answer that is here stays.
  Result<bool> Copy(const Hash& key, RowIds* ids);

 private:
  Result<bool> CopyFrom(Connection* source, const Hash& key, RowIds* ids);
  Status CopyTexts(Connection* source, const std::string& request_json, RowIds* ids);

  Connection* target_;
  std::vector<std::unique_ptr<Connection>> sources_;
  TextDecoder decoder_;
};

}  // namespace hone
