// Json values over RapidJSON's SAX reader and writers. The canonical form is written by hand,
// because its bytes are part of the key of every paid call and must never follow a library's taste.
#include "base/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/text.h"

namespace hone {
namespace {

// Bytes that stand for themselves inside a JSON string.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < plain.size(); ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

const Json kNullJson;
const std::string kEmptyString;
const Json::Array kNoItems;
const Json::Members kNoMembers;

// A repeated key keeps its first place and its last value. Sorts, because an object from outside
// may have very many members.
void KeepLastOfEqualKeys(Json::Members* members) {
  if (members->size() < 2) return;
  std::vector<std::size_t> order(members->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) -> const std::string& { return (*members)[i].first; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<bool> is_repeat(members->size(), false);
  bool has_repeats = false;
  for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
    if (key(order[i]) != key(order[first])) first = i;
    if (i == first) continue;
    (*members)[order[first]].second = std::move((*members)[order[i]].second);
    is_repeat[order[i]] = true;
    has_repeats = true;
  }
  if (!has_repeats) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members->size(); ++i) {
    if (is_repeat[i]) continue;
    if (kept != i) (*members)[kept] = std::move((*members)[i]);
    ++kept;
  }
  members->resize(kept);
}

// Builds a value from SAX events; `stack_` holds the open containers, `keys_` their pending keys.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(int max_depth) : max_depth_(max_depth) {}

  bool Null() { return Put(Json()); }
  bool Bool(bool value) { return Put(Json(value)); }
  bool Int(int value) { return Put(Json(value)); }
  bool Uint(unsigned value) { return Put(Json(static_cast<int64_t>(value))); }
  bool Int64(int64_t value) { return Put(Json(value)); }
  bool Uint64(uint64_t value) {
    if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return Put(Json(static_cast<int64_t>(value)));
    }
    return Put(Json(static_cast<double>(value)));
  }
  bool Double(double value) { return Put(Json(value)); }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return Put(Json(std::string(text, length)));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    keys_.back().assign(text, length);
    return true;
  }
  bool StartObject() { return Open(Json::MakeObject()); }
  bool StartArray() { return Open(Json::MakeArray()); }
  bool EndObject(rapidjson::SizeType /*count*/) {
    KeepLastOfEqualKeys(&stack_.back().mutable_members());
    return Close();
  }
  bool EndArray(rapidjson::SizeType /*count*/) { return Close(); }

  bool too_deep() const { return too_deep_; }
  Json Take() { return std::move(root_); }

 private:
  bool Open(Json container) {
    if (static_cast<int>(stack_.size()) >= max_depth_) {
      too_deep_ = true;
      return false;
    }
    stack_.push_back(std::move(container));
    keys_.emplace_back();
    return true;
  }
  bool Close() {
    Json done = std::move(stack_.back());
    stack_.pop_back();
    keys_.pop_back();
    return Put(std::move(done));
  }
  bool Put(Json value) {
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (stack_.back().is_array()) {
      stack_.back().Append(std::move(value));
    } else {
      stack_.back().mutable_members().emplace_back(keys_.back(), std::move(value));
    }
    return true;
  }

  int max_depth_;
  bool too_deep_ = false;
  Json root_;
  std::vector<Json> stack_;
  std::vector<std::string> keys_;
};

std::string LineAndColumn(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

template <typename Writer>
void WriteTo(const Json& value, Writer* writer) {
  switch (value.type()) {
    case Json::Type::kNull:
      writer->Null();
      break;
    case Json::Type::kBool:
      writer->Bool(value.AsBool());
      break;
    case Json::Type::kInt:
      writer->Int64(value.AsInt());
      break;
    case Json::Type::kDouble:
      if (std::isfinite(value.AsDouble())) {
        writer->Double(value.AsDouble());
      } else {
        writer->Null();
      }
      break;
    case Json::Type::kString:
      writer->String(value.AsString().data(),
                     static_cast<rapidjson::SizeType>(value.AsString().size()));
      break;
    case Json::Type::kArray:
      writer->StartArray();
      for (const Json& item : value.items()) WriteTo(item, writer);
      writer->EndArray();
      break;
    case Json::Type::kObject:
      writer->StartObject();
      for (const auto& [key, member] : value.members()) {
        writer->Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        WriteTo(member, writer);
      }
      writer->EndObject();
      break;
  }
}

// A text known to be UTF-8 needs no check character by character; another takes the slow way, whose
// error names the place. (RapidJSON 1.1's vector instructions stay off: they let the characters
// 0x1A to 0x1F pass unescaped.)
rapidjson::ParseResult Read(std::string_view text, Builder* builder) {
  constexpr unsigned kFlags = rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  rapidjson::Reader reader;
  if (text.find('\0') == std::string_view::npos && !text.starts_with(kByteOrderMark) &&
      IsValidUtf8(text)) {
    const std::string terminated(text);
    rapidjson::StringStream stream(terminated.c_str());
    return reader.Parse<kFlags>(stream, *builder);
  }
  rapidjson::MemoryStream memory(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
  return reader.Parse<kFlags | rapidjson::kParseValidateEncodingFlag>(stream, *builder);
}

Status AppendCanonical(const Json& value, std::string* out);

Status AppendCanonicalNumber(double number, std::string* out) {
  if (!std::isfinite(number)) return Invalid("a number is NaN or infinite");
  std::array<char, 32> buffer{};
  std::to_chars_result end{};
  if (number == std::floor(number) && std::fabs(number) < 9007199254740992.0) {
    end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<int64_t>(number));
  } else {
    end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  }
  out->append(buffer.data(), end.ptr);
  return Ok{};
}

Status AppendCanonicalObject(const Json& value, std::string* out) {
  std::vector<const Json::Member*> sorted;
  sorted.reserve(value.size());
  for (const Json::Member& member : value.members()) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(),
            [](const Json::Member* a, const Json::Member* b) { return a->first < b->first; });
  out->push_back('{');
  bool first = true;
  for (const Json::Member* member : sorted) {
    if (!first) out->push_back(',');
    first = false;
    if (!IsValidUtf8(member->first)) return Invalid("a key is not valid UTF-8");
    AppendJsonString(member->first, out);
    out->push_back(':');
    HONE_TRY(AppendCanonical(member->second, out));
  }
  out->push_back('}');
  return Ok{};
}

