// Gating: how often a gate takes an edit that is harmful or idle, by simulation: the strict gate
// (the mean is higher) beside the one that knows noise (stats/gate_test.h).
//
// Forty items, each solved with a probability of its own; an evaluation asks every item once or
// several times. First one decision at a time, for edits of known effect; then whole trainings, in
// which what was accepted is what the next edit is compared with, by the measurement that won.
// Prints both; exit 1 when the gate takes idle or harmful edits more often than its level allows,
// by four simulation errors. Usage: gating [decisions per setting]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "stats/gate_test.h"
#include "stats/random_stream.h"

namespace hone {
namespace {

constexpr int kItems = 40;
constexpr int kFlips = 2'000;  // of the sampled test; it keeps its level with any number

using Chances = std::vector<double>;

struct Edit {
  const char* name;
  double share;  // of the items that gain
  double gain;   // of these
  double loss;   // of the others
  [[nodiscard]] double Effect() const { return share * gain - (1 - share) * loss; }
};

constexpr Edit kEdits[] = {
    {"idle", 0, 0, 0},
    {"idle on average, lifts a quarter", 0.25, 0.3, 0.1},
    {"idle on average, hurts a quarter", 0.75, 0.1, 0.3},
    {"harmful by 3 points", 0, 0, 0.03},
    {"harmful by 10 points", 0, 0, 0.1},
    {"harmful by 6 points, lifts a tenth", 0.1, 0.3, 0.1},
    {"helpful by 5 points", 1, 0.05, 0},
    {"helpful by 10 points", 1, 0.1, 0},
    {"helpful by 20 points", 1, 0.2, 0},
    {"helpful by 25 points, on half", 0.5, 0.5, 0},
};

class Bench {
 public:
  explicit Bench(const std::string& seed) : random_(seed) {}

  Chances Items() {
    Chances out;
    for (int i = 0; i < kItems; ++i) out.push_back(0.32 + 0.16 * random_.Double());
    return out;
  }
  Chances After(const Chances& before, const Edit& edit) {
    Chances out = before;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool gains = static_cast<double>(i) < edit.share * kItems;
      out[i] = std::min(0.98, std::max(0.02, out[i] + (gains ? edit.gain : -edit.loss)));
    }
    return out;
  }
  std::vector<Observation> Evaluate(const Chances& items, int repeats) {
    std::vector<Observation> out;
    for (int r = 0; r < repeats; ++r) {
      for (int i = 0; i < kItems; ++i) {
        const bool solved = random_.Double() < items[static_cast<std::size_t>(i)];
        out.push_back({r, i, i, solved ? 1.0 : 0.0, 1});
      }
    }
    return out;
  }
  double Double() { return random_.Double(); }

