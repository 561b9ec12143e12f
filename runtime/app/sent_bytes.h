// SentBytes: the request body of a recorded call, as its provider is sent it.
#pragma once

#include <string>

#include "base/result.h"
#include "report/stored_call.h"

namespace hone {

// As the user's configuration has the endpoint now (`stream` and `structured` change the body, not
// the call); no key is needed. An endpoint that is no longer configured is taken to be a plain one
// of its provider.
Result<std::string> SentBytes(const StoredCall& call);

}  // namespace hone
