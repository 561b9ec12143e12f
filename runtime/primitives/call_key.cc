#include "primitives/call_key.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

// Feeds `"content":"<parts>"` and the other members of a message in sorted order.
Status HashMessage(const ChatMessage& message, std::size_t index, Sha256* sha) {
  const std::string place = "messages[" + std::to_string(index + 1) + "]";
  std::vector<std::pair<std::string, const Json*>> others;
  for (const auto& [key, value] : message.extra.members()) {
    if (key == "role" || key == "content") return Invalid(place + ": extra member '" + key + "'");
    others.emplace_back(key, &value);
  }
  others.emplace_back("content", nullptr);
  others.emplace_back("role", nullptr);
  std::sort(others.begin(), others.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text = "{";
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (i > 0) text += ',';
    AppendJsonString(others[i].first, &text);
    text += ':';
    if (others[i].second != nullptr) {
      HONE_ASSIGN(const std::string canonical, others[i].second->Canonical());
      text += canonical;
    } else if (others[i].first == "role") {
      AppendJsonString(message.role, &text);
    } else {
      text += '"';
      sha->Update(text);
      for (const Part& part : message.content) {
        if (!IsValidUtf8(*part.text)) return Invalid(place + ".content is not valid UTF-8");
        text.clear();
        AppendJsonStringBody(*part.text, &text);
        sha->Update(text);
      }
      text = "\"";
    }
  }
  text += '}';
  sha->Update(text);
  return Ok{};
}

Status HashMember(std::string_view name, const Json& value, bool* first, Sha256* sha) {
  if (value.is_null()) return Ok{};
  HONE_ASSIGN(const std::string canonical, value.Canonical());
  sha->Update(*first ? "" : ",");
  *first = false;
  std::string key;
  AppendJsonString(name, &key);
  sha->Update(key + ":");
  sha->Update(canonical);
  return Ok{};
}

}  // namespace

Result<Hash> CanonicalRequestHash(const ChatRequest& request) {
  Sha256 sha;
  bool first = true;
  sha.Update("{");
  HONE_TRY(HashMember("format", request.format, &first, &sha));
  sha.Update(first ? "\"messages\":[" : ",\"messages\":[");
  first = false;
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    if (i > 0) sha.Update(",");
    HONE_TRY(HashMessage(request.messages[i], i, &sha));
  }
  sha.Update("]");
  HONE_TRY(HashMember("sampling", request.sampling, &first, &sha));
  HONE_TRY(HashMember("tools", request.tools, &first, &sha));
  sha.Update("}");
  return sha.Finish();
}

Hash CallKey(const Hash& request_hash, const CallAddress& address) {
  return HashFields({"hone-key-1", request_hash.View(), address.model, address.replicate,
                     address.item.View(), address.draw, address.epoch});
}

uint32_t DerivedSeed(const CallAddress& address) {
  const Hash hash =
      HashFields({"hone-seed-1", address.replicate, address.item.View(), address.draw});
  return static_cast<uint32_t>(hash.Prefix64() & 0x7FFFFFFFU);
}

Json LedgerRequest(const ChatRequest& request) {
  Json messages = Json::MakeArray();
  for (const ChatMessage& message : request.messages) {
    Json content = Json::MakeArray();
    for (const Part& part : message.content) {
      content.Append(Json::MakeObject({{"$text", Json(part.hash.Hex())}}));
    }
    Json entry = Json::MakeObject({{"role", Json(message.role)}});
    entry.Set("content", std::move(content));
    for (const auto& [key, value] : message.extra.members()) entry.Set(key, value);
    messages.Append(std::move(entry));
  }
  Json out = Json::MakeObject();
  out.Set("messages", std::move(messages));
  if (!request.tools.is_null()) out.Set("tools", request.tools);
  if (!request.format.is_null()) out.Set("format", request.format);
  if (!request.sampling.is_null()) out.Set("sampling", request.sampling);
  return out;
}

}  // namespace hone
