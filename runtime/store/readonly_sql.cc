#include "store/readonly_sql.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/text.h"
#include "skill/text_measure.h"
#include "store/migrations.h"
#include "store/readonly_functions.h"
#include "store/stat_functions.h"
#include "store/text_lookup.h"

namespace hone {
namespace {

constexpr int kProgressSteps = 2'000;  // of SQLite's machine, between two looks at the clock
constexpr int kMaxValueBytes = 64 << 20;

constexpr std::string_view kPragmas[] = {"table_info",      "table_xinfo", "table_list",
                                         "index_list",      "index_info",  "index_xinfo",
                                         "foreign_key_list"};

std::string HexOf(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

Json ValueAt(const Statement& row, int column) {
  switch (sqlite3_column_type(row.raw(), column)) {
    case SQLITE_INTEGER:
      return row.Int(column);
    case SQLITE_FLOAT:
      return row.Real(column);
    case SQLITE_TEXT:
      return ToValidUtf8(row.Text(column));
    case SQLITE_BLOB:
      return HexOf(row.Bytes(column));
    default:
      return {};
  }
}

// Bytes of {"$blob": "<hex>"}; fails on anything else.
Result<std::string> BlobOf(const Json& value, const std::string& name) {
  const std::string& hex = value["$blob"].AsString();
  std::string bytes;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  bool good = value.size() == 1 && value["$blob"].is_string() && hex.size() % 2 == 0;
  for (std::size_t i = 0; good && i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    good = high >= 0 && low >= 0;
    bytes += static_cast<char>(high * 16 + low);
  }
  if (good) return bytes;
  return Invalid("parameter " + name +
                 ": expected a number, a string, a boolean, null or {\"$blob\": \"<hex>\"}");
}

// `blobs` owns what is bound as BLOB until the statement has run.
Status BindValue(Statement* statement, int index, const std::string& name, const Json& value,
                 std::vector<std::unique_ptr<std::string>>* blobs) {
  switch (value.type()) {
    case Json::Type::kNull:
      statement->Bind(index, nullptr);
      return Ok{};
    case Json::Type::kBool:
      statement->Bind(index, value.AsBool());
      return Ok{};
    case Json::Type::kInt:
      statement->Bind(index, value.AsInt());
      return Ok{};
    case Json::Type::kDouble:
      statement->Bind(index, value.AsDouble());
      return Ok{};
    case Json::Type::kString:
      statement->Bind(index, value.AsString());
      return Ok{};
    default:
      break;
  }
  HONE_ASSIGN(std::string bytes, BlobOf(value, name));
  blobs->push_back(std::make_unique<std::string>(std::move(bytes)));
  statement->Bind(index, Blob{*blobs->back()});
  return Ok{};
}

Status BindAll(Statement* statement, const Json& params,
               std::vector<std::unique_ptr<std::string>>* blobs) {
  const int count = sqlite3_bind_parameter_count(statement->raw());
  std::vector<std::string> names;
  std::size_t position = 0;
  for (int index = 1; index <= count; ++index) {
    const char* raw = sqlite3_bind_parameter_name(statement->raw(), index);
    const Json* value = nullptr;
    std::string name;
    if (raw == nullptr || raw[0] == '?') {
      name = "?" + std::to_string(index);
      if (position < params.items().size()) value = &params.items()[position++];
    } else {
      name = raw;
      names.emplace_back(name.substr(1));
      value = params.Find(names.back());
    }
    if (value == nullptr) return Invalid("parameter " + name + " of the query has no value");
    HONE_TRY(BindValue(statement, index, name, *value, blobs));
  }
  for (const auto& [name, value] : params.members()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Invalid("the query has no parameter :" + name + NameHint(name, names));
    }
  }
  if (position < params.items().size()) {
    return Invalid("the query has " + std::to_string(position) + " parameters, " +
                   std::to_string(params.items().size()) + " values were given");
  }
  return Ok{};
}

}  // namespace

// SQLite calls these; the pointer is the Guard.
struct ReadonlySql::Hooks {
  static int Refuse(Guard* guard, std::string why) {
    if (guard->refusal.empty()) guard->refusal = std::move(why);
    return SQLITE_DENY;
  }

