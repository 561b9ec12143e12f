#include "data/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "data/file_list.h"
#include "data/reader_options.h"
#include "data/text_file.h"

namespace hone {
namespace {

constexpr std::size_t kMaxBytes = 16U << 20U;
constexpr int kMaxDepth = 64;
constexpr int64_t kMaxValues = 200'000;

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

// All of `text` as an integer of that base.
bool ReadInteger(std::string_view text, int base, int64_t* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out, base);
  return error == std::errc() && end == text.data() + text.size();
}

Json PlainScalar(const std::string& text) {
  if (IsOneOf(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (IsOneOf(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
  if (IsOneOf(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) {
    return false;
  }
  std::string digits = ReplaceAll(text, "_", "");
  const bool is_negative = digits.starts_with("-");
  if (is_negative || digits.starts_with("+")) digits.erase(0, 1);
  const bool is_numeric =
      !digits.empty() && (std::isdigit(static_cast<unsigned char>(digits[0])) || digits[0] == '.');
  if (!is_numeric) return text;
  int64_t integer = 0;
  const bool is_integer = digits.starts_with("0x")   ? ReadInteger(digits.substr(2), 16, &integer)
                          : digits.starts_with("0o") ? ReadInteger(digits.substr(2), 8, &integer)
                                                     : ReadInteger(digits, 10, &integer);
  if (is_integer) return is_negative ? -integer : integer;
  double real = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (error != std::errc() || end != digits.data() + digits.size()) return text;
  return is_negative ? -real : real;
}

class YamlReading {
 public:
  explicit YamlReading(std::string name) : name_(std::move(name)) {}

  Result<Json> Read(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth) return Problem(node, "deeper than " + std::to_string(kMaxDepth));
    if (++values_ > kMaxValues) {
      return Problem(node, "more than " + std::to_string(kMaxValues) + " values");
    }
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return Json();
      case YAML::NodeType::Scalar:
        if (!IsValidUtf8(node.Scalar())) return Problem(node, "a text that is not UTF-8");
        return node.Tag() == "?" || node.Tag().empty() ? PlainScalar(node.Scalar())
                                                       : Json(node.Scalar());
      case YAML::NodeType::Sequence: {
        Json out = Json::MakeArray();
        for (const YAML::Node& item : node) {
          HONE_ASSIGN(Json value, Read(item, depth + 1));
          out.Append(std::move(value));
        }
        return out;
      }
      case YAML::NodeType::Map:
        return ReadMap(node, depth);
    }
    return Json();
  }

 private:
  Result<Json> ReadMap(const YAML::Node& node, int depth) {
    Json out = Json::MakeObject();
    Json merged = Json::MakeObject();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return Problem(entry.first, "a key that is no text");
      const std::string& key = entry.first.Scalar();
      HONE_ASSIGN(Json value, Read(entry.second, depth + 1));
      if (key == "<<" && entry.first.Tag() == "?") {
        HONE_TRY(Merge(entry.first, value, &merged));
        continue;
      }
      if (out.Has(key)) return Problem(entry.first, "the key '" + key + "' stands here twice");
      out.Set(key, std::move(value));
    }
    for (const auto& [key, value] : merged.members()) {
      if (!out.Has(key)) out.Set(key, value);
    }
    return out;
  }

  // What is merged first wins.
  Status Merge(const YAML::Node& place, const Json& value, Json* merged) {
    const Json::Array list = value.is_array() ? value.items() : Json::Array{value};
    for (const Json& one : list) {
      if (!one.is_object()) return Problem(place, "'<<' merges tables only");
      for (const auto& [key, member] : one.members()) {
        if (!merged->Has(key)) merged->Set(key, member);
      }
    }
    return {};
  }

  [[nodiscard]] Error Problem(const YAML::Node& node, const std::string& what) const {
    const YAML::Mark mark = node.Mark();
    return Invalid(name_ + ":" + std::to_string(mark.line + 1) + ":" +
                   std::to_string(mark.column + 1) + ": " + OneLine(what, 200));
  }

  std::string name_;
  int64_t values_ = 0;
};

class YamlReader final : public RowReader {
 public:
  explicit YamlReader(std::vector<ListedFile> files) : files_(std::move(files)) {}

  Result<std::optional<Json>> Next() override {
    if (next_ == files_.size()) return std::optional<Json>();
    const ListedFile& file = files_[next_++];
    auto row = ReadRow(file);
    if (!row.ok()) {
      next_ = files_.size();
      return row.error();
    }
    return std::optional<Json>(std::move(*row));
  }

 private:
  static Result<Json> ReadRow(const ListedFile& file) {
    HONE_ASSIGN(const TextFile text, ReadTextFile(file.path, kMaxBytes));
    HONE_ASSIGN(Json row, ParseYaml(text.text, file.name));
    if (!row.is_object()) {
      return Invalid(file.name + ": expected a table at the top, got " +
                     std::string(row.type_name()));
    }
    return row;
  }

  std::vector<ListedFile> files_;
  std::size_t next_ = 0;
};

}  // namespace

// yaml-cpp throws; nothing of it leaves this function.
Result<Json> ParseYaml(std::string_view text, const std::string& name) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return Json();
    if (documents.size() > 1) return Invalid(name + ": holds more than one document");
    return YamlReading(name).Read(documents[0], 0);
  } catch (const YAML::Exception& problem) {
    return Invalid(name + ":" + std::to_string(problem.mark.line + 1) + ":" +
                   std::to_string(problem.mark.column + 1) + ": " + OneLine(problem.msg, 200));
  }
}

Result<std::unique_ptr<RowReader>> OpenYamlReader(const Json& spec, const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "include"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a .yaml file or a folder of them");
  FileListOptions list;
  HONE_ASSIGN(list.include, options.Strings("include"));
  if (list.include.empty()) list.include = {"*.yaml", "*.yml"};
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles(paths, base_dir, list));
  return std::unique_ptr<RowReader>(std::make_unique<YamlReader>(std::move(files)));
}

}  // namespace hone
