#include "engine/divergence.h"

#include <algorithm>

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

}  // namespace

std::string DescribeDivergence(const Json& recorded, const Json& now) {
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
