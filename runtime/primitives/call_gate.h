// CallGate: how a primitive asks for a model's answer. The engine stands behind it and adds the
// ordinal, the draw, the key, the divergence guard, the ledger, the budget and the retries.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"
#include "store/store.h"

namespace hone {

// A chat or an embedding. Both go the same way: key, ledger, budget, admission, retries. The hash,
// the stored form and the parts of either are in call_key.h, the answer of an embedding as the
// ledger stores it in llm_embed.h.
struct CallWish {
  std::shared_ptr<const ChatRequest> request;  // exactly one of the two is set
  std::shared_ptr<const EmbedRequest> embed;
  std::string role;        // decides the model
  std::string step;        // the recipe's named step, for the uses row
  std::string draw_label;  // "": path#n for the n-th occurrence of this request along the path
};

struct CallReply {
  Hash key;
  std::shared_ptr<const StoredAnswer> answer;
};

class CallGate {
 public:
  virtual ~CallGate() = default;
  // `done` gets the answer, or the error of a call that can never be made (invalid request, unknown
  // role). It is not called at all when the unit is suspended or stopped instead.
  using Done = std::function<void(Result<CallReply>)>;
  virtual void Call(CallWish wish, Done done) = 0;
};

}  // namespace hone
