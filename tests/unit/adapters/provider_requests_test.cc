// Request bodies of the providers with a form of their own, feature by feature, against
// tests/golden/requests/<provider>/. HONE_UPDATE_GOLDEN=1 rewrites the files.
#include "support/provider_requests.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>

#include "adapters/anthropic_chat_model.h"
#include "adapters/azure_chat_model.h"
#include "adapters/bedrock_chat_model.h"
#include "adapters/curl_http_client.h"
#include "adapters/gemini_chat_model.h"
#include "adapters/openai_chat_model.h"
#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "base/text.h"

namespace hone {
namespace {

using Made = Result<std::unique_ptr<ChatModel>>;

struct World {
  UvEventLoop loop;
  SystemClock clock;
  CurlHttpClient client{loop};
};

Made Anthropic(World& world, const std::string& model) {
  return AnthropicChatModel::Make(world.client, world.clock,
                                  {.name = "a", .key = "k-canary", .model = model});
}
Made AnthropicSchema(World& world, const std::string& model) {
  return AnthropicChatModel::Make(
      world.client, world.clock,
      {.name = "a", .model = model, .json = AnthropicJson::kSchema, .stream = true});
}
Made Gemini(World& world, const std::string& model) {
  return GeminiChatModel::Make(world.client, world.clock,
                               {.name = "g", .key = "k-canary", .model = model});
}
Made Bedrock(World& world, const std::string& model) {
  return BedrockChatModel::Make(
      world.client, world.clock,
      {.name = "b",
       .identity = {.keys = {"AK", "k-canary", ""}, .region = "us-east-1"},
       .model = model});
}

Made OpenAi(World& world, const std::string& model) {
  return OpenAiChatModel::Make(
      world.client, world.clock,
      {.name = "o", .base_url = "https://api.example/v1", .key = "k-canary", .model = model});
}
Made OpenAiObject(World& world, const std::string& model) {
  return OpenAiChatModel::Make(world.client, world.clock,
                               {.name = "o",
                                .base_url = "https://api.example/v1",
                                .model = model,
                                .structured = StructuredMode::kObject});
}
Made OpenAiWords(World& world, const std::string& model) {
  return OpenAiChatModel::Make(world.client, world.clock,
                               {.name = "o",
                                .base_url = "https://api.example/v1",
                                .model = model,
                                .stream = true,
                                .structured = StructuredMode::kNone});
}
Made Azure(World& world, const std::string& model) {
  return MakeAzureChatModel(world.client, world.clock,
                            {.base_url = "https://r.openai.azure.com",
                             .model = model,
                             .family = "gpt-5.1",
                             .key = "k-canary"});
}

struct Row {
  const char* folder;
  std::function<Made(World&, const std::string&)> make;
  const char* model;
  const char* only;  // names of requests, between spaces; "" for all
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.folder; }

const std::vector<Row> kRows = {
    {"openai", OpenAi, "gpt-4.1-2025-04-14", ""},
    {"openai-o", OpenAi, "o4-mini", " sampling reasoning reasoning_none "},
    {"openai-gpt-5", OpenAi, "gpt-5-mini", " sampling reasoning reasoning_none "},
    {"openai-gemini", OpenAi, "google/gemini-3-pro", " tools "},
    {"openai-object", OpenAiObject, "Qwen/Qwen3.5-4B",
     " format format_of_a_list format_beside_tools reasoning "},
    {"openai-words", OpenAiWords, "local", " format format_of_anything images "},
    {"azure", Azure, "my-deployment",
     " bare sampling tools format reasoning reasoning_none images "},
    {"anthropic", Anthropic, "claude-opus-4-5-20251101", ""},
    {"anthropic-adaptive", Anthropic, "claude-opus-4-7",
     " sampling reasoning reasoning_none reasoning_and_format reasoning_and_tools "},
    {"anthropic-old", Anthropic, "claude-3-5-haiku-20241022", " bare sampling reasoning "},
    {"anthropic-schema", AnthropicSchema, "claude-opus-4-6", " format reasoning_and_format "},
    {"gemini", Gemini, "gemini-2.5-flash", ""},
    {"gemini-3", Gemini, "gemini-3-pro-preview",
     " tools tools_no_longer_offered reasoning reasoning_none reasoning_and_format "},
    {"gemini-old", Gemini, "gemini-2.0-flash", " reasoning "},
    {"bedrock", Bedrock, "us.anthropic.claude-opus-4-5-20251101-v1:0", ""},
    {"bedrock-nova", Bedrock, "us.amazon.nova-2-lite-v1:0", " bare format reasoning sampling "},
    {"bedrock-gpt-oss", Bedrock, "openai.gpt-oss-120b-1:0", " bare format reasoning "},
};

// Long runs are told by their length, so that the files stay readable.
std::string Shortened(std::string text) {
  for (const char c : {'S', 'C', 'D'}) {
    text = ReplaceAll(std::move(text), std::string(5000, c), std::string(1, c) + " x 5000");
  }
  return text;
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

BOOST_AUTO_TEST_SUITE(provider_requests)

BOOST_DATA_TEST_CASE(bodies_are_the_golden_ones, kRows, row) {
  World world;
  Made made = row.make(world, row.model);
  BOOST_REQUIRE(made.ok());
  const std::filesystem::path folder =
      std::filesystem::path(HONE_SOURCE_DIR) / "tests/golden/requests" / row.folder;
  int compared = 0;
  for (const auto& [name, request] : testing::ProviderRequests()) {
    const std::string only = row.only;
    if (!only.empty() && only.find(" " + name + " ") == std::string::npos) continue;
    ++compared;
    const std::string body = (*made)->RequestBody(request);
    const Result<Json> parsed = Json::Parse(body);
    BOOST_REQUIRE_MESSAGE(parsed.ok(), name << ": " << body);
    BOOST_TEST(body.find("k-canary") == std::string::npos);
    const std::string text = Shortened(parsed->DumpPretty()) + "\n";
    const std::filesystem::path path = folder / (name + ".json");
    if (std::getenv("HONE_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::create_directories(folder);
      std::ofstream(path, std::ios::binary) << text;
    }
    BOOST_TEST(text == ReadAll(path), path.string() << " differs; sent now:\n" << text);
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  BOOST_TEST(files == compared);  // no file is left over
}

// LEDGER.md 2: two requests with the same texts have the same key, however they were cut.
BOOST_DATA_TEST_CASE(small_parts_make_no_difference, kRows, row) {
  World world;
  Made made = row.make(world, row.model);
  BOOST_REQUIRE(made.ok());
  ChatRequest whole = testing::Of({testing::Say("user", {"one two"})});
  ChatRequest cut = testing::Of({testing::Say("user", {"one", " ", "two"})});
  whole.messages[0].images = {{4, "image/png", Part::Of("QQ==")}};
  cut.messages[0].images = whole.messages[0].images;
  BOOST_TEST((*made)->RequestBody(whole) == (*made)->RequestBody(cut));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
