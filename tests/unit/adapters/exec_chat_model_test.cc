// A command-line agent as a model, against tests/support/exec_agent.sh.
#include "adapters/exec_chat_model.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/chat_requests.h"
#include "support/provider_requests.h"
#include "support/reply_reading.h"

namespace hone {
namespace {

using testing::Ask;

const std::string kAgent = std::string(HONE_SOURCE_DIR) + "/tests/support/exec_agent.sh";

struct Fixture {
  UvEventLoop loop;
  std::filesystem::path folder;
  std::map<std::string, std::string> variables = {
      {"PATH", "/usr/bin:/bin"}, {"AGENT_KEY", "sk-canary-12345"}, {"OTHER_KEY", "sk-other-12345"}};

  Fixture() {
    std::string made = (std::filesystem::temp_directory_path() / "hone-exec-test-XXXXXX").string();
    folder = mkdtemp(made.data());
    std::filesystem::create_directory(folder / "runs");
  }
  ~Fixture() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  ExecOptions Options(std::vector<std::string> arguments) {
    ExecOptions options;
    options.name = "agent";
    options.model = "agent";
    options.argv = {kAgent};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.pass_env = {"AGENT_KEY"};
    options.variables = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    options.temporary_folder = (folder / "runs").string();
    return options;
  }

