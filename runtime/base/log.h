// Logging without a library: libraries say what happened, the program decides where it goes. `app`
// installs a sink on spdlog; hone-script installs one that sends wire messages; tests may record.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hone {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

using LogSink = std::function<void(LogLevel, std::string_view)>;

// Installs the process's sink and returns the one before. Call before threads start.
LogSink SetLogSink(LogSink sink);
void Log(LogLevel level, std::string_view text);

}  // namespace hone
