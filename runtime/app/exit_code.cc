#include "app/exit_code.h"

namespace hone {

ExitCode ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kRefused:
    case ErrorCode::kConflict:     // a second run on the database: the user has to choose
    case ErrorCode::kScriptLimit:  // an experiment or recipe that does not come to an end
      return ExitCode::kUsage;
    case ErrorCode::kOverBudget:
      return ExitCode::kBudget;
    case ErrorCode::kCredentials:
      return ExitCode::kCredentials;
    case ErrorCode::kCancelled:
      return ExitCode::kInterrupted;
    case ErrorCode::kTimeout:
    case ErrorCode::kRateLimited:
    case ErrorCode::kUnavailable:
    case ErrorCode::kBadResponse:
    case ErrorCode::kIo:  // a full disk: nothing is lost, the same command continues
      return ExitCode::kIncomplete;
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      return ExitCode::kInternal;
  }
  return ExitCode::kInternal;
}

}  // namespace hone
