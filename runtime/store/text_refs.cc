#include "store/text_refs.h"

#include "wire/frame.h"

namespace hone {
namespace {

constexpr std::string_view kTextKey = "$text";
constexpr std::string_view kLiteralKey = "$literal";

bool IsOnly(const Json& value, std::string_view key) {
  return value.is_object() && value.size() == 1 && value.members()[0].first == key;
}

// Members as they are, each resolved: what a {"$literal"} holds is no reference itself.
Result<Json> ResolveMembers(const Json& value,
                            const std::function<Result<Part>(const Hash&)>& find) {
  Json out = Json::MakeObject();
  for (const auto& [key, member] : value.members()) {
    HONE_ASSIGN(Json resolved, ResolveTextRefs(member, find));
    out.mutable_members().emplace_back(key, std::move(resolved));
  }
  return out;
}

}  // namespace

Result<Json> ExtractTexts(const Json& value, const std::function<Status(const Part&)>& keep) {
  switch (value.type()) {
    case Json::Type::kString: {
      if (value.AsString().size() < kPartMinBytes) return value;
      const Part part = Part::Of(value.AsString());
      HONE_TRY(keep(part));
      return Json::MakeObject({{std::string(kTextKey), Json(part.hash.Hex())}});
    }
    case Json::Type::kArray: {
      Json out = Json::MakeArray();
      for (const Json& item : value.items()) {
        HONE_ASSIGN(Json extracted, ExtractTexts(item, keep));
        out.Append(std::move(extracted));
      }
      return out;
    }
    case Json::Type::kObject: {
      Json out = Json::MakeObject();
      for (const auto& [key, member] : value.members()) {
        HONE_ASSIGN(Json extracted, ExtractTexts(member, keep));
        out.mutable_members().emplace_back(key, std::move(extracted));
      }
      if (!value.Has(kTextKey) && !value.Has(kLiteralKey)) return out;
      return Json::MakeObject({{std::string(kLiteralKey), std::move(out)}});
    }
    default:
      return value;
  }
}

Result<Json> ResolveTextRefs(const Json& value,
                             const std::function<Result<Part>(const Hash&)>& find) {
  if (value.is_array()) {
    Json out = Json::MakeArray();
    for (const Json& item : value.items()) {
      HONE_ASSIGN(Json resolved, ResolveTextRefs(item, find));
      out.Append(std::move(resolved));
    }
    return out;
  }
  if (!value.is_object()) return value;
  if (IsOnly(value, kTextKey)) {
    const auto hash = Hash::FromHex(value[kTextKey].AsString());
    if (!hash.ok()) return value;
    HONE_ASSIGN(const Part part, find(*hash));
    return Json(*part.text);
  }
  if (IsOnly(value, kLiteralKey)) return ResolveMembers(value[kLiteralKey], find);
  return ResolveMembers(value, find);
}

}  // namespace hone
