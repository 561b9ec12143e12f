#include "adapters/exec_output.h"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace hone {
namespace {

using Reply = ReplyReader::Reply;

int64_t Count(const Json& value) { return std::max<int64_t>(value.AsInt(), 0); }

// {"input": "its name", ...}: where each program counts what. `is_apart`: the cached parts are not
// inside the input.
struct UsageNames {
  const char *input, *cached_input, *cache_write, *output, *reasoning;
  bool is_apart;
};

TokenUsage ReadUsage(const Json& usage, const UsageNames& names) {
  TokenUsage result;
  if (usage[names.input].AsInt(-1) < 0 || usage[names.output].AsInt(-1) < 0) {
    result.is_estimate = true;
    return result;
  }
  result.input = Count(usage[names.input]);
  result.cached_input = Count(usage[names.cached_input]);
  result.cache_write = Count(usage[names.cache_write]);
  if (names.is_apart) {
    result.input += result.cached_input + result.cache_write;
  } else {
    result.cached_input = std::min(result.cached_input, result.input);
    result.cache_write = std::min(result.cache_write, result.input - result.cached_input);
  }
  result.output = Count(usage[names.output]);
  result.reasoning = std::min(Count(usage[names.reasoning]), result.output);
  return result;
}

ProviderFault Said(const std::string& words) {
  ProviderFault fault;
  fault.text = FaultText(words, "");
  fault.status = StatusInWords(words);
  return fault;
}

Reply ReadText(std::string_view output) {
  ChatAnswer answer;
  answer.text = std::string(Trim(output));
  if (answer.text.empty()) return Unusable("it printed nothing", "");
  answer.finish_reason = "stop";
  answer.usage.is_estimate = true;
  return answer;
}

Reply ReadJson(std::string_view output) {
  const Result<Json> parsed = Json::Parse(Trim(output));
  if (!parsed.ok() || !parsed->is_object()) {
    return Unusable("what it printed is not a JSON object", output);
  }
  const Json& error = (*parsed)["error"];
  if (!error.is_null()) {
    return Said(error.is_string() ? error.AsString() : error["message"].AsString());
  }
  if (!(*parsed)["text"].is_string()) return Unusable("what it printed has no \"text\"", output);
  ChatAnswer answer;
  answer.text = (*parsed)["text"].AsString();
  if ((*parsed)["tool_calls"].size() > 0) answer.tool_calls = (*parsed)["tool_calls"];
  answer.finish_reason = (*parsed)["finish_reason"].AsString();
  if (answer.finish_reason.empty()) {
    answer.finish_reason = answer.tool_calls.is_null() ? "stop" : "tool_calls";
  }
  answer.response_model = (*parsed)["model"].AsString();
  answer.provider_request_id = (*parsed)["id"].AsString();
  answer.usage = ReadUsage((*parsed)["usage"],
                           {"input", "cached_input", "cache_write", "output", "reasoning", false});
  return answer;
}

Reply ReadClaude(std::string_view output) {
  const Result<Json> parsed = Json::Parse(Trim(output));
  if (!parsed.ok()) return Unusable("what it printed is not JSON", output);
  Json result = *parsed;
  if (parsed->is_array()) {
    result = {};
    for (const Json& item : parsed->items()) {
      if (item["type"].AsString() == "result") result = item;
    }
  }
  const std::string& subtype = result["subtype"].AsString();
  if (result["is_error"].AsBool() || subtype.starts_with("error")) {
    const std::string& words = result["result"].AsString();
    return Said(words.empty() ? subtype : words);
  }
  if (!result["result"].is_string()) return Unusable("what it printed has no \"result\"", output);
  ChatAnswer answer;
  answer.text = result["result"].AsString();
  const std::string& reason = result["stop_reason"].AsString();
  answer.finish_reason = reason == "max_tokens" ? "length"
                         : reason == "refusal"  ? "content_filter"
                                                : "stop";
  if (result["modelUsage"].size() > 0) {
    answer.response_model = result["modelUsage"].members()[0].first;
  }
  answer.provider_request_id = result["session_id"].AsString();
  answer.usage =
      ReadUsage(result["usage"], {"input_tokens", "cache_read_input_tokens",
                                  "cache_creation_input_tokens", "output_tokens", "", true});
  return answer;
}

Reply ReadCodex(std::string_view output) {
  ChatAnswer answer;
  std::string failure;
  Json usage;
  bool has_answer = false;
  bool has_events = false;
  for (const std::string_view line : Split(output, '\n')) {
    const Result<Json> event = Json::Parse(line);
    if (!event.ok() || !event->is_object()) continue;
    has_events = true;
    const std::string& type = (*event)["type"].AsString();
    const Json& item = (*event)["item"];
    if (type == "thread.started") answer.provider_request_id = (*event)["thread_id"].AsString();
    if (type == "item.completed" && item["type"].AsString() == "agent_message") {
      answer.text = item["text"].AsString();
      has_answer = true;
    }
    if (type == "turn.completed") usage = (*event)["usage"];
    if (type == "turn.failed") failure = (*event)["error"]["message"].AsString();
    // A line of this type alone may be about a try that was made again.
    if (type == "error" && failure.empty()) failure = (*event)["message"].AsString();
  }
  if (!has_answer || usage.is_null()) {
    if (!failure.empty()) return Said(failure);
    return Unusable(has_events ? "it ended without an answer" : "what it printed are no events",
                    has_events ? "" : output);
  }
  answer.finish_reason = "stop";
  answer.usage = ReadUsage(usage, {"input_tokens", "cached_input_tokens", "", "output_tokens",
                                   "reasoning_output_tokens", false});
  return answer;
}

// A JSON object in a text that may have a fence around it; null when there is none.
Json ObjectIn(const std::string& text) {
  const std::size_t from = text.find('{');
  const std::size_t to = text.rfind('}');
  if (from == std::string::npos || to == std::string::npos || to < from) return {};
  const Result<Json> parsed = Json::Parse(std::string_view(text).substr(from, to - from + 1));
  return parsed.ok() ? *parsed : Json();
}

void TakeCalls(ChatAnswer* answer) {
  const Json object = ObjectIn(answer->text);
  const Json& calls = object["tool_calls"];
  if (!calls.is_array()) return;
  Json list;
  for (const Json& call : calls.items()) {
    if (!call["name"].is_string()) return;  // not what was asked for: kept as it is
    const Json& given = call["arguments"];
    const std::string arguments = given.is_string() ? given.AsString() : given.Dump();
    list.Append(Json::MakeObject(
        {{"id", "call_" + std::to_string(list.size())},
         {"type", "function"},
         {"function", Json::MakeObject({{"name", call["name"]},
                                        {"arguments", given.is_null() ? "{}" : arguments}})}}));
  }
  answer->text = object["content"].AsString();
  if (list.is_null()) return;
  answer->tool_calls = std::move(list);
  answer->finish_reason = "tool_calls";
}

}  // namespace