Status AppendCanonical(const Json& value, std::string* out) {
  switch (value.type()) {
    case Json::Type::kNull:
      *out += "null";
      return Ok{};
    case Json::Type::kBool:
      *out += value.AsBool() ? "true" : "false";
      return Ok{};
    case Json::Type::kInt:
      *out += std::to_string(value.AsInt());
      return Ok{};
    case Json::Type::kDouble:
      return AppendCanonicalNumber(value.AsDouble(), out);
    case Json::Type::kString:
      if (!IsValidUtf8(value.AsString())) return Invalid("a string is not valid UTF-8");
      AppendJsonString(value.AsString(), out);
      return Ok{};
    case Json::Type::kArray: {
      out->push_back('[');
      bool first = true;
      for (const Json& item : value.items()) {
        if (!first) out->push_back(',');
        first = false;
        HONE_TRY(AppendCanonical(item, out));
      }
      out->push_back(']');
      return Ok{};
    }
    case Json::Type::kObject:
      return AppendCanonicalObject(value, out);
  }
  return Ok{};
}

}  // namespace

Json Json::MakeObject(std::initializer_list<Member> members) {
  Json object;
  object.value_ = Members(members);
  return object;
}

std::string_view Json::type_name() const {
  static constexpr std::array<std::string_view, 7> kNames{"null",   "boolean", "integer", "number",
                                                          "string", "array",   "object"};
  return kNames[value_.index()];
}

bool Json::AsBool(bool fallback) const {
  const bool* value = std::get_if<bool>(&value_);
  return value != nullptr ? *value : fallback;
}

int64_t Json::AsInt(int64_t fallback) const {
  if (const auto* value = std::get_if<int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_)) {
    if (*value == std::floor(*value) && std::fabs(*value) < 9.2e18) {
      return static_cast<int64_t>(*value);
    }
  }
  return fallback;
}

double Json::AsDouble(double fallback) const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&value_)) return static_cast<double>(*value);
  return fallback;
}

const std::string& Json::AsString() const {
  const auto* value = std::get_if<std::string>(&value_);
  return value != nullptr ? *value : kEmptyString;
}

const Json::Array& Json::items() const {
  const auto* value = std::get_if<Array>(&value_);
  return value != nullptr ? *value : kNoItems;
}

const Json::Members& Json::members() const {
  const auto* value = std::get_if<Members>(&value_);
  return value != nullptr ? *value : kNoMembers;
}

const Json* Json::Find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
  const Json* found = Find(key);
  return found != nullptr ? *found : kNullJson;
}

Json& Json::Set(std::string_view key, Json value) {
  if (is_null()) value_ = Members();
  HONE_CHECK(is_object());
  for (Member& member : std::get<Members>(value_)) {
    if (member.first == key) {
      member.second = std::move(value);
      return member.second;
    }
  }
  Members& all = std::get<Members>(value_);
  all.emplace_back(std::string(key), std::move(value));
  return all.back().second;
}

void Json::Erase(std::string_view key) {
  if (!is_object()) return;
  std::erase_if(std::get<Members>(value_),
                [&](const Member& member) { return member.first == key; });
}

void Json::Append(Json value) {
  if (is_null()) value_ = Array();
  HONE_CHECK(is_array());
  std::get<Array>(value_).push_back(std::move(value));
}

Json::Array& Json::mutable_items() {
  if (is_null()) value_ = Array();
  HONE_CHECK(is_array());
  return std::get<Array>(value_);
}

Json::Members& Json::mutable_members() {
  if (is_null()) value_ = Members();
  HONE_CHECK(is_object());
  return std::get<Members>(value_);
}

std::size_t Json::size() const { return is_array() ? items().size() : members().size(); }

Result<Json> Json::Parse(std::string_view text, int max_depth) {
  Builder builder(max_depth);
  const rapidjson::ParseResult result = Read(text, &builder);
  if (builder.too_deep()) {
    return Invalid("JSON is nested deeper than " + std::to_string(max_depth) + " levels");
  }
  if (result.IsError()) {
    return Invalid(std::string("not valid JSON: ") + rapidjson::GetParseError_En(result.Code()) +
                   " (" + LineAndColumn(text, result.Offset()) + ")");
  }
  return builder.Take();
}

std::string Json::Dump() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  WriteTo(*this, &writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string Json::DumpPretty() const {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  WriteTo(*this, &writer);
  return {buffer.GetString(), buffer.GetSize()};
}

Result<std::string> Json::Canonical() const {
  std::string out;
  HONE_TRY(AppendCanonical(*this, &out));
  return out;
}

void AppendJsonStringBody(std::string_view text, std::string* out) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kPlain[c]) continue;
    out->append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\b':
        *out += "\\b";
        break;
      case '\f':
        *out += "\\f";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        *out += "\\u00";
        out->push_back(kHex[c >> 4U]);
        out->push_back(kHex[c & 15U]);
    }
  }
  out->append(text, start, text.size() - start);
}

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  AppendJsonStringBody(text, out);
  out->push_back('"');
}

}  // namespace hone
