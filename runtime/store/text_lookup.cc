#include "store/text_lookup.h"

namespace hone {

Result<std::optional<Part>> FindText(Connection* connection, TextDecoder* decoder, const Hash& hash,
                                     bool verify) {
  HONE_ASSIGN(Statement statement,
              connection->Prepare("SELECT codec, data, size_bytes FROM texts WHERE hash = ?"));
  statement.Bind(1, hash);
  HONE_ASSIGN(const bool found, statement.Step());
  if (!found) return std::optional<Part>();
  auto decoded = decoder->Decode(statement.Text(0), statement.Bytes(1), statement.Int(2));
  if (!decoded.ok() || (verify && HashOf(*decoded) != hash)) {
    return Fail(ErrorCode::kCorrupt, connection->path() + ": text " + hash.Short() +
                                         " is damaged; its answer can be bought again after "
                                         "`hone forget`");
  }
  Part part;
  part.hash = hash;
  part.text = std::make_shared<const std::string>(std::move(decoded).value());
  return std::optional<Part>(std::move(part));
}

}  // namespace hone
