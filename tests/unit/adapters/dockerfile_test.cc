// Dockerfiles taken apart and planned: tables, errors with their places, and arbitrary text.
#include "adapters/sandbox/dockerfile.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "adapters/sandbox/build_files.h"
#include "adapters/sandbox/build_plan.h"

namespace bdata = boost::unit_test::data;

namespace hone {
namespace {

std::string Why(const Status& status) { return status.ok() ? "" : status.error().message; }

Result<BuildPlan> Plan(const std::string& text, const ImageConfig& base = {}) {
  HONE_ASSIGN(const auto instructions, ParseDockerfile(text, "Dockerfile"));
  HONE_TRY(BaseOfBuild(instructions, "Dockerfile"));
  return PlanBuild(instructions, "Dockerfile", base);
}

BuildPlan GoodPlan(const std::string& text, const ImageConfig& base = {}) {
  auto plan = Plan(text, base);
  BOOST_REQUIRE_MESSAGE(plan.ok(), (plan.ok() ? std::string() : plan.error().message));
  return std::move(*plan);
}

BOOST_AUTO_TEST_CASE(lines_are_joined_and_comments_left_out) {
  const auto parsed = ParseDockerfile(
      "# syntax=docker/dockerfile:1\n\nfrom debian:12 AS only\n"
      "RUN a \\\n  # between\n\n  && b \\  \n  c\r\n"
      "CMD [\"x\", \"y\"]\n",
      "f");
  BOOST_REQUIRE(parsed.ok());
  BOOST_REQUIRE(parsed->size() == 3);
  BOOST_TEST((*parsed)[0].keyword == "FROM");
  BOOST_TEST((*parsed)[0].line == 3);
  BOOST_TEST((*parsed)[1].text == "a   && b   c");
  BOOST_TEST((*parsed)[1].line == 4);
  BOOST_REQUIRE((*parsed)[2].list.has_value());
  BOOST_TEST((*parsed)[2].list->size() == 2);
  BOOST_TEST(*BaseOfBuild(*parsed, "f") == "debian:12");
}

struct Wrong {
  const char* text;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Wrong& one) { return out << one.text; }

const Wrong kWrong[] = {
    {"", "Dockerfile: there is no FROM"},
    {"RUN x\n", "Dockerfile:1: RUN before FROM"},
    {"FROM a\nFROM b\n", "Dockerfile:2: a second FROM"},
    {"FROM a\nRUNN x\n",
     "Dockerfile:2: 'RUNN' is no instruction that can be built; did you mean 'RUN'?"},
    {"FROM a\nONBUILD RUN x\n", "Dockerfile:2: 'ONBUILD'"},
    {"FROM a\nRUN\n", "Dockerfile:2: RUN needs something after it"},
    {"FROM a\nRUN --mount=type=cache,target=/x y\n", "Dockerfile:2: RUN --mount is not supported"},
    {"FROM a\n\nCOPY --from=b /x /y\n", "Dockerfile:3: COPY --from is not supported"},
    {"FROM a\nCOPY x\n", "Dockerfile:2: COPY needs a source and a destination"},
    {"FROM a\nCOPY x y z\n", "Dockerfile:2: COPY of several sources needs a folder"},
    {"FROM a\nADD https://example.com/x /y\n", "only files of the folder"},
    {"FROM a\nCOPY --chmod=u+x x y\n", "Dockerfile:2: --chmod=u+x"},
    {"FROM a\nRUN <<EOF\nx\n", "Dockerfile:2: the here-document EOF has no end"},
    {"FROM a\nENV x\n", "Dockerfile:2: ENV needs NAME=value"},
    {"FROM a\nENV x=1 y\n", "Dockerfile:2: ENV y is no NAME=value"},
    {"FROM a\nENV x=\"1\n", "Dockerfile:2: a quote"},
    {"FROM a\nWORKDIR ${x\n", "Dockerfile:2: '${'"},
    {"FROM a\nWORKDIR ${x%y}\n", "only ${name}, ${name:-word}"},
    {"FROM a\nSHELL /bin/bash\n", "Dockerfile:2: SHELL needs a list"},
    {"FROM\n", "Dockerfile:1: FROM needs something after it"},
    {"FROM a b\n", "Dockerfile:1: FROM needs the name of an image"}};

BOOST_DATA_TEST_CASE(what_is_wrong_is_told_with_its_place, bdata::make(kWrong), one) {
  const auto plan = Plan(one.text);
  BOOST_REQUIRE(!plan.ok());
  BOOST_TEST(plan.error().message.find(one.message) != std::string::npos, plan.error().message);
  BOOST_TEST((plan.error().code == ErrorCode::kInvalidArgument));
}

struct WordCase {
  const char* text;
  std::vector<std::string> words;
};
std::ostream& operator<<(std::ostream& out, const WordCase& one) { return out << one.text; }

const WordCase kWords[] = {{"a  b\tc", {"a", "b", "c"}},
                           {"\"a b\" 'c d' e\\ f", {"a b", "c d", "e f"}},
                           {"x=\"1 2\"3 y=''", {"x=1 23", "y="}},
                           {"$a ${a}b $ab '$a' \"$a\" \\$a", {"1", "1b", "", "$a", "1", "$a"}},
                           {"${a:-x} ${n:-x} ${n:-} ${a:+x}${n:+x}", {"1", "x", "", "x"}},
                           {"${n:-${a:-y}${b}}", {"1two words"}},
                           {"$b", {"two words"}},
                           {"\"\\\"\\n\" $ $1", {"\"\\n", "$", ""}},
                           {"", {}}};

BOOST_DATA_TEST_CASE(words_and_variables, bdata::make(kWords), one) {
  const auto words = DockerWords(one.text, {{"a", "1"}, {"b", "two words"}});
  BOOST_REQUIRE(words.ok());
  BOOST_TEST(*words == one.words, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plan_follows_the_file) {
  ImageConfig base;
  base.env = {{"LANG", "C"}};
  const BuildPlan plan = GoodPlan(
      "ARG tag=12\nFROM debian:$tag\n"
      "ARG who=world\nENV GREETING=\"hello $who\" PATH=/opt:$PATH\nENV OLD the rest  of it\n"
      "WORKDIR /srv\nWORKDIR app/../app2\nUSER agent\n"
      "RUN echo $GREETING\nRUN [\"/bin/true\", \"$x\"]\n"
      "COPY --chown=agent:agent --chmod=0750 a.txt b.txt sub/\n"
      "ADD x.tar.gz /\nEXPOSE 80\nVOLUME /data\nHEALTHCHECK --interval=1s CMD true\nLABEL a=b\n"
      "SHELL [\"/bin/bash\", \"-ec\"]\nRUN pwd\n",
      base);
  BOOST_REQUIRE(plan.steps.size() == 7);
  BOOST_TEST(plan.steps[0].destination == "/srv");
  BOOST_TEST(plan.steps[1].destination == "/srv/app2");
  const BuildStep& run = plan.steps[2];
  BOOST_TEST(run.argv == (std::vector<std::string>{"/bin/sh", "-c", "echo $GREETING"}),
             boost::test_tools::per_element());
  BOOST_TEST(run.workdir == "/srv/app2");
  BOOST_TEST(run.user == "agent");
  BOOST_TEST(run.env.at("who") == "world");
  BOOST_TEST(run.env.at("GREETING") == "hello world");
  BOOST_TEST(plan.steps[3].argv[1] == "$x");
  const BuildStep& copy = plan.steps[4];
  BOOST_TEST(copy.destination == "/srv/app2/sub/");
  BOOST_TEST(copy.sources.size() == 2);
  BOOST_TEST(copy.owner == "agent:agent");
  BOOST_TEST(copy.mode.value() == 0750U);
  BOOST_TEST(!copy.unpacks);
  BOOST_TEST(plan.steps[5].unpacks);
  BOOST_TEST(plan.steps[6].argv[0] == "/bin/bash");
  BOOST_TEST(plan.config.env.at("OLD") == "the rest  of it");
  BOOST_TEST(plan.config.env.at("PATH") == std::string("/opt:") + kDefaultPath);
  BOOST_TEST(plan.config.env.at("LANG") == "C");
  BOOST_TEST(plan.config.env.count("who") == 0);
  BOOST_TEST(plan.config.workdir == "/srv/app2");
  BOOST_TEST(plan.config.user == "agent");
}

BOOST_AUTO_TEST_CASE(here_documents) {
  const BuildPlan plan = GoodPlan(
      "FROM a\nENV v=1\nRUN <<EOF\necho a\necho b\nEOF\n"
      "RUN python3 <<-'X' > out\n\tprint(1)\n\tX\n"
      "COPY <<one <<\"two\" /etc/\nv is $v\none\nv is $v\ntwo\n"
      "RUN echo $((1 << 2)) '<<EOF'\n");
  BOOST_REQUIRE(plan.steps.size() == 4);
  BOOST_TEST(plan.steps[0].argv[2] == "echo a\necho b\n");
  BOOST_TEST(plan.steps[1].argv[2] == "python3 <<-'X' > out\nprint(1)\nX\n");
  BOOST_REQUIRE(plan.steps[2].texts.size() == 2);
  BOOST_TEST(plan.steps[2].texts[0].text == "v is 1\n");
  BOOST_TEST(plan.steps[2].texts[1].text == "v is $v\n");
  BOOST_TEST(plan.steps[3].argv[2] == "echo $((1 << 2)) '<<EOF'");
}

BOOST_AUTO_TEST_CASE(a_source_cannot_leave_the_folder) {
  const BuildPlan plan = GoodPlan("FROM a\nCOPY ../../etc/passwd /x\nCOPY . /all/\n");
  BOOST_TEST(plan.steps[0].sources[0] == "etc/passwd");
  BOOST_TEST(plan.steps[1].sources[0] == "");
}

// Arbitrary text, mostly made of what Dockerfiles are made of: an answer comes, and an error names
// the file.
BOOST_AUTO_TEST_CASE(any_text_has_an_answer) {
  const std::vector<std::string> pieces = {
      "FROM",     "RUN", "COPY", "ENV",   "ARG",  "<<E",     "E\n", "\\\n", "\n",
      " ",        "$",   "${",   "}",     ":-",   "\"",      "'",   "[",    "]",
      "--chown=", "=",   "#",    "\t",    "\\",   "/",       "..",  "a",    "x=1",
      "\r\n",     "<<<", "\xff", "SHELL", "USER", "WORKDIR", "\0",  "ADD",  "*"};
  std::mt19937 random(7);
  int n_good = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 2 == 0 ? "FROM a\n" : "";
    const std::size_t length = random() % 30;
    for (std::size_t k = 0; k < length; ++k) text += pieces[random() % pieces.size()];
    const auto plan = Plan(text);
    if (plan.ok()) {
      ++n_good;
      for (const BuildStep& step : plan->steps) {
        BOOST_TEST(step.line > 0);
        BOOST_TEST(step.workdir.starts_with("/"));
        for (const std::string& source : step.sources) {
          BOOST_TEST(("/" + source + "/").find("/../") == std::string::npos);
        }
      }
    } else {
      BOOST_TEST(plan.error().message.starts_with("Dockerfile:"), plan.error().message);
    }
  }
  BOOST_TEST(n_good > 100);
}

BOOST_AUTO_TEST_CASE(variables_nested_without_end_are_an_error) {
  std::string text = "FROM a\nWORKDIR ";
  for (int i = 0; i < 50'000; ++i) text += "${a:-";
  BOOST_TEST(Why(Plan(text).ok() ? Status(Ok{}) : Status(Plan(text).error())) != "");
  std::string closed;
  for (int i = 0; i < 100; ++i) closed = "${a:-" + closed + "}";
  const auto words = DockerWords(closed, {});
  BOOST_REQUIRE(!words.ok());
  BOOST_TEST(words.error().message.find("too deeply") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ignore_lists) {
  const IgnoreList list("# comment\n*.log\n/build/\n**/*.tmp\n!keep.log\nsub/*.txt\n");
  const std::vector<std::pair<const char*, bool>> cases = {
      {"a.log", true},        {"keep.log", false}, {"sub/a.log", false}, {"build/x/y", true},
      {"building", false},    {"a.tmp", true},     {"x/y/a.tmp", true},  {"sub/a.txt", true},
      {"sub/s/a.txt", false}, {"a.txt", false}};
  for (const auto& [path, ignored] : cases) BOOST_TEST(list.Ignores(path) == ignored, path);
}

}  // namespace
}  // namespace hone
