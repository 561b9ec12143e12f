// From an effect's arguments to the request that the gate gets, and from an answer to its value.
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "primitives/llm_chat.h"
#include "primitives/llm_embed.h"

namespace hone {
namespace {

// Keeps the wish and answers with a text.
struct Gate final : CallGate {
  CallWish wish;
  std::string text;
  int calls = 0;
  void Call(CallWish asked, Done done) override {
    ++calls;
    wish = std::move(asked);
    auto answer = std::make_shared<StoredAnswer>();
    answer->text = Part::Of(text);
    answer->input_tokens = 7;
    done(CallReply{HashOf("key"), answer});
  }
};

struct Fixture {
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  PartReceiver parts;
  AssetMap assets;

  // The value, or the error's message.
  std::string Run(bool embed, const std::string& args) {
    const Result<Json> parsed = Json::Parse(args);
    BOOST_REQUIRE(parsed.ok());
    std::string told = "never done";
    const auto done = [&told](const Result<Json>& value) {
      told = value.ok() ? value->Dump() : value.error().message;
    };
    if (embed) {
      RunLlmEmbed(*parsed, "ask", parts, gate, done);
    } else {
      RunLlmChat(*parsed, "ask", parts, &assets, gate, done);
    }
    return told;
  }
};

struct Bad {
  bool embed;
  const char* args;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.args; }

BOOST_FIXTURE_TEST_SUITE(llm_effects, Fixture)

BOOST_AUTO_TEST_CASE(images_stand_before_the_byte_that_follows_them) {
  const Part large = Part::Of(std::string(4000, 'A'));
  parts.Remember(large);
  Run(false, R"({"role":"r","draw":"x","messages":[{"role":"user","content":["caf\u00e9",
      {"image":{"$part":")" +
                 large.hash.Hex() + R"("},"media_type":"image/jpeg"},"",
      {"image":"QQ==","media_type":"image/png"}," end"]}]})");
  BOOST_REQUIRE(gate->wish.request != nullptr);
  BOOST_TEST(!gate->wish.embed);
  BOOST_TEST(gate->wish.draw_label == "x");
  const ChatMessage& message = gate->wish.request->messages.at(0);
  BOOST_TEST(message.content.size() == 3U);
  BOOST_REQUIRE(message.images.size() == 2U);
  BOOST_TEST(message.images[0].at == 5);
  BOOST_TEST(message.images[1].at == 5);
  BOOST_TEST(message.images[0].media_type == "image/jpeg");
  BOOST_TEST((message.images[0].base64.text == large.text));  // shared, not copied
  BOOST_TEST(*message.images[1].base64.text == "QQ==");
  BOOST_TEST(message.extra.is_null());
}

BOOST_AUTO_TEST_CASE(an_image_may_be_a_file_of_the_data) {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("hone-image-" + std::to_string(getpid())))
          .string();
  std::ofstream(file, std::ios::binary) << "\x89PNG";
  const Result<Asset> asset = AssetOfFile(file);
  BOOST_REQUIRE(asset.ok());
  AddAssets({{asset->hash, *asset}}, &assets);
  const auto ask = [&](const std::string& image) {
    return Run(false, R"({"role":"r","messages":[{"role":"user","content":[{"image":)" + image +
                          R"(,"media_type":"image/png"}]}]})");
  };
  ask(AssetJson(*asset).Dump());
  BOOST_REQUIRE(gate->calls == 1);
  BOOST_TEST(*gate->wish.request->messages.at(0).images.at(0).base64.text == "iVBORw==");
  // Another content is not what the item names.
  std::ofstream(file, std::ios::binary) << "other";
  BOOST_TEST(ask(AssetJson(*asset).Dump()).find("has changed since the data was read") !=
             std::string::npos);
  BOOST_TEST(ask(R"({"$asset":"/etc/passwd"})").find("is no asset of the data") !=
             std::string::npos);
  BOOST_TEST(gate->calls == 1);
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(an_embedding_is_a_wish_of_its_own) {
  gate->text = "[[0.5,-1],[1e-07,0]]";
  BOOST_TEST(Run(true, R"({"role":"r","texts":["a","b"],"dimensions":2})") ==
             R"({"vectors":[[0.5,-1],[1e-7,0]],"usage":{"input":7},"call":")" +
                 HashOf("key").Hex() + "\"}");
  BOOST_REQUIRE(gate->wish.embed != nullptr);
  BOOST_TEST(!gate->wish.request);
  BOOST_TEST(gate->wish.embed->texts.size() == 2U);
  BOOST_TEST(gate->wish.embed->dimensions == 2);
  BOOST_TEST(gate->wish.step == "ask");
}