  ChatOutcome Run(const ExecOptions& options, const ChatRequest& request) {
    auto model = ExecChatModel::Make(loop, options);
    BOOST_REQUIRE(model.ok());
    ChatOutcome result;
    bool inside_start = true;
    (*model)->Start(request, [&](ChatOutcome outcome) {
      BOOST_TEST(!inside_start);
      result = std::move(outcome);
      loop.Stop();
    });
    inside_start = false;
    loop.Run();
    return result;
  }
  std::string Text(const ExecOptions& options, const ChatRequest& request) {
    const ChatOutcome outcome = Run(options, request);
    const auto* answer = std::get_if<ChatAnswer>(&outcome.result);
    if (answer != nullptr) return answer->text;
    return "interrupted: " + std::get<ChatInterruption>(outcome.result).message;
  }
  bool IsEmpty() const { return std::filesystem::is_empty(folder / "runs"); }
};

// Waits until a process has ended; the test's own time limit is the bound.
void WaitUntilGone(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (fd < 0) {
    BOOST_TEST(errno == ESRCH);
    return;
  }
  pollfd ended{fd, POLLIN, 0};
  BOOST_TEST(poll(&ended, 1, -1) == 1);
  close(fd);
}

BOOST_FIXTURE_TEST_SUITE(exec_chat_model, Fixture)

BOOST_AUTO_TEST_CASE(the_prompt_is_its_input_and_its_output_the_answer) {
  const std::string large(300'000, 'x');  // far more than a pipe holds
  const ChatOutcome outcome =
      Run(Options({"echo"}), Ask(large + "\xC3\xA9 $(id) `id`", "Be brief."));
  const auto& answer = std::get<ChatAnswer>(outcome.result);
  BOOST_TEST((answer.text == "Be brief.\n\n" + large + "\xC3\xA9 $(id) `id`"));
  BOOST_TEST(answer.finish_reason == "stop");
  BOOST_TEST(answer.usage.is_estimate);
  BOOST_TEST(answer.usage.input == (outcome.request_bytes + 3) / 4);
  BOOST_TEST(outcome.request_bytes == outcome.response_bytes);
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(only_named_variables_pass) {
  setenv("HONE_TEST_SECRET", "leak", 1);
  const std::string seen = "\n" + Text(Options({"environment"}), Ask("x")) + "\n";
  BOOST_TEST(seen.find("\nAGENT_KEY=[key]\n") != std::string::npos);
  BOOST_TEST(seen.find("\nPATH=/usr/bin:/bin\n") != std::string::npos);
  BOOST_TEST(seen.find("\nTMPDIR=" + folder.string()) != std::string::npos);
  BOOST_TEST(seen.find("sk-") == std::string::npos);
  BOOST_TEST(seen.find("OTHER_KEY") == std::string::npos);
  BOOST_TEST(seen.find("HONE_TEST_SECRET") == std::string::npos);
  BOOST_TEST(seen.find("HOME") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_descriptor_of_ours_passes) {
  const std::string seen = Text(Options({"descriptors"}), Ask("x"));
  // 0, 1, 2 and the folder that ls reads.
  BOOST_TEST(std::count(seen.begin(), seen.end(), '>') == 4, seen);
}

BOOST_AUTO_TEST_CASE(it_works_in_a_folder_of_its_own_where_images_lie) {
  ChatRequest request = Ask("Left and right");
  request.messages[0].images = {{0, "image/png", Part::Of("UE5H")},
                                {14, "image/../../x", Part::Of("aGk=")}};
  const std::string seen = Text(Options({"folder"}), request);
  BOOST_TEST(seen.starts_with(folder.string() + "/runs/hone-exec-"), seen);
  BOOST_TEST(seen.ends_with("image-1.png=PNG\nimage-2.bin=hi"), seen);
  BOOST_TEST(Text(Options({"echo"}), request) ==
             "[image: image-1.png]Left and right[image: image-2.bin]");
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(skills_of_the_request_lie_there_as_files) {
  const std::string skill =
      "Answer briefly.\n\n<skill name=\"Target / ../x\">\nRead tables first.\n</skill>";
  const std::string seen = Text(Options({"files"}), Ask("How much?", skill));
  BOOST_TEST(
      seen ==
      "./.agents/skills/target-x/SKILL.md=---\nname: target-x\ndescription: What is known about "
      "tasks of this kind; read it first.\n---\n\nRead tables first.\n./task.md=" +
          skill + "\n\nHow much?");
  // One with a frontmatter stays as it is; a second of the same name, an empty one and one inside a
  // line make no file.
  const std::string own = "---\nname: a\ndescription: b\n---\nBody";
  const std::string more = Text(
      Options({"files"}), Ask("<skill name=\"a\">\n" + own +
                              "\n</skill>\n<skill name=\"A\">\nx\n</skill>\n"
                              "<skill name=\"b\">\n\n</skill>\nsee <skill name=\"c\">y</skill>"));
  BOOST_TEST(more.starts_with("./.agents/skills/a/SKILL.md=" + own + "\n./task.md="), more);
  BOOST_TEST(Text(Options({"files"}), Ask("How much?")).find("task.md") == std::string::npos);
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(placeholders_are_filled_in_or_go_with_their_flag) {
  ExecOptions options = Options(
      {"arguments", "-m", "{model}", "-c", "effort={effort}", "-i", "{image}", "--json", "-"});
  ChatRequest request = Ask("x");
  BOOST_TEST(Text(options, request) == "[--json][-]");
  options.model = "agent:big model";
  request.sampling = Json::MakeObject({{"reasoning_effort", "high"}});
  request.messages[0].images = {{0, "image/png", Part::Of("UE5H")},
                                {1, "image/gif", Part::Of("UE5H")}};
  BOOST_TEST(Text(options, request) ==
             "[-m][big model][-c][effort=high][-i][image-1.png][-i][image-2.gif][--json][-]");
}

BOOST_AUTO_TEST_CASE(codex_and_claude_are_read) {
  ExecOptions options = Options({"codex"});
  options.output = "codex";
  ChatOutcome outcome = Run(options, Ask("hi"));
  BOOST_TEST(testing::Told(std::get<ChatAnswer>(outcome.result)) ==
             "stop '[hi] ' 12 in (3 cached, 0 written), 7 out (2 reasoning)");
  BOOST_TEST(std::get<ChatAnswer>(outcome.result).provider_request_id == "t-1");
  options = Options({"claude"});
  options.output = "claude";
  outcome = Run(options, Ask("hi"));
  BOOST_TEST(testing::Told(std::get<ChatAnswer>(outcome.result)) ==
             "stop '[hi] ' 12 in (2 cached, 1 written), 7 out (0 reasoning)");
  BOOST_TEST(std::get<ChatAnswer>(outcome.result).response_model == "claude-x");
}

struct Failure {
  const char* name;
  std::vector<std::string> arguments;
  const char* outcome;
  bool retryable;
  bool maybe_billed;
  const char* words;
};
std::ostream& operator<<(std::ostream& out, const Failure& f) { return out << f.name; }

BOOST_DATA_TEST_CASE_F(
    Fixture, every_failure_has_its_outcome,
    (std::vector<Failure>{
        {"exit 1",
         {"fail", "1", "broke \x1b[31m sk-canary-12345"},
         "server_error",
         true,
         true,
         "ended with code 1"},
        {"usage",
         {"fail", "2", "unknown flag"},
         "client_error",
         false,
         false,
         "code 2 : unknown flag"},
        {"not found",
         {"fail", "127", "no such thing"},
         "client_error",
         false,
         false,
         "no such thing"},
        {"rate limit",
         {"fail", "1", "Error: rate limit reached"},
         "rate_limited",
         true,
         false,
         "rate limit reached"},
        {"login", {"fail", "1", "Not logged in"}, "credentials", false, false, "Not logged in"},
        {"signal", {"signal"}, "server_error", true, true, "ended by signal 9"},
        {"nothing", {"nothing"}, "bad_response", true, true, "it printed nothing"},
        {"flood", {"flood"}, "bad_response", true, true, "printed more than 100000 bytes"},
    }),
    test) {
  ExecOptions options = Options(test.arguments);
  options.max_output_bytes = 100'000;
  const ChatOutcome outcome = Run(options, Ask("x"));
  const auto* end = std::get_if<ChatInterruption>(&outcome.result);
  BOOST_REQUIRE(end != nullptr);
  BOOST_TEST(end->outcome == test.outcome);
  BOOST_TEST(end->retryable == test.retryable);
  BOOST_TEST(end->maybe_billed == test.maybe_billed);
  BOOST_TEST(end->message.find(test.words) != std::string::npos, end->message);
  BOOST_TEST(end->message.find(kAgent) != std::string::npos, end->message);
  BOOST_TEST(end->message.find("sk-canary") == std::string::npos, end->message);
  BOOST_TEST(end->message.find('\x1b') == std::string::npos);
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(time_limits_end_the_whole_group) {
  for (const bool idle : {false, true}) {
    const std::string pids = (folder / "pids").string();
    ExecOptions options = Options({"hang", pids});
    (idle ? options.idle_timeout_ms : options.total_timeout_ms) = 200;
    const ChatOutcome outcome = Run(options, Ask("x"));
    const auto& end = std::get<ChatInterruption>(outcome.result);
    BOOST_TEST(end.outcome == "timeout");
    BOOST_TEST(end.maybe_billed);
    pid_t child = 0;
    pid_t leader = 0;
    BOOST_REQUIRE((std::ifstream(pids) >> child >> leader));
    WaitUntilGone(child);
    WaitUntilGone(leader);
    std::filesystem::remove(pids);
  }
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(what_it_leaves_behind_is_ended_and_not_waited_for) {
  const std::string pids = (folder / "pids").string();
  BOOST_TEST(Text(Options({"leave", pids}), Ask("x")) == "done");
  pid_t child = 0;
  BOOST_REQUIRE((std::ifstream(pids) >> child));
  WaitUntilGone(child);
}

BOOST_AUTO_TEST_CASE(a_cancelled_run_ends_once) {
  auto model = ExecChatModel::Make(loop, Options({"hang", (folder / "pids").string()}));
  BOOST_REQUIRE(model.ok());
  std::vector<std::string> ends;
  const auto handle = (*model)->Start(Ask("x"), [&](ChatOutcome outcome) {
    ends.push_back(std::get<ChatInterruption>(outcome.result).outcome);
    loop.Stop();
  });
  (*model)->Cancel(handle);
  (*model)->Cancel(handle + 9);
  loop.Run();
  (*model)->Cancel(handle);
  BOOST_TEST(ends == std::vector<std::string>{"cancelled"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_model_that_goes_takes_its_programs_along) {
  const std::string pids = (folder / "pids").string();
  BOOST_REQUIRE(mkfifo(pids.c_str(), 0600) == 0);
  auto model = ExecChatModel::Make(loop, Options({"hang", pids}));
  BOOST_REQUIRE(model.ok());
  (*model)->Start(Ask("x"), [](ChatOutcome) { BOOST_ERROR("must not be called"); });
  pid_t child = 0;
  pid_t leader = 0;
  BOOST_REQUIRE((std::ifstream(pids) >> child >> leader));  // waits for its writer
  model->reset();
  WaitUntilGone(child);
  BOOST_TEST(kill(leader, 0) != 0);
  BOOST_TEST(IsEmpty());
}

BOOST_AUTO_TEST_CASE(many_at_once_each_get_their_own_answer) {
  auto model = ExecChatModel::Make(loop, Options({"echo"}));
  BOOST_REQUIRE(model.ok());
  int left = 20;
  for (int i = 0; i < 20; ++i) {
    (*model)->Start(Ask("question " + std::to_string(i)), [&, i](ChatOutcome outcome) {
      BOOST_TEST(std::get<ChatAnswer>(outcome.result).text == "question " + std::to_string(i));
      if (--left == 0) loop.Stop();
    });
  }
  loop.Run();
}

BOOST_AUTO_TEST_CASE(what_cannot_be_started_is_told_before_anything_runs) {
  const auto error = [&](ExecOptions options) {
    const auto made = ExecChatModel::Make(loop, std::move(options));
    BOOST_REQUIRE(!made.ok());
    return made.error().message;
  };
  ExecOptions options = Options({});
  options.argv = {};
  options.model = "codecs";
  BOOST_TEST(error(options).find("did you mean 'codex'?") != std::string::npos);
  options.argv = {"no-such-program-here"};
  BOOST_TEST(error(options).find("no program 'no-such-program-here'") != std::string::npos);
  options = Options({"echo"});
  options.output = "jsno";
  BOOST_TEST(error(options).find("did you mean 'json'?") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

struct Printed {
  const char* form;
  const char* output;
  bool asked_for_calls;
  const char* told;
};
std::ostream& operator<<(std::ostream& out, const Printed& p) { return out << p.output; }

BOOST_AUTO_TEST_SUITE(exec_output)

BOOST_DATA_TEST_CASE(
    what_programs_print,
    (std::vector<Printed>{
        {"text", " hi \n", false, "stop 'hi' no usage"},
        {"json", R"({"text":"hi","usage":{"input":5,"cached_input":9,"output":3,"reasoning":1}})",
         false, "stop 'hi' 5 in (5 cached, 0 written), 3 out (1 reasoning)"},
        {"json", R"({"text":"","tool_calls":[{"id":"a"}],"finish_reason":"length"})", false,
         R"(length '' calls [{"id":"a"}] no usage)"},
        {"json", R"({"error":{"message":"rate limit"}})", false, "fault 429: rate limit"},
        {"json", "[]", false, "fault 0: what it printed is not a JSON object; it begins: []"},
        {"json", "{}", false, "fault 0: what it printed has no \"text\"; it begins: {}"},
        {"claude",
         R"([{"type":"system"},{"type":"result","result":"hi","stop_reason":"max_tokens"}])", false,
         "length 'hi' no usage"},
        {"claude", R"({"type":"result","is_error":true,"result":"API Error: 529 overloaded"})",
         false, "fault 529: API Error: 529 overloaded"},
        {"claude", R"({"type":"result","subtype":"error_max_turns"})", false,
         "fault 0: error_max_turns"},
        {"claude", "Please run /login", false,
         "fault 0: what it printed is not JSON; it begins: Please run /login"},
        {"codex", "noise\n{\"type\":\"turn.failed\",\"error\":{\"message\":\"usage limit\"}}",
         false, "fault 429: usage limit"},
        {"codex",
         "{\"type\":\"error\",\"message\":\"retrying\"}\n"
         "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"a\"}}\n"
         "{\"type\":\"turn.completed\",\"usage\":{}}",
         false, "stop 'a' no usage"},
        {"codex", R"({"type":"item.completed","item":{"type":"agent_message","text":"cut off"}})",
         false, "fault 0: it ended without an answer"},
        {"codex", "garbage", false, "fault 0: what it printed are no events; it begins: garbage"},
        {"text",
         "```json\n{\"content\":\"\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":{\"a\":1}}]}\n``"
         "`",
         true,
         R"(tool_calls '' calls [{"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}] no usage)"},
        {"text", R"({"content":"no need","tool_calls":[]})", true, "stop 'no need' no usage"},
        {"text", R"({"content":"x","tool_calls":[{"nome":"f"}]})", true,
         R"(stop '{"content":"x","tool_calls":[{"nome":"f"}]}' no usage)"},
        {"text", R"({"content":"x","tool_calls":[]})", false,
         R"(stop '{"content":"x","tool_calls":[]}' no usage)"},
    }),
    test) {
  const auto form = ExecOutputFromName(test.form);
  BOOST_REQUIRE(form.ok());
  BOOST_TEST(testing::Told(ReadExecOutput(*form, test.output, test.asked_for_calls)) == test.told);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
