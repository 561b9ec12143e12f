// LookUp: the offline reader with tools over documents. It looks for the numbers and the longest
// words of the question in every document it is told of, one call a turn, then answers from the
// lines that came back (short_answer.cc).
#pragma once

#include "adapters/offline/options.h"
#include "adapters/offline/slips.h"
#include "ports/chat_model.h"

namespace hone::offline {

// Whether a request offers the tool "grep" and asks for no format.
bool CanLookUp(const ChatRequest& request);
// The next call, or the answer. Pure; any thread.
void LookUp(const ChatRequest& request, const ReaderOptions& options, const Slips& slips,
            ChatAnswer* answer);

}  // namespace hone::offline
