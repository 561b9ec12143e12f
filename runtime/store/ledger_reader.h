// LedgerReader: questions to one results file, over its own read-only connection. One thread at a
// time. Sees what was committed when it is asked. See Store for what each answer means.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/connection.h"
#include "store/row_tables.h"
#include "store/store.h"
#include "store/text_codec.h"

namespace hone {

class LedgerReader {
 public:
  static Result<std::unique_ptr<LedgerReader>> Open(const std::string& path);

  Result<std::optional<StoredAnswer>> FindAnswer(const Hash& key);
  Result<int> CountSends(const Hash& key);
  Result<std::optional<StoredUnit>> FindUnit(const Hash& unit_key);
  Result<UseMap> UsesOf(const Hash& unit_key);
  Result<JournalMap> JournalOf(const Hash& unit_key);
  Result<std::optional<Predecessor>> FindPredecessor(const std::string& experiment_name,
                                                     const std::string& arm,
                                                     const std::string& replicate,
                                                     const std::string& item, const Hash& unit_key);
  // Nothing when there is no such call.
  Result<std::optional<Json>> RequestOf(const Hash& key);
  Result<std::vector<Json>> RowsOf(const Hash& unit_key, const std::string& table);
  Result<LedgerSummary> Summary(const std::string& experiment_name);
  Result<std::vector<SpendRow>> SpendOf(const std::string& experiment_name);  // ledger_spend.cc
  Result<std::optional<Part>> TextOf(const Hash& hash);
  Result<Json> ResolveTexts(const Json& value);

  [[nodiscard]] const std::string& file_uid() const { return file_uid_; }

 private:
  LedgerReader(std::unique_ptr<Connection> connection, RowTables tables, std::string file_uid)
      : db_(std::move(connection)), tables_(std::move(tables)), file_uid_(std::move(file_uid)) {}

  std::unique_ptr<Connection> db_;
  RowTables tables_;
  std::string file_uid_;
  TextDecoder decoder_;
};

}  // namespace hone
