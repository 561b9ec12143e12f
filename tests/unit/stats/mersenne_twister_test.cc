// Python's generator: every number beside the one that the installed python3 gives, and the
// reference output of the generator's authors through Python's documentation of Random(42).
#include "stats/mersenne_twister.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace hone {
namespace {

const std::vector<std::string> kSeeds = {
    "0",           "1", "42", "1042", "4294967296", "18446744073709551615", "9223372036854775807",
    "123456789123"};

// What the C++ side has to say, in the words of kScript.
std::string Ours() {
  std::ostringstream out;
  for (const std::string& seed : kSeeds) {
    MersenneTwister random(std::strtoull(seed.c_str(), nullptr, 10));
    for (const int bits : {1, 5, 31, 32, 33, 53, 64}) out << random.Bits(bits) << " ";
    std::array<char, 40> text{};
    for (int i = 0; i < 3; ++i) {
      std::snprintf(text.data(), text.size(), "%.17g ", random.Double());
      out << text.data();
    }
    out << random.Int(-5, 1000000) << " " << random.Below(3) << " ";
    for (const std::size_t size : {0U, 1U, 2U, 7U, 400U, 1400U}) {
      std::vector<std::size_t> items(size);
      for (std::size_t i = 0; i < size; ++i) items[i] = i;
      random.Shuffle(&items);
      for (const std::size_t item : items) out << item << " ";
    }
    for (const auto& [size, count] : {std::pair<std::size_t, std::size_t>{10, 3},
                                      {21, 5},
                                      {22, 5},
                                      {85, 6},
                                      {86, 6},
                                      {1000, 20},
                                      {400, 400},
                                      {5, 0}}) {
      for (const std::size_t item : random.Sample(size, count)) out << item << " ";
    }
    out << "\n";
  }
  return out.str();
}

const std::string kScript = R"py(
import random, sys
for seed in sys.argv[1:]:
    r = random.Random(int(seed))
    out = [r.getrandbits(b) for b in (1, 5, 31, 32, 33, 53, 64)]
    out += ["%.17g" % r.random() for _ in range(3)]
    out += [r.randint(-5, 1000000), r.randrange(3)]
    for n in (0, 1, 2, 7, 400, 1400):
        items = list(range(n)); r.shuffle(items); out += items
    for n, k in ((10, 3), (21, 5), (22, 5), (85, 6), (86, 6), (1000, 20), (400, 400), (5, 0)):
        out += r.sample(range(n), k)
    print(*out, end=" \n")
)py";

BOOST_AUTO_TEST_SUITE(mersenne_twister)

BOOST_AUTO_TEST_CASE(equals_the_installed_python) {
  const std::string file =
      std::string(HONE_BINARY_DIR) + "/mersenne_twister_" + std::to_string(getpid());
  std::vector<std::string> words = {"python3", "-c", kScript};
  words.insert(words.end(), kSeeds.begin(), kSeeds.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, file.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t python = 0;
  BOOST_REQUIRE(posix_spawnp(&python, "python3", &actions, nullptr, arguments.data(), environ) ==
                0);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  BOOST_REQUIRE(waitpid(python, &status, 0) == python);
  std::stringstream said;
  said << std::ifstream(file).rdbuf();
  unlink(file.c_str());
  BOOST_REQUIRE(status == 0);
  const std::string theirs = said.str();
  BOOST_TEST(theirs.size() > 10000U);
  BOOST_TEST((Ours() == theirs));
}

// Values of CPython 3.11, kept here so that they hold where Python changes.
BOOST_AUTO_TEST_CASE(known_values) {
  BOOST_TEST(MersenneTwister(42).Double() == 0.6394267984578837);
  BOOST_TEST(MersenneTwister(0).Double() == 0.8444218515250481);
  std::vector<int> items = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  MersenneTwister(42).Shuffle(&items);
  BOOST_TEST(items == (std::vector<int>{7, 3, 2, 8, 5, 6, 9, 4, 0, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
