// hone serve-model: the offline reader and the offline embedding behind the OpenAI API, for tests
// and for trying clients.
#include "adapters/chat_server.h"
#include "adapters/offline/hash_embedding.h"
#include "adapters/offline/options.h"
#include "adapters/offline/reader.h"
#include "adapters/signal_watch.h"
#include "adapters/uv_event_loop.h"
#include "app/configured_models.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/log.h"

namespace hone {
namespace {

std::string_view WithoutProvider(std::string_view model) {
  if (model.starts_with("offline/")) model.remove_prefix(8);
  return model;
}

// A request names the model as "reader" or "reader:attention=2000", maybe with "offline/" before
// it.
Result<ChatAnswer> AnswerFrom(const ChatRequest& request, std::string_view model,
                              const std::string& served) {
  model = WithoutProvider(model);
  const std::string_view name = model.substr(0, model.find(':'));
  if (name != "reader") {
    return Fail(ErrorCode::kNotFound,
                "no model '" + std::string(model) + "' here; this server has reader");
  }
  // Options in the request replace those the server was started with.
  HONE_ASSIGN(const offline::ReaderOptions options,
              offline::ParseReaderOptions(model == name ? std::string_view(served) : model));
  return Read(request, options);
}

}  // namespace

VerbResult ServeModelVerb(const GlobalArguments& /*global*/, const ServeModelArguments& arguments) {
  HONE_ASSIGN(const ModelName name, ParseModelName(arguments.model));
  if (name.provider != "offline" || !name.endpoint.empty()) {
    return Invalid("only offline models can be served, such as offline/reader; not '" +
                   arguments.model + "'");
  }
  const auto served = offline::ParseReaderOptions(name.model);
  if (!served.ok()) return served.error().With("model '" + arguments.model + "'");

  ChatServer::Options options;
  options.port = arguments.port;
  options.models = {name.model, offline::kEmbeddingName};
  options.embed = [](const EmbedRequest& request, const std::string& model) -> Result<EmbedAnswer> {
    const std::string_view asked = WithoutProvider(model);
    if (asked == offline::kEmbeddingName) return offline::Embed(request);
    return Fail(ErrorCode::kNotFound, "no embedding model '" + std::string(asked) +
                                          "' here; this server has " + offline::kEmbeddingName);
  };
  options.on_request = [](const std::string& model, int status, std::size_t bytes) {
    Log(LogLevel::kDebug, "request for " + model + ": " + std::to_string(status) + ", " +
                              std::to_string(bytes) + " bytes");
  };
  ChatServer server(
      [served_name = name.model](const ChatRequest& request, const std::string& model) {
        return AnswerFrom(request, model, served_name);
      },
      std::move(options));

  UvEventLoop loop;
  const SignalWatch signals(loop, [&loop](int) { loop.Stop(); });
  HONE_TRY(server.Start());
  PrintText(server.base_url() + "\n");
  Report(Tone::kPlain, "serving " + arguments.model +
                           " (rule-based, no language model) on loopback; Ctrl-C ends it");
  loop.Run();
  const int64_t requests = server.requests();
  server.Stop();
  Report(Tone::kPlain, "answered " + std::to_string(requests) + " requests");
  return ExitCode::kComplete;  // being stopped is how a server ends
}

}  // namespace hone
