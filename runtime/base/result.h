// Result<T>: the one way an expected failure travels in Hone.
//
// A function that can fail returns Result<T> (or Status when it has no value). A failure carries a
// closed ErrorCode, a message in the reader's words and, where one is known, a cure. Context is put
// in front of the message on the way up (`With`). Our code does not throw; a bug is a HONE_CHECK.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hone {

enum class ErrorCode {
  kInvalidArgument,  // what the user wrote is wrong (exit 2)
  kNotFound,         // a named thing does not exist (exit 2)
  kTimeout,          // a limit in time was reached
  kRateLimited,      // a provider asked us to wait
  kRefused,          // not allowed: capability, key host, read-only database (exit 2)
  kOverBudget,       // the budget has no room (exit 4)
  kCancelled,        // somebody asked to stop (exit 130)
  kConflict,         // divergence, locked database, duplicate names
  kUnavailable,      // network, endpoint or process is not there
  kBadResponse,      // an answer arrived that cannot be used
  kCredentials,      // key missing or refused (exit 5)
  kIo,               // file system, disk full
  kCorrupt,          // stored data is not what it must be
  kScriptLimit,      // a script used up its memory, instructions or time
  kInternal,         // a bug that was caught (exit 1)
};

// The snake_case spelling used in Lua, JSON and the database ("invalid_argument").
std::string_view ErrorCodeName(ErrorCode code);
// The code of a spelling; kInternal when there is none.
ErrorCode ErrorCodeFromName(std::string_view name);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  // The same error with "context: " in front of its message.
  [[nodiscard]] Error With(std::string_view context) const;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Ok {};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Ok /*unused*/) {}                                          // NOLINT
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT

  [[nodiscard]] bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool failed_ = false;
};

using Status = Result<void>;

inline Error Fail(ErrorCode code, std::string message) { return Error{code, std::move(message)}; }
inline Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

// Prints file, line and text to stderr and aborts: for bugs only, never for input.
[[noreturn]] void CheckFailed(const char* file, int line, const char* text);

}  // namespace hone

#define HONE_CHECK(condition)                                              \
  do {                                                                     \
    if (!(condition)) ::hone::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

#define HONE_CONCAT_INNER(a, b) a##b
#define HONE_CONCAT(a, b) HONE_CONCAT_INNER(a, b)

// HONE_TRY(status_expression): returns its error from the enclosing function.
#define HONE_TRY(expression)                                   \
  do {                                                         \
    auto hone_try_status = (expression);                       \
    if (!hone_try_status.ok()) return hone_try_status.error(); \
  } while (false)

// HONE_ASSIGN(auto x, result_expression): binds the value or returns the error.
#define HONE_ASSIGN(declaration, expression) \
  HONE_ASSIGN_INNER(HONE_CONCAT(hone_result_, __LINE__), declaration, expression)
#define HONE_ASSIGN_INNER(result, declaration, expression) \
  auto result = (expression);                              \
  if (!result.ok()) return result.error();                 \
  declaration = std::move(result).value()
