// ProgressBar: how far a session is, on stderr. A bar that is redrawn on a terminal, a plain line
// now and then off it. It shows figures and decides nothing.
#pragma once

#include <cstdint>
#include <string>

#include "engine/progress.h"

namespace hone {

// "12 of 72 cells, 340 calls, 25 reused, 8 in flight, $0.1234, 1 min 20 s left". `elapsed_ms` is
// the time since the session's start; the time left is only said when cells have been worked on.
std::string ProgressText(const Progress& progress, int64_t elapsed_ms);
// The same behind a bar, in at most `columns` columns.
std::string ProgressBarText(const Progress& progress, int64_t elapsed_ms, int columns);

// Loop's thread only.
class ProgressBar {
 public:
  explicit ProgressBar(bool on_terminal, int columns)
      : on_terminal_(on_terminal), columns_(columns) {}
  ~ProgressBar() { Finish(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Call as often as you like; it draws at most ten times a second, off a terminal every ten
  // seconds.
  void Update(const Progress& progress, int64_t now_ms);
  void Finish();  // takes the bar away

 private:
  bool on_terminal_;
  int columns_;
  bool drawn_ = false;
  int64_t last_ms_ = -1;
};

}  // namespace hone
