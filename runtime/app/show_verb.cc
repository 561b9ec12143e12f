// hone show: one recorded thing. A call is shown as the exact bytes that were sent.
#include "adapters/curl_http_client.h"
#include "adapters/offline/offline_chat_model.h"
#include "adapters/openai_chat_model.h"
#include "adapters/system_clock.h"
#include "adapters/uv_event_loop.h"
#include "app/configured_models.h"
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"
#include "report/outline.h"
#include "report/show.h"
#include "report/stored_call.h"

namespace hone {
namespace {

// The body that the call's provider is sent; it depends on model and request, not on URL or key.
Result<std::string> SentBytes(const StoredCall& call) {
  HONE_ASSIGN(const ModelName name, ParseModelName(call.model));
  UvEventLoop loop;
  const SystemClock clock;
  CurlHttpClient http(loop);
  std::unique_ptr<ChatModel> model;
  if (name.provider == "offline" && name.endpoint.empty()) {
    HONE_ASSIGN(model, OfflineChatModel::Make(loop, name.model));
  } else {
    ModelEndpoint endpoint;
    endpoint.name = name.endpoint;
    endpoint.base_url = "http://127.0.0.1/v1";
    endpoint.model = name.model;
    HONE_ASSIGN(model, OpenAiChatModel::Make(http, clock, std::move(endpoint)));
  }
  return model->RequestBody(call.request);
}

}  // namespace

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
