// The effects the offline reader exists for, measured: nothing below is written into the reader.
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <numeric>

#include "unit/adapters/offline/self_play.h"

namespace hone::test {
namespace {

struct Case {
  std::string name;
  std::string context;
  std::vector<Task> tasks;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = [] {
    const std::string folder = "/usr/share/common-licenses/";
    struct Slice {
      const char* file;
      std::size_t first;
      std::size_t last;
    };
    std::vector<Case> out;
    for (const Slice& slice : std::initializer_list<Slice>{{"GPL-3", 0, 2800},
                                                           {"GPL-3", 2800, 5700},
                                                           {"MPL-2.0", 0, 2500},
                                                           {"MPL-1.1", 0, 3700},
                                                           {"GFDL-1.3", 0, 3700},
                                                           {"LGPL-2.1", 0, 3000},
                                                           {"GPL-2", 0, 3000}}) {
      const std::string text = FileText(folder + slice.file);
      if (text.empty()) continue;  // not a Debian system: fewer cases
      Case one{std::string(slice.file) + "+" + std::to_string(slice.first),
               WordRange(text, slice.first, slice.last),
               {}};
      one.tasks = HeldOut(one.context, 24);
      if (!one.tasks.empty()) out.push_back(std::move(one));
    }
    return out;
  }();
  return cases;
}

double Rate(const Case& one, const std::string& skill, const offline::ReaderOptions& options) {
  int solved = 0;
  uint32_t seed = 500;
  for (const Task& task : one.tasks) {
    solved += Solves(one.context, skill, task, seed += 17, options) ? 1 : 0;
  }
  return static_cast<double>(solved) / static_cast<double>(one.tasks.size());
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_skill_from_self_play_helps_on_tasks_it_never_saw) {
  if (Cases().size() < 4) return;  // the texts are Debian's
  const offline::ReaderOptions options;
  offline::ReaderOptions whole;
  whole.attention = 100000;
  std::vector<double> none, selected, last, another, unrelated, all_none, all_skill;
  std::vector<SelfPlay> plays;
  for (const Case& one : Cases()) plays.push_back(Play(one.context, 5, 5, 1, options));
  for (std::size_t i = 0; i < Cases().size(); ++i) {
    const Case& one = Cases()[i];
    const std::string& skill = plays[i].selected;
    const std::string& foreign = plays[(i + 3) % plays.size()].selected;
    const std::string noise =
        FileText("/usr/share/common-licenses/Artistic").substr(0, skill.size());
    none.push_back(Rate(one, "", options));
    selected.push_back(Rate(one, skill, options));
    last.push_back(Rate(one, plays[i].skills.back(), options));
    another.push_back(Rate(one, foreign, options));
    unrelated.push_back(Rate(one, noise, options));
    all_none.push_back(Rate(one, "", whole));
    all_skill.push_back(Rate(one, skill, whole));
    std::string solved;
    for (const int count : plays[i].solved) solved += std::to_string(count) + " ";
    std::printf(
        "%-14s none %.2f selected %.2f last %.2f another %.2f unrelated %.2f whole %.2f "
        "whole+skill %.2f; self-play %sskill %zu bytes\n",
        one.name.c_str(), none.back(), selected.back(), last.back(), another.back(),
        unrelated.back(), all_none.back(), all_skill.back(), solved.c_str(), skill.size());
  }
  std::printf(
      "%-14s none %.2f selected %.2f last %.2f another %.2f unrelated %.2f whole %.2f "
      "whole+skill %.2f\n",
      "mean", Mean(none), Mean(selected), Mean(last), Mean(another), Mean(unrelated),
      Mean(all_none), Mean(all_skill));
  BOOST_TEST(Mean(none) > 0.2);
  BOOST_TEST(Mean(none) < 0.65);
  BOOST_TEST(Mean(selected) > Mean(none) + 0.08);
  BOOST_TEST(Mean(another) < Mean(none) + 0.04);
  BOOST_TEST(Mean(unrelated) < Mean(none) + 0.02);
  BOOST_TEST(Mean(all_none) > Mean(selected));
  BOOST_TEST(std::abs(Mean(all_skill) - Mean(all_none)) < 0.04);
}

BOOST_AUTO_TEST_CASE(an_overlong_skill_crowds_the_context_out) {
  if (Cases().empty()) return;
  const Case& one = Cases()[0];
  const offline::ReaderOptions options;
  const SelfPlay play = Play(one.context, 3, 5, 2, options);
  std::string padded = "---\nname: padded\ndescription: d\n---\n";
  for (int i = 0; i < 400; ++i) padded += "- Take care to be careful about everything always.\n";
  padded += play.selected;
  BOOST_TEST(Rate(one, padded, options) < 0.1);
}

}  // namespace hone::test
