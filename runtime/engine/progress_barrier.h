// ProgressBarrier: prunes the candidates of a search by the progress that they report themselves
// (progress{step, score}), for recipes of a single unit.
//
// Barriers stand at the steps first, first * eta, first * eta^2, ... A run waits at a barrier until
// every other has reached it or has ended; then the best 1/eta by their latest score up to that
// step go on. Ties go to the candidate that was made first. What is decided is a function of the
// scores, not of the order in which they came. It is off when one candidate is left or all have
// ended. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace hone {

class ProgressBarrier {
 public:
  struct Options {
    std::vector<std::size_t> arms;  // candidates, in the order in which they were made
    std::size_t replicates = 1;
    int64_t eta = 3, first = 1;
  };
  struct Decision {
    int rung = 1;
    std::size_t arm = 0;
    bool is_pruned = false;
    int64_t step = 0;  // of the barrier
    bool has_score = false;
    double score = 0;  // mean over replicates
    std::size_t place = 1, kept = 1;
  };

  explicit ProgressBarrier(Options options);

  void Report(std::size_t arm, std::size_t replicate, int64_t step, double score);
  // It will report nothing more.
  void End(std::size_t arm, std::size_t replicate);

  [[nodiscard]] bool is_off() const { return is_off_; }
  [[nodiscard]] bool IsIn(std::size_t arm) const;  // a candidate that may still be pruned
  // Whether the run has to wait for others before it goes on.
  [[nodiscard]] bool Waits(std::size_t arm, std::size_t replicate) const;
  // What follows when everybody has reached the barrier, of one or of several barriers; then the
  // next one stands.
  std::vector<Decision> Settle();

 private:
  struct Run {
    std::map<int64_t, double> scores;  // by step
    bool has_ended = false;
  };

  [[nodiscard]] bool HasReached(const Run& run) const;
  [[nodiscard]] bool AllHave() const;
  [[nodiscard]] bool AllEnded() const;
  [[nodiscard]] Decision Judge(std::size_t arm) const;

  Options options_;
  std::vector<std::size_t> alive_;
  std::map<std::size_t, std::vector<Run>> runs_;  // by arm
  int rung_ = 1;
  int64_t step_;
  bool is_off_ = false;
};

}  // namespace hone