BOOST_DATA_TEST_CASE_F(
    Fixture, what_cannot_be_a_request_is_never_a_call,
    (std::vector<Bad>{
        {false, R"({"messages":[]})", "messages is empty"},
        {false,
         R"({"messages":[{"role":"user","content":[{"image":"QQ==","media_type":"image/bmp"}]}]})",
         "messages[1].content[1].media_type is 'image/bmp'; did you mean 'image/png'?"},
        {false,
         R"({"messages":[{"role":"user","content":["a",{"image":"QQ=","media_type":"image/png"}]}]})",
         "messages[1].content[2].image must be base64"},
        {false,
         R"({"messages":[{"role":"user","content":[{"image":"QQ==\n","media_type":"image/png"}]}]})",
         "must be base64"},
        {false,
         R"({"messages":[{"role":"user","content":[{"image":"Q===","media_type":"image/png"}]}]})",
         "must be base64"},
        {false,
         R"({"messages":[{"role":"user","content":[{"image":"","media_type":"image/png"}]}]})",
         "must be base64"},
        {false,
         R"({"messages":[{"role":"system","content":[{"image":"QQ==","media_type":"image/png"}]}]})",
         "only user and tool messages may hold images, this is a system message"},
        {true, R"({"texts":[]})", "texts is empty"},
        {true, R"({"texts":["a",""]})", "texts[2] is empty"},
        {true, R"({"texts":["a"],"dimensions":0})", "dimensions must be a whole number"},
    }),
    bad) {
  const std::string told = Run(bad.embed, bad.args);
  BOOST_TEST(told.find(bad.words) != std::string::npos, told);
  BOOST_TEST(gate->calls == 0);
}

EmbedOutcome Vectors(std::vector<std::vector<float>> vectors) {
  EmbedAnswer answer;
  answer.vectors = std::move(vectors);
  answer.response_model = "e-1";
  answer.usage.input = 3;
  return {answer, 10, 20};
}

BOOST_AUTO_TEST_CASE(vectors_are_kept_as_the_shortest_text_of_their_floats) {
  const EmbedRequest two{{Part::Of("a"), Part::Of("b")}, 0};
  const ChatOutcome outcome = AsChatOutcome(Vectors({{0.1F, -2.0F}, {1e-7F, 16777216.0F}}), two);
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(outcome.result));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST(answer.text == "[[0.1,-2],[1e-07,16777216]]");
  BOOST_TEST(answer.finish_reason == "stop");
  BOOST_TEST(answer.response_model == "e-1");
  BOOST_TEST(answer.usage.input == 3);
  BOOST_TEST(outcome.request_bytes == 10);
  BOOST_TEST(outcome.response_bytes == 20);
}

BOOST_AUTO_TEST_CASE(vectors_that_do_not_fit_are_no_answer) {
  const EmbedRequest two{{Part::Of("a"), Part::Of("b")}, 2};
  for (const auto& vectors : std::vector<std::vector<std::vector<float>>>{
           {{1, 2}}, {{1, 2}, {1}}, {{}, {}}, {{1}, {2}}, {{1, 2}, {1, std::nanf("")}}}) {
    const ChatOutcome outcome = AsChatOutcome(Vectors(vectors), two);
    BOOST_REQUIRE(std::holds_alternative<ChatInterruption>(outcome.result));
    const auto& end = std::get<ChatInterruption>(outcome.result);
    BOOST_TEST(end.outcome == "bad_response");
    BOOST_TEST(end.maybe_billed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
