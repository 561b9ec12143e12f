// What a model behind the OpenAI form takes, read from its name: "gpt-5.1-2025-11-13", "o4-mini",
// "openai/gpt-5-mini" (behind a gateway's prefix), "Qwen/Qwen3.5-4B". A name that says nothing is
// taken to accept everything, in the form of older models. Pure.
//
// Sources: OpenAI's model pages and the parameter notes of its reasoning guide as of 2026-11.
#pragma once

#include <string>
#include <string_view>

namespace hone {

struct OpenAiTraits {
  bool wants_completion_tokens = false;   // max_completion_tokens instead of max_tokens
  bool takes_sampling = true;             // temperature, top_p, penalties: 400 otherwise
  bool sampling_needs_no_effort = false;  // takes_sampling only while reasoning_effort is none
  bool takes_stop = true;
  // The efforts that it knows, weakest first, as a space-separated list; "": reasoning_effort is
  // not sent; "*": whatever was asked is sent.
  std::string_view efforts = "*";
};

OpenAiTraits OpenAiTraitsOf(std::string_view model);

// The effort to send for the one that was asked (none, minimal, low, medium, high, xhigh, max): the
// same where the model knows it, else the nearest one that it knows; "" to send none.
std::string OpenAiEffort(const OpenAiTraits& traits, const std::string& asked);

}  // namespace hone
