#include "script/outbox.h"

namespace hone {

Json Outbox::Reference(std::string_view text, const Hash& hash) {
  if (known_.insert(hash).second) sink_(Frame{FrameType::kPart, std::string(text)});
  return Json::MakeObject({{"$part", Json(hash.Hex())}});
}

Json Outbox::Wire(const Json& value) {
  switch (value.type()) {
    case Json::Type::kString:
      return value.AsString().size() < kPartMinBytes ? value : Reference(value.AsString());
    case Json::Type::kArray: {
      Json out = Json::MakeArray();
      for (const Json& item : value.items()) out.Append(Wire(item));
      return out;
    }
    case Json::Type::kObject: {
      Json out = Json::MakeObject();
      for (const auto& [key, member] : value.members()) {
        out.mutable_members().emplace_back(key, Wire(member));
      }
      if (!value.Has("$part") && !value.Has("$literal")) return out;
      return Json::MakeObject({{"$literal", std::move(out)}});
    }
    default:
      return value;
  }
}

}  // namespace hone
