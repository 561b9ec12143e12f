#include "app/log_sink.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/terminal.h"
#include "base/log.h"

namespace hone {
namespace {

// Writes through Report, so that a log line and the progress bar do not overwrite each other.
class ReportSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view text(line.data(), line.size());
    while (text.ends_with('\n')) text.remove_suffix(1);
    Tone tone = Tone::kPlain;
    if (message.level == spdlog::level::warn) tone = Tone::kWarning;
    if (message.level >= spdlog::level::err) tone = Tone::kError;
    Report(tone, text);
  }
  void flush_() override {}
};

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void InstallLogSink(bool verbose) {
  auto logger = std::make_shared<spdlog::logger>("hone", std::make_shared<ReportSink>());
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  logger->set_pattern(verbose ? "%T.%e %l: %v" : "%l: %v");
  SetLogSink([logger](LogLevel level, std::string_view text) {
    logger->log(LevelOf(level), spdlog::string_view_t(text.data(), text.size()));
  });
}

}  // namespace hone