 private:
  RandomStream random_;
};

double Mean(const std::vector<Observation>& observations) {
  double sum = 0;
  for (const Observation& each : observations) sum += each.value;
  return sum / static_cast<double>(observations.size());
}

double Mean(const Chances& chances) {
  double sum = 0;
  for (const double each : chances) sum += each;
  return sum / static_cast<double>(chances.size());
}

bool Strict(const std::vector<Observation>& candidate, const std::vector<Observation>& current) {
  return Mean(candidate) > Mean(current);
}

int Decisions(int decisions) {
  std::printf("%d decisions a setting, %d items, each solved with a chance of 32 to 48 %%\n\n",
              decisions, kItems);
  std::printf("%-36s %7s | %8s %10s %10s\n", "edit", "repeats", "strict", "gate 0.05", "gate 0.20");
  int failures = 0;
  for (const Edit& edit : kEdits) {
    for (const int repeats : {1, 3}) {
      Bench bench(std::string("gating ") + edit.name + std::to_string(repeats));
      int strict = 0;
      int careful = 0;
      int bold = 0;
      for (int i = 0; i < decisions; ++i) {
        const Chances items = bench.Items();
        const auto current = bench.Evaluate(items, repeats);
        const auto candidate = bench.Evaluate(bench.After(items, edit), repeats);
        strict += Strict(candidate, current) ? 1 : 0;
        const GateTest test = TestGate(candidate, current, 0.05, "gating", kFlips);
        careful += test.accepts ? 1 : 0;
        bold += test.difference.value_or(0) > 0 && test.p_value <= 0.2 ? 1 : 0;
      }
      const auto share = [&](int hits) { return static_cast<double>(hits) / decisions; };
      const auto holds = [&](int hits, double level) {
        return edit.Effect() > 1e-9 ||
               share(hits) <= level + 4 * std::sqrt(level * (1 - level) / decisions);
      };
      const bool good = holds(careful, 0.05) && holds(bold, 0.2);
      failures += good ? 0 : 1;
      std::printf("%-36s %7d | %8.4f %10.4f %10.4f%s\n", edit.name, repeats, share(strict),
                  share(careful), share(bold), good ? "" : "  <- above the level");
      std::fflush(stdout);
    }
  }
  return failures;
}

struct Training {
  int harmful = 0, harmful_taken = 0, helpful = 0, helpful_taken = 0;
  double before = 0, after = 0;
};

// Sixteen edits: two in five harmful, three in ten idle, the rest helpful, by 10 points each.
template <typename Gate>
Training Train(int trainings, const char* name, int repeats, const Gate& gate) {
  constexpr int kSteps = 16;
  Training out;
  Bench bench(std::string("training ") + name + std::to_string(repeats));
  for (int i = 0; i < trainings; ++i) {
    Chances items = bench.Items();
    auto measured = bench.Evaluate(items, repeats);
    out.before += Mean(items) / trainings;
    for (int step = 0; step < kSteps; ++step) {
      const double draw = bench.Double();
      const Edit edit = draw < 0.4   ? Edit{"", 0, 0, 0.1}
                        : draw < 0.7 ? Edit{"", 0, 0, 0}
                                     : Edit{"", 1, 0.1, 0};
      const Chances edited = bench.After(items, edit);
      const auto candidate = bench.Evaluate(edited, repeats);
      const bool taken = gate(candidate, measured);
      out.harmful += edit.loss > 0 ? 1 : 0;
      out.harmful_taken += edit.loss > 0 && taken ? 1 : 0;
      out.helpful += edit.gain > 0 ? 1 : 0;
      out.helpful_taken += edit.gain > 0 && taken ? 1 : 0;
      if (!taken) continue;
      items = edited;
      measured = candidate;
    }
    out.after += Mean(items) / trainings;
  }
  return out;
}

int Trainings(int trainings) {
  std::printf(
      "\n%d trainings of 16 edits, harmful (40 %%), idle (30 %%) or helpful (30 %%) by 10 points;\n"
      "what was accepted is compared by the measurement that won\n\n%-10s %7s | %13s %13s | %12s\n",
      trainings, "gate", "repeats", "harmful taken", "helpful taken", "true rate");
  int failures = 0;
  for (const int repeats : {1, 3}) {
    const auto print = [&](const char* name, const Training& got, double level) {
      const double harm = static_cast<double>(got.harmful_taken) / got.harmful;
      const bool good = harm <= level + 4 * std::sqrt(level * (1 - level) / got.harmful);
      failures += good ? 0 : 1;
      std::printf("%-10s %7d | %13.4f %13.4f | %4.1f -> %4.1f%s\n", name, repeats, harm,
                  static_cast<double>(got.helpful_taken) / got.helpful, 100 * got.before,
                  100 * got.after, good ? "" : "  <- above the level");
      std::fflush(stdout);
    };
    print("strict", Train(trainings, "strict", repeats, Strict), 1);
    for (const double level : {0.05, 0.2}) {
      const auto gate = [level](const auto& candidate, const auto& current) {
        return TestGate(candidate, current, level, "gating", kFlips).accepts;
      };
      const std::string name = "gate " + std::to_string(level).substr(0, 4);
      print(name.c_str(), Train(trainings, name.c_str(), repeats, gate), level);
    }
  }
  return failures;
}

int Main(int decisions) {
  const int failures = Decisions(decisions) + Trainings(std::max(20, decisions / 20));
  std::printf("\n%s\n", failures == 0 ? "every figure holds" : "figures that do not hold: see <-");
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) {
  const int decisions = argc > 1 ? std::atoi(argv[1]) : 2'000;
  if (decisions < 100) {
    std::fprintf(stderr, "usage: gating [decisions per setting, 100 or more]\n");
    return 2;
  }
  return hone::Main(decisions);
}
