// OfflineChatModel: the offline reader (reader.h) behind the ChatModel port.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "adapters/offline/options.h"
#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/event_loop.h"

namespace hone {

// Works on the loop's pool, answers on the loop's thread. The loop must outlive the model; the
// model may go while calls are under way: they then end without a report.
class OfflineChatModel : public ChatModel {
 public:
  OfflineChatModel(EventLoop& loop, offline::ReaderOptions options);
  // `model` as in the model name, behind "offline/": "reader:attention=2000". The error names the
  // option.
  static Result<std::unique_ptr<ChatModel>> Make(EventLoop& loop, std::string_view model);

  Handle Start(const ChatRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  [[nodiscard]] std::string RequestBody(const ChatRequest& request) const override;
  [[nodiscard]] std::string Address() const override { return "in process"; }

 private:
  struct Calls {
    std::set<Handle> cancelled;
    std::set<Handle> open;
  };

  EventLoop& loop_;
  const offline::ReaderOptions options_;
  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();  // outlived by calls under way
  Handle last_ = 0;
};

}  // namespace hone
