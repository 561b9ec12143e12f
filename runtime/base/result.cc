#include "base/result.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace hone {
namespace {

struct CodeName {
  ErrorCode code;
  std::string_view name;
};

constexpr std::array kCodeNames{
    CodeName{ErrorCode::kInvalidArgument, "invalid_argument"},
    CodeName{ErrorCode::kNotFound, "not_found"},
    CodeName{ErrorCode::kTimeout, "timeout"},
    CodeName{ErrorCode::kRateLimited, "rate_limited"},
    CodeName{ErrorCode::kRefused, "refused"},
    CodeName{ErrorCode::kOverBudget, "over_budget"},
    CodeName{ErrorCode::kCancelled, "cancelled"},
    CodeName{ErrorCode::kConflict, "conflict"},
    CodeName{ErrorCode::kUnavailable, "unavailable"},
    CodeName{ErrorCode::kBadResponse, "bad_response"},
    CodeName{ErrorCode::kCredentials, "credentials"},
    CodeName{ErrorCode::kIo, "io"},
    CodeName{ErrorCode::kCorrupt, "corrupt"},
    CodeName{ErrorCode::kScriptLimit, "script_limit"},
    CodeName{ErrorCode::kInternal, "internal"},
};
static_assert(kCodeNames.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1,
              "every ErrorCode has a name");

}  // namespace

std::string_view ErrorCodeName(ErrorCode code) {
  for (const CodeName& entry : kCodeNames) {
    if (entry.code == code) return entry.name;
  }
  return "internal";
}

ErrorCode ErrorCodeFromName(std::string_view name) {
  for (const CodeName& entry : kCodeNames) {
    if (entry.name == name) return entry.code;
  }
  return ErrorCode::kInternal;
}

Error Error::With(std::string_view context) const {
  return Error{code, std::string(context) + ": " + message};
}

void CheckFailed(const char* file, int line, const char* text) {
  std::fprintf(stderr, "%s:%d: internal check failed: %s\n", file, line, text);
  std::abort();
}

}  // namespace hone
