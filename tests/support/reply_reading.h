// What the tests of replies need: one reply read whole, or as a stream cut in every way.
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/http_chat_model.h"

namespace hone::testing {

using NewReader = std::function<std::unique_ptr<ReplyReader>()>;

// Everything of a reply on one line, so that a table can hold it.
inline std::string Told(const ReplyReader::Reply& reply) {
  if (const auto* fault = std::get_if<ProviderFault>(&reply)) {
    return "fault " + std::to_string(fault->status) + ": " + fault->text;
  }
  const auto& answer = std::get<ChatAnswer>(reply);
  const TokenUsage& usage = answer.usage;
  std::string told = answer.finish_reason + " '" + answer.text + "'";
  if (!answer.tool_calls.is_null()) told += " calls " + answer.tool_calls.Dump();
  if (usage.is_estimate) return told + " no usage";
  return told + " " + std::to_string(usage.input) + " in (" + std::to_string(usage.cached_input) +
         " cached, " + std::to_string(usage.cache_write) + " written), " +
         std::to_string(usage.output) + " out (" + std::to_string(usage.reasoning) + " reasoning)";
}

inline std::string ToldStream(const NewReader& make, std::string_view bytes, std::size_t piece) {
  const auto reader = make();
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!reader->Feed(bytes.substr(at, piece))) break;
  }
  return Told(reader->Ended());
}

// The cut makes no difference; and what is cut off before `complete_at` bytes is never an answer.
inline void CheckStream(const NewReader& make, const std::string& bytes,
                        const std::string& expected, std::size_t complete_at) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size()}) {
    BOOST_TEST(ToldStream(make, bytes, piece) == expected);
  }
  for (std::size_t size = 0; size < complete_at; ++size) {
    const std::string cut = ToldStream(make, bytes.substr(0, size), bytes.size());
    BOOST_TEST(cut.starts_with("fault "), "cut at " << size << ": " << cut);
  }
}

}  // namespace hone::testing
