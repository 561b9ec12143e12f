#include "primitives/call_key.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

// `"<text>"`, the text coming in parts.
Status HashText(const std::vector<Part>& parts, const std::string& place, Sha256* sha) {
  sha->Update("\"");
  std::string text;
  for (const Part& part : parts) {
    if (!IsValidUtf8(*part.text)) return Invalid(place + " is not valid UTF-8");
    text.clear();
    AppendJsonStringBody(*part.text, &text);
    sha->Update(text);
  }
  sha->Update("\"");
  return Ok{};
}

Json ImagesForKey(const std::vector<ChatImage>& images) {
  Json list = Json::MakeArray();
  for (const ChatImage& image : images) {
    list.Append(Json::MakeObject(
        {{"at", image.at}, {"media_type", image.media_type}, {"sha256", image.base64.hash.Hex()}}));
  }
  return list;
}

// Feeds `"content":"<parts>"` and the other members of a message in sorted order.
Status HashMessage(const ChatMessage& message, std::size_t index, Sha256* sha) {
  const std::string place = "messages[" + std::to_string(index + 1) + "]";
  const Json images = ImagesForKey(message.images);
  std::vector<std::pair<std::string, const Json*>> others;
  for (const auto& [key, value] : message.extra.members()) {
    if (key == "role" || key == "content" || key == "images") {
      return Invalid(place + ": extra member '" + key + "'");
    }
    others.emplace_back(key, &value);
  }
  others.emplace_back("content", nullptr);
  others.emplace_back("role", nullptr);
  if (images.size() > 0) others.emplace_back("images", &images);
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
      sha->Update(text);
      HONE_TRY(HashText(message.content, place + ".content", sha));
      text.clear();
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

Json Reference(const Part& part) { return Json::MakeObject({{"$text", Json(part.hash.Hex())}}); }

Json References(const std::vector<Part>& parts) {
  Json list = Json::MakeArray();
  for (const Part& part : parts) list.Append(Reference(part));
  return list;
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

Result<Hash> CanonicalRequestHash(const EmbedRequest& request) {
  Sha256 sha;
  sha.Update("{\"embed\":{");
  if (request.dimensions > 0) {
    sha.Update("\"dimensions\":" + std::to_string(request.dimensions) + ",");
  }
  sha.Update("\"texts\":[");
  for (std::size_t i = 0; i < request.texts.size(); ++i) {
    if (i > 0) sha.Update(",");
    HONE_TRY(HashText({request.texts[i]}, "texts[" + std::to_string(i + 1) + "]", &sha));
  }
  sha.Update("]}}");
  return sha.Finish();
}

Hash CallKey(const Hash& request_hash, const CallAddress& address) {
  return HashFields({"hone-key-1", request_hash.View(), address.model, address.replicate,
                     address.item.View(), address.draw, address.epoch});
}

uint32_t DerivedSeed(const CallAddress& address) {
  const Hash hash =
      address.epoch.empty()
          ? HashFields({"hone-seed-1", address.replicate, address.item.View(), address.draw})
          : HashFields({"hone-seed-1", address.replicate, address.item.View(), address.draw,
                        address.epoch});
  return static_cast<uint32_t>(hash.Prefix64() & 0x7FFFFFFFU);
}

Json LedgerRequest(const ChatRequest& request) {
  Json messages = Json::MakeArray();
  for (const ChatMessage& message : request.messages) {
    Json entry = Json::MakeObject({{"role", Json(message.role)}});
    entry.Set("content", References(message.content));
    if (!message.images.empty()) {
      Json images = Json::MakeArray();
      for (const ChatImage& image : message.images) {
        images.Append(Json::MakeObject({{"at", image.at},
                                        {"media_type", image.media_type},
                                        {"data", Reference(image.base64)}}));
      }
      entry.Set("images", std::move(images));
    }
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

Json LedgerRequest(const EmbedRequest& request) {
  Json embed = Json::MakeObject({{"texts", References(request.texts)}});
  if (request.dimensions > 0) embed.Set("dimensions", Json(request.dimensions));
  return Json::MakeObject({{"embed", std::move(embed)}});
}

std::vector<Part> LedgerParts(const ChatRequest& request) {
  std::vector<Part> parts;
  for (const ChatMessage& message : request.messages) {
    parts.insert(parts.end(), message.content.begin(), message.content.end());
    for (const ChatImage& image : message.images) parts.push_back(image.base64);
  }
  return parts;
}

std::vector<Part> LedgerParts(const EmbedRequest& request) { return request.texts; }

Json ResolvedRequest(const ChatRequest& request) {
  Json out = LedgerRequest(request);
  Json messages = out["messages"];
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    std::string text;
    for (const Part& part : request.messages[i].content) text += *part.text;
    messages.mutable_items()[i].Set("content", Json(text));
    if (!request.messages[i].images.empty()) {
      messages.mutable_items()[i].Set("images", ImagesForKey(request.messages[i].images));
    }
  }
  out.Set("messages", std::move(messages));
  return out;
}

Json ResolvedRequest(const EmbedRequest& request) {
  Json out = LedgerRequest(request);
  Json texts = Json::MakeArray();
  for (const Part& part : request.texts) texts.Append(Json(*part.text));
  Json embed = out["embed"];
  embed.Set("texts", std::move(texts));
  out.Set("embed", std::move(embed));
  return out;
}

}  // namespace hone
