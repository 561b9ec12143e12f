#include "engine/divergence.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kShown = 60;

std::string Around(const std::string& text, std::size_t at) {
  std::size_t start = at > 20 ? at - 20 : 0;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
  return "\"" + OneLine(std::string_view(text).substr(start), kShown) + "\"";
}

// A content as one text, whether it is one or a list of parts.
std::string WholeText(const Json& content) {
  std::string text = content.AsString();
  for (const Json& part : content.items()) text += part.AsString();
  return text;
}

std::string TextDifference(const std::string& place, const std::string& a, const std::string& b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto at = static_cast<std::size_t>(end.first - a.begin());
  return place + " differs from byte " + std::to_string(at) + ": recorded " + Around(a, at) +
         ", now " + Around(b, at);
}

// Images as call_key.h names them; recorded ones hold their data instead of its hash.
Json NamedImages(const Json& images) {
  Json out = Json::MakeArray();
  for (const Json& image : images.items()) {
    const Json& data = image["data"];
    out.Append(Json::MakeObject(
        {{"at", image["at"]},
         {"media_type", image["media_type"]},
         {"sha256", data.is_null() ? image["sha256"] : Json(HashOf(data.AsString()).Hex())}}));
  }
  return out;
}

// "" when both embed the same.
std::string EmbedDifference(const Json& before, const Json& after) {
  if (before.is_null() != after.is_null()) {
    return before.is_null() ? "a chat is recorded in the place of an embedding"
                            : "an embedding is recorded in the place of a chat";
  }
  const Json::Array& a = before["texts"].items();
  const Json::Array& b = after["texts"].items();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i]) {
      return TextDifference("text " + std::to_string(i + 1), a[i].AsString(), b[i].AsString());
    }
  }
  if (a.size() != b.size()) {
    return "the embedding has " + std::to_string(b.size()) + " texts, recorded were " +
           std::to_string(a.size());
  }
  if (before["dimensions"] == after["dimensions"]) return "";
  return TextDifference("dimensions", before["dimensions"].Dump(), after["dimensions"].Dump());
}

}  // namespace

std::string DescribeDivergence(const Json& recorded, const Json& now) {
  const std::string embed = EmbedDifference(recorded["embed"], now["embed"]);
  if (!embed.empty()) return embed;
  const Json::Array& before = recorded["messages"].items();
  const Json::Array& after = now["messages"].items();
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const std::string place = "message " + std::to_string(i + 1);
    if (before[i]["role"] != after[i]["role"]) {
      return place + " has the role " + after[i]["role"].AsString() + ", recorded was " +
             before[i]["role"].AsString();
    }
    const std::string a = WholeText(before[i]["content"]);
    const std::string b = WholeText(after[i]["content"]);
    if (a != b) return TextDifference(place + " (" + after[i]["role"].AsString() + ")", a, b);
    const Json pictured = NamedImages(before[i]["images"]);
    if (const Json pictures = NamedImages(after[i]["images"]); pictured != pictures) {
      return TextDifference(place + ": images", pictured.Dump(), pictures.Dump());
    }
  }
  if (before.size() != after.size()) {
    return "the request has " + std::to_string(after.size()) + " messages, recorded were " +
           std::to_string(before.size());
  }
  for (const char* member : {"tools", "format", "sampling"}) {
    if (recorded[member] != now[member]) {
      return TextDifference(member, recorded[member].Dump(), now[member].Dump());
    }
  }
  for (const char* member : {"model", "replicate", "draw", "epoch"}) {
    const std::string& a = recorded["address"][member].AsString();
    const std::string& b = now["address"][member].AsString();
    if (a != b) {
      return std::string("the request is the same, but not its ") + member + ": recorded '" +
             OneLine(a, kShown) + "', now '" + OneLine(b, kShown) + "'";
    }
  }
  return "the request is the same, but the item is not";
}

}  // namespace hone
