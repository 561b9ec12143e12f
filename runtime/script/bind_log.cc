// log.*: lines with unit and step; the engine prints them once, also when a unit is executed again.
#include "script/api_table.h"
#include "script/show.h"

namespace hone {
namespace {

Outcome LogAt(Call* call, std::string_view level) {
  std::string line;
  for (int i = 1; i <= call->top; ++i) {
    if (i > 1) line += ' ';
    ShowValue(call->L, i);
    line += TextAt(call->L, -1);
    lua_pop(call->L, 1);
  }
  SendLogLine(call, level, line);
  return Outcome::None();
}

Outcome Debug(Call& call) { return LogAt(&call, "debug"); }
Outcome Info(Call& call) { return LogAt(&call, "info"); }
Outcome Warn(Call& call) { return LogAt(&call, "warn"); }

}  // namespace

std::vector<Entry> LogEntries() {
  return {{"debug", &Trampoline<Debug>}, {"info", &Trampoline<Info>}, {"warn", &Trampoline<Warn>}};
}

}  // namespace hone