  static int Authorize(void* data, int action, const char* first, const char* second,
                       const char* /*database*/, const char* /*trigger_or_view*/) {
    auto* guard = static_cast<Guard*>(data);
    const std::string_view name = first == nullptr ? "" : first;
    switch (action) {
      case SQLITE_SELECT:
      case SQLITE_READ:
      case SQLITE_RECURSIVE:
        return SQLITE_OK;
      case SQLITE_FUNCTION: {
        const std::string_view function = second == nullptr ? "" : second;
        if (IsReadonlyFunction(function)) return SQLITE_OK;
        return Refuse(guard, "the function " + OneLine(function, 60) + "() is not available here");
      }
      case SQLITE_PRAGMA:
        for (const std::string_view allowed : kPragmas) {
          if (name == allowed) return SQLITE_OK;
        }
        return Refuse(guard, "PRAGMA " + OneLine(name, 60) +
                                 " is not available here; table_info, table_list, index_list and "
                                 "foreign_key_list are");
      case SQLITE_ATTACH:
        return Refuse(guard, "ATTACH is not available here: one results database at a time");
      case SQLITE_TRANSACTION:
      case SQLITE_SAVEPOINT:
        if (guard->open_gate) return SQLITE_OK;
        return Refuse(guard, "transactions are not available here");
      default:
        return Refuse(guard, "only SELECT is available here: results are never changed by SQL");
    }
  }

  static int Progress(void* data) {
    auto* guard = static_cast<Guard*>(data);
    if (std::chrono::steady_clock::now() < guard->deadline) return 0;
    guard->timed_out = true;
    return 1;
  }

  // hone_words(text)
  static void Words(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    if (bytes == nullptr) return sqlite3_result_null(context);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    sqlite3_result_int64(context, static_cast<sqlite3_int64>(WordCount({bytes, size})));
  }

