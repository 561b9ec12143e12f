#include <boost/test/unit_test.hpp>
#include <random>

#include "wire/frame.h"
#include "wire/parts.h"

namespace hone {
namespace {

// A value that is hard on parts: reserved keys, references that are none, texts around the limit.
Json RandomValue(std::mt19937* random, int depth) {
  static const std::vector<std::string> texts = {"",
                                                 "small",
                                                 "é",
                                                 std::string(kPartMinBytes - 1, 'a'),
                                                 std::string(kPartMinBytes, 'b'),
                                                 std::string(3 * kPartMinBytes, 'c'),
                                                 HashOf("never sent").Hex()};
  static const std::vector<std::string> keys = {"$part", "$literal", "$", "part", "x", ""};
  switch ((*random)() % (depth > 0 ? 6 : 3)) {
    case 0:
      return static_cast<int64_t>((*random)());
    case 1:
    case 2:
      return texts[(*random)() % texts.size()];
    case 3: {
      Json out = Json::MakeArray();
      for (auto n = (*random)() % 4; n > 0; --n) out.Append(RandomValue(random, depth - 1));
      return out;
    }
    default: {
      Json out = Json::MakeObject();
      for (auto n = (*random)() % 3; n > 0; --n) {
        out.Set(keys[(*random)() % keys.size()], RandomValue(random, depth - 1));
      }
      return out;
    }
  }
}

BOOST_AUTO_TEST_SUITE(Frames)

BOOST_AUTO_TEST_CASE(HeaderIsFixed) {
  std::string bytes;
  AppendFrame({FrameType::kStart, "{}"}, &bytes);
  BOOST_TEST(bytes == std::string("\x02\x00\x00\x00\x02{}", 7));
  BOOST_TEST(static_cast<int>(FrameType::kReady) == 64);
}

// However the bytes are cut, the same frames come out, and none early.
BOOST_AUTO_TEST_CASE(ReadsFramesFromAnyPieces) {
  const std::vector<Frame> sent = {{FrameType::kStart, "{}"},
                                   {FrameType::kPart, ""},
                                   {FrameType::kPart, std::string("\0\xFF\n", 3)},
                                   {FrameType::kJobFailed, std::string(70'000, 'x')},
                                   {FrameType::kIdle, "{\"unit\":1}"}};
  std::string bytes;
  for (const Frame& frame : sent) AppendFrame(frame, &bytes);
  std::mt19937 random(5);
  for (const std::size_t longest : {1U, 2U, 3U, 7U, 4096U, 1'000'000U}) {
    FrameReader reader;
    std::vector<Frame> got;
    std::size_t at = 0;
    while (at < bytes.size()) {
      const std::size_t n = std::min(bytes.size() - at, 1 + random() % longest);
      reader.Feed(std::string_view(bytes).substr(at, n));
      at += n;
      while (true) {
        Result<std::optional<Frame>> next = reader.Next();
        BOOST_REQUIRE(next.ok());
        if (!next->has_value()) break;
        got.push_back(std::move(**next));
      }
    }
    BOOST_REQUIRE(got.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
      BOOST_TEST((got[i].type == sent[i].type));
      BOOST_TEST((got[i].payload == sent[i].payload));
    }
  }
}

BOOST_AUTO_TEST_CASE(LongStreamsKeepTheirFrames) {
  FrameReader reader;
  const std::string payload(300'000, 'p');
  int got = 0;
  std::string bytes;
  AppendFrame({FrameType::kPart, payload}, &bytes);
  for (int i = 0; i < 40; ++i) {
    // Half a frame stays behind every time, so the buffer must move on without losing it.
    const std::size_t half = bytes.size() / 2;
    reader.Feed(std::string_view(bytes).substr(0, half));
    BOOST_TEST(!reader.Next()->has_value());
    reader.Feed(std::string_view(bytes).substr(half));
    reader.Feed(bytes);
    for (int k = 0; k < 2; ++k) {
      const Result<std::optional<Frame>> next = reader.Next();
      BOOST_REQUIRE(next.ok());
      BOOST_REQUIRE(next->has_value());
      got += (*next)->payload == payload ? 1 : 0;
    }
  }
  BOOST_TEST(got == 80);
}

BOOST_AUTO_TEST_CASE(RefusesTooLargeFrames) {
  FrameReader reader;
  reader.Feed(std::string("\xFF\xFF\xFF\xFF\x01", 5));
  const Result<std::optional<Frame>> next = reader.Next();
  BOOST_REQUIRE(!next.ok());
  BOOST_TEST((next.error().code == ErrorCode::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Parts)

BOOST_AUTO_TEST_CASE(WhatIsSentIsReceived) {
  std::mt19937 random(9);
  PartSender sender;
  PartReceiver receiver;
  for (int i = 0; i < 2000; ++i) {
    const Json body = Json::MakeObject({{"body", RandomValue(&random, 4)}});
    std::vector<Frame> frames;
    sender.Encode(FrameType::kEffect, body, &frames);
    for (std::size_t k = 0; k + 1 < frames.size(); ++k) {
      BOOST_REQUIRE((frames[k].type == FrameType::kPart));
      receiver.Store(frames[k]);
    }
    BOOST_REQUIRE((frames.back().type == FrameType::kEffect));
    const Result<Json> got = receiver.Decode(frames.back());
    BOOST_REQUIRE_MESSAGE(got.ok(), frames.back().payload);
    BOOST_REQUIRE_MESSAGE((*got == body), frames.back().payload);
  }
}

BOOST_AUTO_TEST_CASE(LargeTextsCrossOnce) {
  const std::string large(kPartMinBytes, 'x');
  const std::string small(kPartMinBytes - 1, 'y');
  const Json body = Json::MakeObject({{"a", large}, {"b", large}, {"c", small}});
  PartSender sender;
  std::vector<Frame> first;
  sender.Encode(FrameType::kEffect, body, &first);
  BOOST_REQUIRE(first.size() == 2U);
  BOOST_TEST(first[0].payload == large);
  BOOST_TEST(first[1].payload == R"({"a":{"$part":")" + HashOf(large).Hex() +
                                     R"("},"b":{"$part":")" + HashOf(large).Hex() + R"("},"c":")" +
                                     small + "\"}");
  std::vector<Frame> second;
  sender.Encode(FrameType::kEffect, body, &second);
  BOOST_TEST(second.size() == 1U);

  PartReceiver receiver;
  receiver.Store(first[0]);
  const Result<Json> shallow = PartReceiver::DecodeShallow(second[0]);
  BOOST_REQUIRE(shallow.ok());
  const Result<Part> a = receiver.TextOf((*shallow)["a"]);
  const Result<Part> b = receiver.TextOf((*shallow)["b"]);
  BOOST_REQUIRE(a.ok());
  BOOST_TEST(a->text.get() == b->text.get());  // shared, not copied
  BOOST_TEST(*receiver.TextOf((*shallow)["c"])->text == small);
}

BOOST_AUTO_TEST_CASE(HostileReferencesAreErrors) {
  PartReceiver receiver;
  for (const char* body :
       {R"({"a":{"$part":"00"}})", R"({"a":{"$part":17}})", R"({"a":)", "\xFF"}) {
    BOOST_TEST(!receiver.Decode({FrameType::kEffect, body}).ok(), body);
  }
  const std::string unknown = R"({"a":{"$part":")" + HashOf("x").Hex() + R"("}})";
  const Result<Json> got = receiver.Decode({FrameType::kEffect, unknown});
  BOOST_REQUIRE(!got.ok());
  BOOST_TEST((got.error().code == ErrorCode::kCorrupt));
  BOOST_TEST(!receiver.TextOf(Json(3)).ok());
  receiver.Remember(Part::Of("x"));
  BOOST_TEST((*receiver.Decode({FrameType::kEffect, unknown}))["a"].AsString() == "x");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
