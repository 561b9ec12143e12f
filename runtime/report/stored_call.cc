#include "report/stored_call.h"

#include <utility>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

Result<Part> PartOf(ReadDatabase& database, const Json& content) {
  if (content.is_string()) return Part::Of(content.AsString());
  const Json* reference = content.Find("$text");
  if (reference == nullptr) {
    return Fail(ErrorCode::kCorrupt,
                "a stored message holds neither a text nor a reference to one");
  }
  HONE_ASSIGN(const Hash hash, Hash::FromHex(reference->AsString()));
  return database.TextOf(hash);
}

}  // namespace

Result<std::string> FindByPrefix(ReadDatabase& database, const std::string& what,
                                 const std::string& table, const std::string& column,
                                 const std::string& prefix) {
  const std::string lower = ToLowerAscii(Trim(prefix));
  if (lower.size() < 4 || lower.size() > 64 ||
      lower.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Invalid("'" + OneLine(prefix, 80) + "' is no " + what +
                   " key: 4 to 64 hexadecimal digits are wanted");
  }
  // A range over the blob uses its unique index; ffff... closes it.
  std::string low = lower + (lower.size() % 2 == 1 ? "0" : "");
  std::string high = lower + std::string(64 - lower.size(), 'f');
  HONE_ASSIGN(
      const std::vector<Json> rows,
      database.Query("SELECT DISTINCT lower(hex(" + column + ")) AS hash FROM " + table +
                         " WHERE " + column + " >= :low AND " + column + " <= :high LIMIT 2",
                     Json::MakeObject({{"low", Json::MakeObject({{"$blob", low}})},
                                       {"high", Json::MakeObject({{"$blob", high}})}})));
  if (rows.empty()) {
    return Fail(ErrorCode::kNotFound, "no " + what + " whose key begins with " + lower);
  }
  if (rows.size() > 1) {
    return Invalid("more than one " + what + " begins with " + lower + "; write more digits");
  }
  return rows.front()["hash"].AsString();
}

Result<ChatRequest> ChatRequestFromLedger(ReadDatabase& database, const Json& request) {
  ChatRequest out;
  for (const Json& entry : request["messages"].items()) {
    ChatMessage message;
    message.role = entry["role"].AsString();
    if (entry["content"].is_array()) {
      for (const Json& content : entry["content"].items()) {
        HONE_ASSIGN(Part part, PartOf(database, content));
        message.content.push_back(std::move(part));
      }
    } else {
      HONE_ASSIGN(Part part, PartOf(database, entry["content"]));
      message.content.push_back(std::move(part));
    }
    for (const Json& entry_image : entry["images"].items()) {
      HONE_ASSIGN(Part data, PartOf(database, entry_image["data"]));
      message.images.push_back(
          {entry_image["at"].AsInt(), entry_image["media_type"].AsString(), std::move(data)});
    }
    for (const auto& [key, value] : entry.members()) {
      if (key == "role" || key == "content" || key == "images") continue;
      message.extra.Set(key, value);
    }
    out.messages.push_back(std::move(message));
  }
  out.tools = request["tools"];
  out.format = request["format"];
  out.sampling = request["sampling"];
  return out;
}

Result<StoredCall> LoadStoredCall(ReadDatabase& database, const std::string& key) {
  StoredCall call;
  HONE_ASSIGN(call.key, FindByPrefix(database, "call", "calls", "key", key));
  HONE_ASSIGN(const std::vector<Json> rows,
              database.Query(R"sql(
      SELECT c.*, hone_text(c.answer_text_id) AS answer FROM calls c WHERE c.key = :key)sql",
                             Json::MakeObject({{"key", Json::MakeObject({{"$blob", call.key}})}})));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, "the call is gone");
  call.row = rows.front();
  call.model = call.row["model"].AsString();
  auto request = Json::Parse(call.row["request_json"].AsString());
  if (!request.ok()) return Fail(ErrorCode::kCorrupt, request.error().message).With("request_json");
  if (request->Has("embed")) {
    EmbedRequest embed;
    for (const Json& text : (*request)["embed"]["texts"].items()) {
      HONE_ASSIGN(Part part, PartOf(database, text));
      embed.texts.push_back(std::move(part));
    }
    embed.dimensions = (*request)["embed"]["dimensions"].AsInt();
    call.embed = std::move(embed);
    return call;
  }
  HONE_ASSIGN(call.request, ChatRequestFromLedger(database, request.value()));
  if (call.row["seed"].is_int()) {
    call.request.seed = static_cast<uint32_t>(call.row["seed"].AsInt());
  }
  return call;
}

}  // namespace hone
