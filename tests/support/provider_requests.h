// One request for each feature that a provider's form must express: the rows of the golden test of
// request bodies.
#pragma once

#include <string>
#include <vector>

#include "ports/chat_model.h"

namespace hone::testing {

struct NamedRequest {
  std::string name;
  ChatRequest request;
};

inline ChatMessage Say(const char* role, std::vector<std::string> parts, Json extra = {}) {
  ChatMessage message{role, {}, std::move(extra)};
  for (std::string& part : parts) message.content.push_back(Part::Of(std::move(part)));
  return message;
}

inline Json ParsedOrDie(const std::string& text) {
  const Result<Json> parsed = Json::Parse(text);
  HONE_CHECK(parsed.ok());
  return *parsed;
}

inline Json WeatherTools() {
  return ParsedOrDie(R"([{"type":"function","function":{"name":"weather",
    "description":"The weather of a city.","parameters":{"type":"object",
    "properties":{"city":{"type":"string"},"days":{"type":["integer","null"],"minimum":1}},
    "required":["city"],"additionalProperties":false}}},
    {"type":"function","function":{"name":"now"}}])");
}

// Two calls of one turn; what a provider put beside them is sent back by it alone.
inline Json WeatherCalls() {
  return ParsedOrDie(R"({"tool_calls":[
    {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"},
     "extra_content":{"google":{"thought_signature":"c2ln"},
       "anthropic":{"thinking":[{"type":"thinking","thinking":"hm","signature":"s1"}]},
       "bedrock":{"thinking":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s2"}}}]}}},
    {"id":"call_2","type":"function","function":{"name":"now","arguments":"not an object"}}]})");
}

inline std::vector<ChatMessage> ToolHistory() {
  return {Say("user", {"Weather?"}), Say("assistant", {"Let me look."}, WeatherCalls()),
          Say("tool", {"4 degrees"}, Json::MakeObject({{"tool_call_id", "call_1"}})),
          Say("tool", {""}, Json::MakeObject({{"tool_call_id", "call_2"}})), Say("user", {"So?"})};
}

inline Json VerdictFormat() {
  return ParsedOrDie(R"({"name":"the verdict!","schema":{"type":"object","properties":{
    "reason":{"type":"string","minLength":1},"grade":{"enum":["yes","no",null]},
    "score":{"type":"number","minimum":0,"exclusiveMaximum":1},
    "notes":{"type":"array","items":{"$ref":"#/$defs/note"}}},
    "required":["reason","grade"],"additionalProperties":false,
    "$defs":{"note":{"type":"object","properties":{"text":{"const":"a"}},"required":["text"]}}}})");
}

inline ChatRequest Of(std::vector<ChatMessage> messages, const char* sampling = "null") {
  ChatRequest request;
  request.messages = std::move(messages);
  request.sampling = ParsedOrDie(sampling);
  return request;
}

inline ChatRequest WithFormat(ChatRequest request, Json format) {
  request.format = std::move(format);
  return request;
}

inline ChatRequest WithTools(ChatRequest request) {
  request.tools = WeatherTools();
  return request;
}

inline std::vector<NamedRequest> ProviderRequests() {
  const ChatMessage ask = Say("user", {"Why \"so\"?\n"});
  std::vector<NamedRequest> rows;
  rows.push_back({"bare", Of({ask})});
  ChatRequest sampled = Of({Say("system", {"Be ", "brief."}), ask},
                           R"({"temperature":0.5,"top_p":0.9,"max_tokens":100,"stop":["END"," "],
                               "presence_penalty":1,"top_k":40,"n":1})");
  sampled.seed = 7;
  rows.push_back({"sampling", sampled});
  rows.push_back({"one_stop_and_pinned_seed", Of({ask}, R"({"stop":"END","seed":11})")});
  rows.push_back({"systems_and_neighbours",
                  Of({Say("system", {"One."}), Say("user", {"a"}), Say("user", {"b"}),
                      Say("system", {"Two."}), Say("assistant", {"c"}), Say("user", {"d"})})});
  rows.push_back({"blank_and_odd_turns", Of({Say("assistant", {"I begin."}), Say("user", {" \n"}),
                                             Say("assistant", {"I go on ", " \n"})})});
  rows.push_back({"nothing_but_a_system", Of({Say("system", {"Write a poem."})})});
  rows.push_back({"tools", WithTools(Of(ToolHistory(), R"({"tool_choice":"required",
                                                           "parallel_tool_calls":false})"))});
  rows.push_back({"named_tool", WithTools(Of({ask}, R"({"tool_choice":
                                {"type":"function","function":{"name":"weather"}}})"))});
  rows.push_back({"tools_no_longer_offered", Of(ToolHistory())});
  rows.push_back({"format", WithFormat(Of({ask}), VerdictFormat())});
  rows.push_back({"format_of_a_list",
                  WithFormat(Of({ask}), ParsedOrDie(R"({"name":"tasks","schema":{"type":"array",
                    "items":{"$ref":"#/$defs/t"},"$defs":{"t":{"type":"string"}}}})"))});
  rows.push_back({"format_of_anything",
                  WithFormat(Of({ask}), ParsedOrDie(R"({"name":"any","schema":null})"))});
  rows.push_back({"format_with_free_members",
                  WithFormat(Of({ask}), ParsedOrDie(R"({"name":"map","schema":{"type":"object",
                    "properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}}})"))});
  rows.push_back({"format_beside_tools", WithTools(WithFormat(Of({ask}), VerdictFormat()))});
  rows.push_back({"reasoning", Of({ask}, R"({"reasoning_effort":"high","temperature":0,
                                             "top_p":0.5,"max_tokens":8000})")});
  rows.push_back({"reasoning_without_room", Of({ask}, R"({"reasoning_effort":"low",
                                                          "max_tokens":1000})")});
  rows.push_back({"reasoning_none", Of({ask}, R"({"reasoning_effort":"none"})")});
  rows.push_back({"reasoning_and_format",
                  WithFormat(Of({ask}, R"({"reasoning_effort":"medium"})"), VerdictFormat())});
  rows.push_back({"reasoning_and_tools", WithTools(Of(ToolHistory(), R"({"reasoning_effort":"low",
                                                  "tool_choice":"required"})"))});
  ChatRequest images = Of({Say("user", {"Left: ", "and right: ", "same?"})});
  images.messages[0].images = {{6, "image/png", Part::Of("UE5H")},
                               {8, "image/jpeg", Part::Of("SlBH")},
                               {22, "image/webp", Part::Of("V0VC")}};
  rows.push_back({"images", images});
  const std::string large(5000, 'C');
  rows.push_back(
      {"large_stable_texts",
       Of({Say("system", {std::string(5000, 'S')}),
           Say("user", {"<context>", large, "</context>", "Task one."}),
           Say("assistant", {"Done."}), Say("user", {std::string(5000, 'D'), "Task two."})})});
  return rows;
}

}  // namespace hone::testing
