#include "app/progress_bar.h"

#include <algorithm>

#include "app/terminal.h"
#include "report/list.h"

namespace hone {
namespace {

constexpr int kBarCells = 24;
constexpr int64_t kTerminalPauseMs = 100;
constexpr int64_t kPlainPauseMs = 5'000;

// Milliseconds, or -1 when nothing is known yet. Recalled cells cost no time, so they are left out.
int64_t TimeLeftMs(const Progress& progress, int64_t elapsed_ms) {
  const int64_t settled = progress.cells_done + progress.cells_missing;
  const int64_t worked = settled - progress.cells_recalled;
  const int64_t open = progress.cells_planned - settled;
  if (worked <= 0 || open <= 0 || elapsed_ms <= 0) return -1;
  return elapsed_ms / worked * open;
}

}  // namespace

std::string ProgressText(const Progress& progress, int64_t elapsed_ms) {
  std::string text = std::to_string(progress.cells_done) + " of " +
                     std::to_string(progress.cells_planned) + " cells";
  if (progress.cells_missing > 0) {
    text += " (" + std::to_string(progress.cells_missing) + " missing)";
  }
  text += ", " + std::to_string(progress.calls_new) + " calls";
  text += ", " + std::to_string(progress.calls_reused) + " reused";
  if (progress.calls_waiting > 0) {
    text += ", " + std::to_string(progress.calls_waiting) + " in flight";
  }
  if (progress.retries > 0) text += ", " + std::to_string(progress.retries) + " retries";
  text += ", " + progress.spent.Text();
  const int64_t left_ms = TimeLeftMs(progress, elapsed_ms);
  if (left_ms >= 0) text += ", " + DurationText(left_ms) + " left";
  return text;
}

std::string ProgressBarText(const Progress& progress, int64_t elapsed_ms, int columns) {
  const int64_t planned = std::max<int64_t>(progress.cells_planned, 1);
  const int64_t settled =
      std::clamp<int64_t>(progress.cells_done + progress.cells_missing, 0, planned);
  const auto full = static_cast<std::size_t>(settled * kBarCells / planned);
  std::string line = "[" + std::string(full, '#') + std::string(kBarCells - full, '.') + "] ";
  line += ProgressText(progress, elapsed_ms);
  if (columns > 0 && line.size() > static_cast<std::size_t>(columns)) {
    line.resize(static_cast<std::size_t>(columns));
  }
  return line;
}

void ProgressBar::Update(const Progress& progress, int64_t now_ms) {
  const int64_t pause_ms = on_terminal_ ? kTerminalPauseMs : kPlainPauseMs;
  // Off a terminal the first line comes after a pause: a short run says only how it ended.
  if (last_ms_ < 0 && !on_terminal_) last_ms_ = now_ms;
  if (last_ms_ >= 0 && now_ms - last_ms_ < pause_ms) return;
  last_ms_ = now_ms;
  const int64_t elapsed_ms = now_ms - progress.started_ms;
  if (on_terminal_) {
    ShowStatusLine(ProgressBarText(progress, elapsed_ms, columns_ - 1));
    drawn_ = true;
  } else {
    Report(Tone::kPlain, ProgressText(progress, elapsed_ms));
  }
}

void ProgressBar::Finish() {
  if (drawn_) ShowStatusLine("");
  drawn_ = false;
}

}  // namespace hone