  // hone_text(text_id | hash | hex)
  static void Text(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    auto* guard = static_cast<Guard*>(sqlite3_user_data(context));
    Result<std::optional<Part>> found = std::optional<Part>();
    switch (sqlite3_value_type(values[0])) {
      case SQLITE_INTEGER:
        found = TextById(guard, sqlite3_value_int64(values[0]));
        break;
      case SQLITE_BLOB:
        if (sqlite3_value_bytes(values[0]) == 32) {
          const auto* bytes = static_cast<const char*>(sqlite3_value_blob(values[0]));
          found = FindText(guard->db, &guard->decoder, Hash::FromRaw({bytes, 32}));
        }
        break;
      case SQLITE_TEXT: {
        const auto* hex = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
        const auto hash = Hash::FromHex(hex == nullptr ? "" : hex);
        if (hash.ok()) found = FindText(guard->db, &guard->decoder, *hash);
        break;
      }
      default:
        break;
    }
    if (!found.ok()) {
      sqlite3_result_error(context, found.error().message.c_str(), -1);
    } else if (!*found) {
      sqlite3_result_null(context);
    } else {
      const std::string& text = *(*found)->text;
      sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
  }

  static Result<std::optional<Part>> TextById(Guard* guard, int64_t id) {
    Hash hash;
    {
      HONE_ASSIGN(Statement row, guard->db->Prepare("SELECT hash FROM texts WHERE text_id = ?"));
      row.Bind(1, id);
      HONE_ASSIGN(const bool found, row.Step());
      if (!found) return std::optional<Part>();
      hash = row.HashAt(0);
    }
    return FindText(guard->db, &guard->decoder, hash);
  }
};

ReadonlySql::ReadonlySql(std::unique_ptr<Connection> db, std::string file_uid)
    : db_(std::move(db)), file_uid_(std::move(file_uid)), guard_(std::make_unique<Guard>()) {
  guard_->db = db_.get();
  sqlite3* raw = db_->raw();
  sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(raw, SQLITE_LIMIT_SQL_LENGTH, 200'000);
  sqlite3_limit(raw, SQLITE_LIMIT_EXPR_DEPTH, 200);
  sqlite3_limit(raw, SQLITE_LIMIT_COMPOUND_SELECT, 100);
  sqlite3_limit(raw, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000);
  sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(raw, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_create_function_v2(raw, "hone_text", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, guard_.get(),
                             &Hooks::Text, nullptr, nullptr, nullptr);
  sqlite3_create_function_v2(raw, "hone_words", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                             &Hooks::Words, nullptr, nullptr, nullptr);
  AddStatFunctions(raw);
  // SQLite declares a table-valued function when it is first named, which the authorizer would take
  // for CREATE TABLE: each is named once before.
  for (const std::string_view name : {"json_each", "json_tree"}) {
    (void)db_->Run("SELECT 1 FROM " + std::string(name) + "('[]') LIMIT 0");
  }
  for (const std::string_view name : kPragmas) {
    (void)db_->Run("SELECT 1 FROM pragma_" + std::string(name) + " LIMIT 0");
  }
  sqlite3_set_authorizer(raw, &Hooks::Authorize, guard_.get());
}

ReadonlySql::~ReadonlySql() {
  sqlite3_set_authorizer(db_->raw(), nullptr, nullptr);
  sqlite3_progress_handler(db_->raw(), 0, nullptr, nullptr);
}

Result<std::unique_ptr<ReadonlySql>> ReadonlySql::Open(const std::string& path) {
  HONE_ASSIGN(auto connection, OpenForReading(path));
  HONE_ASSIGN(std::string uid, ReadFileUid(connection.get()));
  return std::unique_ptr<ReadonlySql>(new ReadonlySql(std::move(connection), std::move(uid)));
}

Error ReadonlySql::ExplainFailure(Error error, const Limits& limits) const {
  if (guard_->timed_out) {
    return Fail(ErrorCode::kTimeout,
                "the query was stopped after " + std::to_string(limits.time_limit_ms) + " ms");
  }
  if (!guard_->refusal.empty()) return Fail(ErrorCode::kRefused, guard_->refusal);
  return error;
}

Result<ReadonlySql::Outcome> ReadonlySql::Run(std::string_view sql, const Json& params,
                                              const Limits& limits, const OnRow& on_row) {
  guard_->refusal.clear();
  guard_->timed_out = false;
  if (limits.time_limit_ms > 0) {
    guard_->deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(limits.time_limit_ms);
    sqlite3_progress_handler(db_->raw(), kProgressSteps, &Hooks::Progress, guard_.get());
  } else {
    sqlite3_progress_handler(db_->raw(), 0, nullptr, nullptr);
  }
  auto prepared = db_->PrepareOnly(sql);
  if (!prepared.ok()) return ExplainFailure(prepared.error(), limits);
  Statement statement = std::move(prepared).value();
  // The authorizer has seen it; this is what SQLite itself thinks of it.
  if (sqlite3_stmt_readonly(statement.raw()) == 0) {
    return Fail(ErrorCode::kRefused, "only SELECT is available here");
  }
  std::vector<std::unique_ptr<std::string>> blobs;
  HONE_TRY(BindAll(&statement, params, &blobs));
  Outcome outcome;
  const int width = sqlite3_column_count(statement.raw());
  for (int column = 0; column < width; ++column) {
    const char* name = sqlite3_column_name(statement.raw(), column);
    outcome.columns.emplace_back(ToValidUtf8(name == nullptr ? "" : name));
  }
  while (true) {
    const auto more = statement.Step();
    if (!more.ok()) return ExplainFailure(more.error(), limits);
    if (!*more) break;
    if (outcome.rows >= limits.max_rows) {
      outcome.truncated = true;
      break;
    }
    std::vector<Json> row;
    row.reserve(static_cast<std::size_t>(width));
    for (int column = 0; column < width; ++column) row.push_back(ValueAt(statement, column));
    ++outcome.rows;
    if (!on_row(outcome.columns, std::move(row))) break;
  }
  return outcome;
}

Status ReadonlySql::Unguarded(std::string_view sql) {
  guard_->open_gate = true;
  Status done = db_->Execute(std::string(sql));
  guard_->open_gate = false;
  return done;
}

Status ReadonlySql::BeginSnapshot() { return Unguarded("BEGIN"); }

void ReadonlySql::EndSnapshot() {
  if (db_->in_transaction()) (void)Unguarded("COMMIT");
}

Result<Part> ReadonlySql::TextOf(const Hash& hash) {
  HONE_ASSIGN(auto text, FindText(db_.get(), &guard_->decoder, hash));
  if (text) return std::move(*text);
  return Fail(ErrorCode::kNotFound, path() + ": no text with hash " + hash.Short());
}

}  // namespace hone
