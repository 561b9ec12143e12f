#include "wire/parts.h"

namespace hone {
namespace {

constexpr std::string_view kPartKey = "$part";
constexpr std::string_view kLiteralKey = "$literal";

bool IsReference(const Json& value) {
  return value.size() == 1 && value.is_object() && value.members()[0].first == kPartKey;
}

bool IsLiteral(const Json& value) {
  return value.size() == 1 && value.is_object() && value.members()[0].first == kLiteralKey;
}

}  // namespace

Json PartSender::Replace(const Json& value, std::vector<Frame>* frames) {
  switch (value.type()) {
    case Json::Type::kString: {
      if (value.AsString().size() < kPartMinBytes) return value;
      const Hash hash = HashOf(value.AsString());
      if (sent_.insert(hash).second) frames->push_back(Frame{FrameType::kPart, value.AsString()});
      return Json::MakeObject({{std::string(kPartKey), Json(hash.Hex())}});
    }
    case Json::Type::kArray: {
      Json out = Json::MakeArray();
      for (const Json& item : value.items()) out.Append(Replace(item, frames));
      return out;
    }
    case Json::Type::kObject: {
      Json out = Json::MakeObject();
      for (const auto& [key, member] : value.members()) {
        out.mutable_members().emplace_back(key, Replace(member, frames));
      }
      if (!value.Has(kPartKey) && !value.Has(kLiteralKey)) return out;
      return Json::MakeObject({{std::string(kLiteralKey), std::move(out)}});
    }
    default:
      return value;
  }
}

void PartSender::Encode(FrameType type, const Json& body, std::vector<Frame>* frames) {
  Json replaced = Replace(body, frames);
  frames->push_back(Frame{type, replaced.Dump()});
}

void PartReceiver::Store(const Frame& part_frame) { Remember(Part::Of(part_frame.payload)); }

void PartReceiver::Remember(const Part& part) {
  if (parts_.emplace(part.hash, part).second) size_bytes_ += part.text->size();
}

Result<Json> PartReceiver::DecodeShallow(const Frame& frame) { return Json::Parse(frame.payload); }

Result<Json> PartReceiver::Decode(const Frame& frame) const {
  HONE_ASSIGN(const Json shallow, DecodeShallow(frame));
  return Resolve(shallow);
}

Result<Json> PartReceiver::Resolve(const Json& value) const {
  if (value.is_array()) {
    Json out = Json::MakeArray();
    for (const Json& item : value.items()) {
      HONE_ASSIGN(Json resolved, Resolve(item));
      out.Append(std::move(resolved));
    }
    return out;
  }
  if (!value.is_object()) return value;
  if (IsReference(value)) {
    HONE_ASSIGN(const Part part, TextOf(value));
    return Json(*part.text);
  }
  const Json& object = IsLiteral(value) ? value.members()[0].second : value;
  Json out = Json::MakeObject();
  for (const auto& [key, member] : object.members()) {
    HONE_ASSIGN(Json resolved, Resolve(member));
    out.mutable_members().emplace_back(key, std::move(resolved));
  }
  return out;
}

Result<Part> PartReceiver::TextOf(const Json& value) const {
  if (value.is_string()) return Part::Of(value.AsString());
  if (!IsReference(value)) {
    return Fail(ErrorCode::kInvalidArgument,
                "expected a text, got " + std::string(value.type_name()));
  }
  HONE_ASSIGN(const Hash hash, Hash::FromHex(value.members()[0].second.AsString()));
  const auto found = parts_.find(hash);
  if (found == parts_.end()) return Fail(ErrorCode::kCorrupt, "a text part was never sent");
  return found->second;
}

}  // namespace hone
