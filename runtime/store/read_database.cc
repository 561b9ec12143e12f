#include "store/read_database.h"

#include "store/readonly_sql.h"
#include "store/text_refs.h"

namespace hone {
namespace {

class SqliteReadDatabase final : public ReadDatabase {
 public:
  SqliteReadDatabase(std::unique_ptr<ReadonlySql> sql, Limits limits)
      : sql_(std::move(sql)), limits_{limits.max_rows, limits.time_limit_ms} {}

  Result<std::vector<Json>> Query(std::string_view sql, const Json& params) override {
    std::vector<Json> rows;
    HONE_TRY(Each(sql, params, [&](const auto& columns, std::vector<Json> row) {
      Json out = Json::MakeObject();
      for (std::size_t i = 0; i < row.size(); ++i) out.Set(columns[i], std::move(row[i]));
      rows.push_back(std::move(out));
      return true;
    }));
    return rows;
  }

  Result<SqlTable> QueryTable(std::string_view sql, const Json& params) override {
    SqlTable table;
    const auto outcome =
        sql_->Run(sql, params, limits_, [&](const auto& /*columns*/, std::vector<Json> row) {
          table.rows.push_back(std::move(row));
          return true;
        });
    if (!outcome.ok()) return outcome.error();
    if (outcome->truncated) return TooMany();
    table.columns = outcome->columns;
    return table;
  }

  Status Each(std::string_view sql, const Json& params, const OnRow& row) override {
    const auto outcome = sql_->Run(sql, params, limits_, row);
    if (!outcome.ok()) return outcome.error();
    if (outcome->truncated) return TooMany();
    return Ok{};
  }

  Status BeginSnapshot() override { return sql_->BeginSnapshot(); }
  void EndSnapshot() override { sql_->EndSnapshot(); }
  Result<Part> TextOf(const Hash& hash) override { return sql_->TextOf(hash); }
  Result<Json> ResolveTexts(const Json& value) override {
    return ResolveTextRefs(value, [this](const Hash& hash) { return TextOf(hash); });
  }
  [[nodiscard]] const std::string& path() const override { return sql_->path(); }
  [[nodiscard]] const std::string& file_uid() const override { return sql_->file_uid(); }

 private:
  [[nodiscard]] Error TooMany() const {
    return Fail(ErrorCode::kRefused,
                "the query gives more than " + std::to_string(limits_.max_rows) + " rows");
  }

  std::unique_ptr<ReadonlySql> sql_;
  ReadonlySql::Limits limits_;
};

}  // namespace

Result<std::unique_ptr<ReadDatabase>> ReadDatabase::Open(const std::string& path, Limits limits) {
  HONE_ASSIGN(auto sql, ReadonlySql::Open(path));
  return std::unique_ptr<ReadDatabase>(
      std::make_unique<SqliteReadDatabase>(std::move(sql), limits));
}

Result<std::unique_ptr<ReadDatabase>> ReadDatabase::Open(const std::string& path) {
  return Open(path, Limits());
}

}  // namespace hone
