// hone show: one recorded thing. A call is shown as the exact bytes that were sent.
#include "app/result_output.h"
#include "app/sent_bytes.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"
#include "report/outline.h"
#include "report/show.h"
#include "report/stored_call.h"

namespace hone {
VerbResult ShowVerb(const GlobalArguments& global, const ShowArguments& arguments) {
  const std::vector<std::string>& kinds = ShowKinds();
  bool known = false;
  for (const std::string& kind : kinds) known = known || kind == arguments.kind;
  if (!known) {
    return Invalid("cannot show '" + arguments.kind + "'" + NameHint(arguments.kind, kinds));
  }
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  if (arguments.kind == "call" && !arguments.json && !arguments.full) {
    HONE_ASSIGN(const StoredCall call, LoadStoredCall(*database, arguments.id));
    HONE_ASSIGN(const std::string body, SentBytes(call));
    PrintData(body);
    Report(Tone::kPlain, "call " + call.key + " of " + call.model + ", " +
                             std::to_string(body.size()) +
                             " bytes; --full shows tries, uses and the answer");
    return ExitCode::kComplete;
  }
  HONE_ASSIGN(const Json thing, ShowThing(*database, arguments.kind, arguments.id));
  if (arguments.json) {
    PrintJson(thing);
  } else if (thing.is_string()) {
    PrintData(thing.AsString() + "\n");
  } else {
    OutlineOptions options;
    options.full = arguments.full;
    PrintText(RenderOutline(thing, options));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
