// What every ChatModel owes its caller, run on the scripted model and on the OpenAI and Azure
// models, plain and streamed, against a server in this process. The model under test answers with
// its request's last text, in brackets.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "adapters/chat_server.h"
#include "adapters/curl_http_client.h"
#include "adapters/openai_chat_model.h"
#include "adapters/scripted_chat_model.h"
#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "support/chat_requests.h"

namespace hone {
namespace {

using testing::Ask;

Json Call(const std::string& id) {
  return Json::MakeObject(
      {{"id", id},
       {"type", "function"},
       {"function", Json::MakeObject({{"name", "look"}, {"arguments", R"({"at": "x"})"}})}});
}

ChatAnswer Echo(const ChatRequest& request) {
  ChatAnswer answer;
  answer.text = "[";
  for (const Part& part : request.messages.back().content) answer.text += *part.text;
  answer.text += "]";
  if (request.seed) answer.text += " seed " + std::to_string(*request.seed);
  if (request.format.is_object()) answer.text += " as " + request.format["name"].AsString();
  for (const ChatMessage& message : request.messages) {
    for (const ChatImage& image : message.images) {
      answer.text += " " + image.media_type + " of " + std::to_string(image.base64.text->size()) +
                     " bytes at " + std::to_string(image.at);
    }
    if (!message.extra.is_null()) answer.text += " " + message.extra.Dump();
  }
  answer.finish_reason = "stop";
  if (request.tools.size() > 0) {
    answer.finish_reason = "tool_calls";
    for (const char* id : {"call_1", "call_2"}) answer.tool_calls.Append(Call(id));
  }
  answer.response_model = "echo-1";
  answer.usage = {.input = 12, .cached_input = 3, .output = 7, .reasoning = 2};
  return answer;
}

// One kind of model with all it needs.
struct Subject {
  virtual ~Subject() = default;
  virtual EventLoop& loop() = 0;
  virtual ChatModel& model() = 0;
};

struct ScriptedSubject final : Subject {
  UvEventLoop uv;
  ScriptedChatModel scripted{
      uv, [](const ChatRequest& request, int64_t) { return ScriptedReply{Echo(request)}; }};
  EventLoop& loop() override { return uv; }
  ChatModel& model() override { return scripted; }
};

struct HttpSubject final : Subject {
  ChatServer server{[](const ChatRequest& request, const std::string&) { return Echo(request); },
                    {.keep_alive_s = 1}};
  UvEventLoop uv;
  SystemClock clock;
  CurlHttpClient client{uv};
  std::unique_ptr<ChatModel> openai;

