// The smallest value with a JSON schema's shape: what the offline reader says where it knows no
// job.
#include "adapters/offline/jobs.h"

namespace hone::offline {

Json FillSchema(const Json& schema) {
  if (schema["enum"].size() > 0) return schema["enum"].items()[0];
  if (schema.Has("const")) return schema["const"];
  const Json& declared = schema["type"];
  const std::string& type = declared.is_array() && declared.size() > 0
                                ? declared.items()[0].AsString()
                                : declared.AsString();
  if (type == "object" || (type.empty() && schema.Has("properties"))) {
    Json out = Json::MakeObject();
    for (const auto& [name, property] : schema["properties"].members()) {
      out.Set(name, FillSchema(property));
    }
    return out;
  }
  if (type == "array") {
    Json out = Json::MakeArray();
    for (int64_t i = 0; i < schema["minItems"].AsInt(); ++i)
      out.Append(FillSchema(schema["items"]));
    return out;
  }
  if (type == "string") return "";
  if (type == "integer" || type == "number") return schema["minimum"].AsInt();
  if (type == "boolean") return false;
  return nullptr;
}

}  // namespace hone::offline
