#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "base/text.h"
#include "report/render_json.h"

namespace hone {
namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

Terminal Detect() {
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  Terminal terminal;
  terminal.stdout_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.stderr_is_terminal = isatty(STDERR_FILENO) == 1 && !dumb;
  terminal.color = terminal.stderr_is_terminal && !IsSet("NO_COLOR");
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.columns = size.ws_col;
  return terminal;
}

// The status line is shared by whoever reports and the progress bar.
struct StatusLine {
  std::mutex mutex;
  std::string text;
};

StatusLine& LastLine() {
  static StatusLine status;
  return status;
}

constexpr std::string_view kEraseLine = "\r\x1b[K";

void WriteAll(std::FILE* file, std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fflush(file);
}

std::string_view ColorOf(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kError:
      return "\x1b[31m";
    case Tone::kPlain:
      break;
  }
  return "";
}

}  // namespace

const Terminal& Terminal::Get() {
  static const Terminal terminal = Detect();
  return terminal;
}

void PrintText(std::string_view text) { WriteAll(stdout, TerminalSafe(text)); }

void PrintData(std::string_view bytes) {
  if (Terminal::Get().stdout_is_terminal) {
    PrintText(bytes);
  } else {
    WriteAll(stdout, bytes);
  }
}

void PrintJson(const Json& value) {
  const bool pretty = Terminal::Get().stdout_is_terminal;
  WriteAll(stdout, EscapeJsonText(pretty ? value.DumpPretty() : value.Dump()) + "\n");
}

void Report(Tone tone, std::string_view line) {
  const Terminal& terminal = Terminal::Get();
  const std::string safe = TerminalSafe(line);
  StatusLine& status = LastLine();
  const std::lock_guard lock(status.mutex);
  std::string out;
  if (!status.text.empty()) out += kEraseLine;
  const std::string_view color = terminal.color ? ColorOf(tone) : "";
  out.append(color).append(safe);
  if (!color.empty()) out += "\x1b[0m";
  out.append("\n").append(status.text);
  WriteAll(stderr, out);
}

void ShowStatusLine(std::string_view line) {
  StatusLine& status = LastLine();
  const std::lock_guard lock(status.mutex);
  status.text = OneLine(line, static_cast<std::size_t>(Terminal::Get().columns - 1));
  WriteAll(stderr, std::string(kEraseLine) + status.text);
}

}  // namespace hone