  explicit HttpSubject(bool stream) {
    BOOST_REQUIRE(server.Start().ok());
    auto made = OpenAiChatModel::Make(client, clock,
                                      {.name = "local",
                                       .base_url = server.base_url() + "/",
                                       .key = "k-1",
                                       .model = "echo",
                                       .stream = stream});
    BOOST_REQUIRE(made.ok());
    openai = std::move(made).value();
  }
  EventLoop& loop() override { return uv; }
  ChatModel& model() override { return *openai; }
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }

const std::vector<Kind> kKinds = {
    {"scripted", [] { return std::unique_ptr<Subject>(std::make_unique<ScriptedSubject>()); }},
    {"openai over http",
     [] { return std::unique_ptr<Subject>(std::make_unique<HttpSubject>(false)); }},
    {"openai, streamed",
     [] { return std::unique_ptr<Subject>(std::make_unique<HttpSubject>(true)); }},
};

ChatOutcome Run(Subject& subject, const ChatRequest& request) {
  ChatOutcome result;
  bool inside_start = true;
  subject.model().Start(request, [&](ChatOutcome outcome) {
    BOOST_TEST(!inside_start);
    result = std::move(outcome);
    subject.loop().Stop();
  });
  inside_start = false;
  subject.loop().Run();
  return result;
}

BOOST_AUTO_TEST_SUITE(chat_model_contract)

BOOST_DATA_TEST_CASE(parts_are_concatenated_and_come_back_unchanged, kKinds, kind) {
  const auto subject = kind.make();
  ChatRequest request = Ask("first \"quoted\"\n\t\x01 ", "be brief");
  const std::string large(50'000, '\\');
  request.messages.back().content.push_back(Part::Of(large));
  request.messages.back().content.push_back(Part::Of("\xE2\x82\xAC end"));
  const ChatOutcome outcome = Run(*subject, request);
  const auto* answer = std::get_if<ChatAnswer>(&outcome.result);
  BOOST_REQUIRE(answer != nullptr);
  BOOST_TEST((answer->text == "[first \"quoted\"\n\t\x01 " + large + "\xE2\x82\xAC end]"));
  BOOST_TEST(answer->finish_reason == "stop");
  BOOST_TEST(answer->response_model == "echo-1");
  BOOST_TEST(answer->usage.input == 12);
  BOOST_TEST(answer->usage.cached_input == 3);
  BOOST_TEST(answer->usage.output == 7);
  BOOST_TEST(answer->usage.reasoning == 2);
  BOOST_TEST(!answer->usage.is_estimate);
  BOOST_TEST(outcome.request_bytes > 50'000);
  BOOST_TEST(outcome.response_bytes > 50'000);
}

BOOST_DATA_TEST_CASE(seed_and_format_arrive, kKinds, kind) {
  const auto subject = kind.make();
  ChatRequest request = Ask("x");
  request.seed = 0x7FFFFFFF;
  request.format = Json::MakeObject({{"name", "verdicts"}, {"schema", Json()}});
  const ChatOutcome outcome = Run(*subject, request);
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(outcome.result));
  BOOST_TEST(std::get<ChatAnswer>(outcome.result).text == "[x] seed 2147483647 as verdicts");
}

BOOST_DATA_TEST_CASE(images_arrive_where_they_stand, kKinds, kind) {
  const auto subject = kind.make();
  ChatRequest request = Ask("before after");
  request.messages[0].images = {{0, "image/png", Part::Of("AAAA")},
                                {7, "image/jpeg", Part::Of(std::string(4000, 'B'))},
                                {12, "image/webp", Part::Of("CCCC")}};
  const ChatOutcome outcome = Run(*subject, request);
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(outcome.result));
  BOOST_TEST(std::get<ChatAnswer>(outcome.result).text ==
             "[before after] image/png of 4 bytes at 0 image/jpeg of 4000 bytes at 7 "
             "image/webp of 4 bytes at 12");
}

BOOST_DATA_TEST_CASE(tools_are_called_and_their_results_sent, kKinds, kind) {
  const auto subject = kind.make();
  ChatRequest request = Ask("look at x");
  request.tools = Json::MakeArray({Json::MakeObject(
      {{"type", "function"}, {"function", Json::MakeObject({{"name", "look"}})}})});
  const ChatOutcome outcome = Run(*subject, request);
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(outcome.result));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST(answer.finish_reason == "tool_calls");
  BOOST_TEST(answer.tool_calls.Dump() == Json::MakeArray({Call("call_1"), Call("call_2")}).Dump());
  request.messages.push_back(
      {"assistant", {}, Json::MakeObject({{"tool_calls", answer.tool_calls}})});
  request.messages.push_back(
      {"tool", {Part::Of("seen")}, Json::MakeObject({{"tool_call_id", "call_1"}})});
  request.tools = Json();
  const ChatOutcome next = Run(*subject, request);
  BOOST_REQUIRE(std::holds_alternative<ChatAnswer>(next.result));
  BOOST_TEST(std::get<ChatAnswer>(next.result).text ==
             "[seen] " + request.messages[1].extra.Dump() + " " + request.messages[2].extra.Dump());
}

BOOST_DATA_TEST_CASE(a_hundred_at_once_each_get_their_own_answer, kKinds, kind) {
  const auto subject = kind.make();
  constexpr int kCalls = 100;
  std::set<std::string> answers;
  int left = kCalls;
  for (int i = 0; i < kCalls; ++i) {
    subject->model().Start(Ask(std::to_string(i)), [&, i](ChatOutcome outcome) {
      const auto& text = std::get<ChatAnswer>(outcome.result).text;
      BOOST_TEST(text == "[" + std::to_string(i) + "]");
      answers.insert(text);
      if (--left == 0) subject->loop().Stop();
    });
  }
  subject->loop().Run();
  BOOST_TEST(answers.size() == kCalls);
}

BOOST_DATA_TEST_CASE(a_cancelled_call_ends_once_as_cancelled, kKinds, kind) {
  const auto subject = kind.make();
  int ends = 0;
  std::string outcome_name;
  const auto handle = subject->model().Start(Ask("x"), [&](ChatOutcome outcome) {
    ++ends;
    const auto* interruption = std::get_if<ChatInterruption>(&outcome.result);
    if (interruption != nullptr) outcome_name = interruption->outcome;
    subject->loop().Stop();
  });
  subject->model().Cancel(handle);
  subject->model().Cancel(handle + 99);
  subject->loop().Run();
  subject->model().Cancel(handle);
  Run(*subject, Ask("another"));
  BOOST_TEST(ends == 1);
  BOOST_TEST(outcome_name == "cancelled");
}

BOOST_DATA_TEST_CASE(the_request_body_is_json_with_every_message, kKinds, kind) {
  const auto subject = kind.make();
  const auto body = Json::Parse(subject->model().RequestBody(Ask("hello", "system words")));
  BOOST_REQUIRE(body.ok());
  const Json& messages = (*body)["messages"];
  BOOST_REQUIRE(messages.size() == 2);
  BOOST_TEST(messages.items()[0]["role"].AsString() == "system");
  BOOST_TEST(messages.items()[1]["content"].AsString() == "hello");
  BOOST_TEST(!subject->model().Address().empty());
  BOOST_TEST(subject->model().Address().find("k-1") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(scripted_chat_model)

BOOST_AUTO_TEST_CASE(replies_come_in_order_and_then_end) {
  UvEventLoop loop;
  ScriptedChatModel model(loop, {ScriptedReply::Text("one"), ScriptedReply::RateLimited(1500),
                                 ScriptedReply::ConnectionLost()});
  std::vector<std::string> seen;
  for (int i = 0; i < 4; ++i) {
    model.Start(Ask("q" + std::to_string(i)), [&](ChatOutcome outcome) {
      const auto* answer = std::get_if<ChatAnswer>(&outcome.result);
      seen.push_back(answer != nullptr ? answer->text
                                       : std::get<ChatInterruption>(outcome.result).outcome);
      if (seen.size() == 4) loop.Stop();
    });
  }
  loop.Run();
  BOOST_TEST(seen == (std::vector<std::string>{"one", "rate_limited", "network", "client_error"}),
             boost::test_tools::per_element());
  BOOST_TEST(model.requests().size() == 4);
  BOOST_TEST(model.max_in_flight() == 4);
}

BOOST_AUTO_TEST_CASE(latency_reorders_and_never_waits_for_cancel) {
  UvEventLoop loop;
  ScriptedReply slow = ScriptedReply::Text("slow");
  slow.latency_ms = 20;
  ScriptedChatModel model(loop, {slow, ScriptedReply::Never(), ScriptedReply::Text("fast")});
  std::string order;
  ChatModel::Handle stuck = 0;
  for (const char* name : {"s", "n", "f"}) {
    const auto handle = model.Start(Ask(name), [&, name](ChatOutcome) {
      order += name;
      if (order == "fs") model.Cancel(stuck);
      if (order.size() == 3) loop.Stop();
    });
    if (*name == 'n') stuck = handle;
  }
  loop.Run();
  BOOST_TEST(order == "fsn");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
