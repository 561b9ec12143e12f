#include "base/log.h"

#include <utility>

namespace hone {
namespace {

LogSink& Sink() {
  static LogSink sink;
  return sink;
}

}  // namespace

LogSink SetLogSink(LogSink sink) { return std::exchange(Sink(), std::move(sink)); }

void Log(LogLevel level, std::string_view text) {
  if (Sink()) Sink()(level, text);
}

}  // namespace hone
