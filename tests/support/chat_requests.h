// Requests that many tests of chat models need.
#pragma once

#include <string>
#include <utility>

#include "ports/chat_model.h"

namespace hone::testing {

inline ChatRequest Ask(std::string text, std::string system = "") {
  ChatRequest request;
  if (!system.empty()) request.messages.push_back({"system", {Part::Of(std::move(system))}, {}});
  request.messages.push_back({"user", {Part::Of(std::move(text))}, {}});
  return request;
}

}  // namespace hone::testing
