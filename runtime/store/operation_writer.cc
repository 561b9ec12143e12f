#include "store/operation_writer.h"

#include <type_traits>

namespace hone {
namespace {

template <typename T>
inline constexpr bool kOfCalls =
    std::is_same_v<T, PutIntent> || std::is_same_v<T, EndSend> || std::is_same_v<T, PutAnswer> ||
    std::is_same_v<T, PutUse> || std::is_same_v<T, PutJournal>;

}  // namespace

Result<std::unique_ptr<OperationWriter>> OperationWriter::Create(
    Connection* connection, std::string file_uid,
    std::vector<std::unique_ptr<Connection>> sources) {
  HONE_ASSIGN(RowTables tables, RowTables::Load(connection));
  return std::unique_ptr<OperationWriter>(
      new OperationWriter(connection, std::move(file_uid), std::move(sources), std::move(tables)));
}

Status OperationWriter::Apply(const Operation& operation) {
  return std::visit(
      [this](const auto& one) -> Status {
        using T = std::decay_t<decltype(one)>;
        if constexpr (kOfCalls<T>) {
          return calls_.Apply(one);
        } else if constexpr (std::is_same_v<T, PutRow>) {
          return rows_.Apply(one);
        } else {
          if constexpr (std::is_same_v<T, ForgetUnit> || std::is_same_v<T, ForgetFrom>) {
            rows_.Forget();
          }
          return experiments_.Apply(one);
        }
      },
      operation);
}

Status OperationWriter::Import(const Hash& key) {
  const auto copied = import_.Copy(key, &ids_);
  if (!copied.ok()) return copied.error();
  return Ok{};
}

}  // namespace hone
