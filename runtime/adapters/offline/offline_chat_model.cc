#include "adapters/offline/offline_chat_model.h"

#include <utility>

#include "adapters/offline/reader.h"

namespace hone {

OfflineChatModel::OfflineChatModel(EventLoop& loop, offline::ReaderOptions options)
    : loop_(loop), options_(options) {}

Result<std::unique_ptr<ChatModel>> OfflineChatModel::Make(EventLoop& loop, std::string_view model) {
  HONE_ASSIGN(const offline::ReaderOptions options, offline::ParseReaderOptions(model));
  return std::unique_ptr<ChatModel>(std::make_unique<OfflineChatModel>(loop, options));
}

ChatModel::Handle OfflineChatModel::Start(const ChatRequest& request, Done done) {
  const Handle handle = ++last_;
  calls_->open.insert(handle);
  const auto work = std::make_shared<std::pair<ChatRequest, ChatAnswer>>(request, ChatAnswer{});
  loop_.InPool([work, options = options_] { work->second = Read(work->first, options); },
               [work, handle, done = std::move(done), weak = std::weak_ptr<Calls>(calls_)] {
                 const std::shared_ptr<Calls> calls = weak.lock();
                 if (!calls) return;
                 calls->open.erase(handle);
                 ChatOutcome outcome;
                 if (calls->cancelled.erase(handle) > 0) {
                   ChatInterruption cancelled;
                   cancelled.code = ErrorCode::kCancelled;
                   cancelled.message = "offline/reader: cancelled";
                   cancelled.outcome = "cancelled";
                   outcome.result = std::move(cancelled);
                 } else {
                   outcome.response_bytes = static_cast<int64_t>(work->second.text.size());
                   outcome.result = std::move(work->second);
                 }
                 done(std::move(outcome));
               });
  return handle;
}

void OfflineChatModel::Cancel(Handle handle) {
  if (calls_->open.count(handle) > 0) calls_->cancelled.insert(handle);
}

std::string OfflineChatModel::RequestBody(const ChatRequest& request) const {
  Json body;
  body.Set("model", "offline/reader");
  Json messages = Json::MakeArray();
  for (const ChatMessage& message : request.messages) {
    std::string content;
    for (const Part& part : message.content) content += *part.text;
    Json shown = Json::MakeObject({{"role", message.role}, {"content", std::move(content)}});
    for (const auto& [name, value] : message.extra.members()) shown.Set(name, value);
    messages.Append(std::move(shown));
  }
  body.Set("messages", std::move(messages));
  if (!request.tools.is_null()) body.Set("tools", request.tools);
  if (!request.format.is_null()) body.Set("response_format", request.format);
  if (request.seed) body.Set("seed", static_cast<int64_t>(*request.seed));
  return body.DumpPretty();
}

}  // namespace hone
