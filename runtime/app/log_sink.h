// Where base/log.h goes in this program: spdlog, one line each on stderr, safe for a terminal.
#pragma once

namespace hone {

// Warnings and errors always, everything when `verbose`. Call once, before threads start.
void InstallLogSink(bool verbose);

}  // namespace hone
