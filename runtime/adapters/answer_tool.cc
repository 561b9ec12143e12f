#include "adapters/answer_tool.h"

#include <cctype>
#include <utility>

namespace hone {

const char* const kAnswerToolDescription = "Call this once, with the whole answer as its argument.";

std::string AnswerTool::Text(const Json& argument) const {
  if (is_wrapped && argument.Has("value")) return argument["value"].Dump();
  return argument.Dump();
}

AnswerTool MakeAnswerTool(const Json& format) {
  AnswerTool tool;
  for (const char c : format["name"].AsString().substr(0, 64)) {
    const bool stays = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    tool.name += stays ? c : '_';
  }
  if (tool.name.empty()) tool.name = "answer";
  const Json& schema = format["schema"];
  if (!schema.is_object() || schema.size() == 0) {
    tool.schema = Json::MakeObject({{"type", "object"}});
    return tool;
  }
  if (schema["type"].AsString() == "object" || schema["properties"].is_object()) {
    tool.schema = schema;
    if (!tool.schema.Has("type")) tool.schema.Set("type", "object");
    return tool;
  }
  tool.is_wrapped = true;
  Json inner = schema;
  tool.schema = Json::MakeObject({{"type", "object"}});
  Json definitions;
  for (const char* name : {"$defs", "definitions"}) {
    if (!inner.Has(name)) continue;
    tool.schema.Set(name, inner[name]);
    inner.Erase(name);
  }
  tool.schema.Set("properties", Json::MakeObject({{"value", std::move(inner)}}));
  tool.schema.Set("required", Json::MakeArray({"value"}));
  return tool;
}

std::string SchemaInWords(const Json& format) {
  const Json& schema = format["schema"];
  if (!schema.is_object() || schema.size() == 0) {
    return "Answer with one JSON object and nothing else: no text around it, no code fence.";
  }
  return "Answer with one JSON value and nothing else: no text around it, no code fence. It must "
         "fit this JSON schema:\n" +
         schema.Dump();
}

}  // namespace hone