Result<ExecOutput> ExecOutputFromName(const std::string& name) {
  static const std::vector<std::string> kNames = {"text", "json", "claude", "codex"};
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return Invalid("'" + OneLine(name, 60) + "' is no form of output" + NameHint(name, kNames));
  }
  return static_cast<ExecOutput>(found - kNames.begin());
}

ReplyReader::Reply ReadExecOutput(ExecOutput form, std::string_view output, bool asked_for_calls) {
  Reply reply = form == ExecOutput::kText    ? ReadText(output)
                : form == ExecOutput::kJson  ? ReadJson(output)
                : form == ExecOutput::kCodex ? ReadCodex(output)
                                             : ReadClaude(output);
  auto* answer = std::get_if<ChatAnswer>(&reply);
  if (answer != nullptr && asked_for_calls && answer->tool_calls.is_null()) TakeCalls(answer);
  return reply;
}

int StatusInWords(std::string_view text) {
  const std::string words = ToLowerAscii(text);
  const auto says = [&words](std::initializer_list<const char*> any) {
    return std::any_of(any.begin(), any.end(),
                       [&words](const char* one) { return words.find(one) != std::string::npos; });
  };
  if (says({"rate limit", "rate_limit", "usage limit", "too many requests", "error: 429"})) {
    return 429;
  }
  if (says({"overloaded", "error: 529", "error: 503", "service unavailable"})) return 529;
  if (says({"not logged in", "please run /login", "invalid api key", "unauthorized", "error: 401",
            "authentication_error"})) {
    return 401;
  }
  return 0;
}

}  // namespace hone
