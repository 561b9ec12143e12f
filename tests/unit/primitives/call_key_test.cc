// The keys of paid calls never change: tests/golden/call_keys.jsonl holds requests and their keys.
#include "primitives/call_key.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

namespace hone {
namespace {

const char* const kGolden = HONE_SOURCE_DIR "/tests/golden/call_keys.jsonl";

ChatRequest ReadRequest(const Json& row) {
  ChatRequest request;
  for (const Json& entry : row["messages"].items()) {
    ChatMessage message;
    message.role = entry["role"].AsString();
    for (const Json& part : entry["content"].items()) {
      message.content.push_back(Part::Of(part.AsString()));
    }
    for (const Json& image : entry["images"].items()) {
      message.images.push_back({image["at"].AsInt(), image["media_type"].AsString(),
                                Part::Of(image["base64"].AsString())});
    }
    for (const auto& [key, value] : entry.members()) {
      if (key != "role" && key != "content" && key != "images") message.extra.Set(key, value);
    }
    request.messages.push_back(std::move(message));
  }
  request.tools = row["tools"];
  request.format = row["format"];
  request.sampling = row["sampling"];
  return request;
}

EmbedRequest ReadEmbed(const Json& row) {
  EmbedRequest request;
  for (const Json& text : row["embed"]["texts"].items()) {
    request.texts.push_back(Part::Of(text.AsString()));
  }
  request.dimensions = row["embed"]["dimensions"].AsInt();
  return request;
}

Result<Hash> RequestHash(const Json& row) {
  return row.Has("embed") ? CanonicalRequestHash(ReadEmbed(row))
                          : CanonicalRequestHash(ReadRequest(row));
}

CallAddress ReadAddress(const Json& row) {
  return {row["model"].AsString(), row["replicate"].AsString(), HashOf(row["item"].AsString()),
          row["draw"].AsString(), row["epoch"].AsString()};
}

std::vector<Json> GoldenRows() {
  std::vector<Json> rows;
  std::ifstream in(kGolden);
  std::string line;
  while (std::getline(in, line)) {
    Result<Json> row = Json::Parse(line);
    BOOST_REQUIRE_MESSAGE(row.ok(), line);
    rows.push_back(*row);
  }
  return rows;
}

std::string KeyOf(const Json& row) {
  const Result<Hash> request = RequestHash(row);
  BOOST_REQUIRE_MESSAGE(request.ok(), row["name"].AsString());
  return CallKey(*request, ReadAddress(row)).Hex();
}

BOOST_AUTO_TEST_SUITE(call_key)

BOOST_AUTO_TEST_CASE(golden_keys_never_change) {
  std::vector<Json> rows = GoldenRows();
  BOOST_TEST(rows.size() >= 30U);
  if (std::getenv("HONE_WRITE_NEW_GOLDEN") != nullptr) {
    std::ofstream out(kGolden);
    for (Json& row : rows) {
      if (!row.Has("key")) row.Set("key", Json(KeyOf(row)));
      out << row.Dump() << "\n";
    }
  }
  for (const Json& row : rows) {
    BOOST_TEST_CONTEXT(row["name"].AsString()) { BOOST_TEST(KeyOf(row) == row["key"].AsString()); }
  }
}

// Which cases must share a key, and that all others differ.
BOOST_AUTO_TEST_CASE(equal_requests_share_a_key_and_no_others) {
  const std::set<std::set<std::string>> shared = {
      {"plain", "two parts", "many parts"},   {"empty text", "no parts"},
      {"quotes", "part cut at quote"},        {"temperature 0", "temperature 0.0"},
      {"sampling order", "sampling order 2"}, {"image after the text", "image, text in parts"},
  };
  std::map<std::string, std::set<std::string>> by_key;
  for (const Json& row : GoldenRows()) by_key[KeyOf(row)].insert(row["name"].AsString());
  for (const auto& [key, names] : by_key) {
    if (names.size() > 1) BOOST_TEST_CONTEXT(*names.begin()) {
        BOOST_TEST(shared.count(names) == 1U);
      }
  }
  for (const std::set<std::string>& names : shared) {
    bool found = false;
    for (const auto& [key, together] : by_key) found = found || together == names;
    BOOST_TEST_CONTEXT(*names.begin()) { BOOST_TEST(found); }
  }
}

// The canonical bytes are those of Json::Canonical over the whole request: two ways, one hash.
BOOST_AUTO_TEST_CASE(streamed_hash_equals_hash_of_the_canonical_text) {
  for (const Json& row : GoldenRows()) {
    Json whole = Json::MakeObject();
    if (row.Has("embed")) whole.Set("embed", row["embed"]);
    Json messages = Json::MakeArray();
    for (const Json& entry : row["messages"].items()) {
      Json message = entry;
      std::string text;
      for (const Json& part : entry["content"].items()) text += part.AsString();
      message.Set("content", Json(text));
      if (entry.Has("images")) {
        Json images = Json::MakeArray();
        for (const Json& image : entry["images"].items()) {
          images.Append(Json::MakeObject({{"at", image["at"]},
                                          {"media_type", image["media_type"]},
                                          {"sha256", HashOf(image["base64"].AsString()).Hex()}}));
        }
        message.Set("images", std::move(images));
      }
      messages.Append(std::move(message));
    }
    if (!row.Has("embed")) whole.Set("messages", std::move(messages));
    for (const char* member : {"tools", "format", "sampling"}) {
      if (row.Has(member)) whole.Set(member, row[member]);
    }
    const Result<std::string> text = whole.Canonical();
    BOOST_REQUIRE(text.ok());
    const Result<Hash> streamed = RequestHash(row);
    BOOST_REQUIRE(streamed.ok());
    BOOST_TEST_CONTEXT(row["name"].AsString()) {
      BOOST_TEST(streamed->Hex() == HashOf(*text).Hex());
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_has_no_canonical_form) {
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of("\xFF")}, {}});
  BOOST_TEST(CanonicalRequestHash(request).error().message ==
             "messages[1].content is not valid UTF-8");
  request.messages[0].content = {Part::Of("fine")};
  request.sampling = Json::MakeObject({{"temperature", Json(0.0 / 0.0)}});
  BOOST_TEST(!CanonicalRequestHash(request).ok());
}

BOOST_AUTO_TEST_CASE(the_ledger_refers_to_every_text_and_image) {
  ChatRequest request;
  request.messages.push_back({"user", {Part::Of("look: "), Part::Of("well")}, {}});
  request.messages[0].images.push_back({6, "image/png", Part::Of("QUJD")});
  const std::string stored = LedgerRequest(request).Dump();
  for (const Part& part : LedgerParts(request)) {
    BOOST_TEST(stored.find("{\"$text\":\"" + part.hash.Hex() + "\"}") != std::string::npos);
  }
  BOOST_TEST(LedgerParts(request).size() == 3U);
  BOOST_TEST(stored.find("QUJD") == std::string::npos);
  EmbedRequest embed{{Part::Of("a"), Part::Of("b")}, 8};
  BOOST_TEST(LedgerRequest(embed)["embed"]["dimensions"].AsInt() == 8);
  BOOST_TEST(LedgerRequest(embed)["embed"]["texts"].size() == 2U);
  BOOST_TEST(LedgerParts(embed).size() == 2U);
  BOOST_TEST(ResolvedRequest(embed)["embed"]["texts"].items()[1].AsString() == "b");
}

// An epoch asks afresh, an A/A arm has one of its own: equal seeds would bring the same answer
// back.
BOOST_AUTO_TEST_CASE(derived_seed_differs_by_epoch_and_not_by_model) {
  CallAddress address{"offline/reader", "1", HashOf("x"), "#1", ""};
  const uint32_t seed = DerivedSeed(address);
  address.model = "openai/reader@local";
  BOOST_TEST(DerivedSeed(address) == seed);
  BOOST_TEST(seed < (1U << 31U));
  address.draw = "#2";
  BOOST_TEST(DerivedSeed(address) != seed);
  address.draw = "#1";
  address.epoch = "later";
  BOOST_TEST(DerivedSeed(address) != seed);
  BOOST_TEST(DerivedSeed({"offline/reader", "1", HashOf("x"), "#1", ""}) == seed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
