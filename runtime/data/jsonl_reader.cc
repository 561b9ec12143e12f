#include "data/jsonl_reader.h"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "data/file_list.h"
#include "data/line_reader.h"
#include "data/reader_options.h"
#include "data/spool_file.h"

namespace hone {
namespace {

Result<Json> ParseRow(std::string_view line) {
  HONE_ASSIGN(Json row, Json::Parse(line));
  if (!row.is_object()) {
    return Invalid("expected a JSON object, got " + std::string(row.type_name()));
  }
  return row;
}

class JsonlReader final : public RowReader {
 public:
  JsonlReader(std::vector<ListedFile> files, bool places, int64_t max_rows)
      : lines_(std::move(files)), places_(places), left_(max_rows == 0 ? INT64_MAX : max_rows) {}

  Result<std::optional<Json>> Next() override {
    if (left_ == 0) return std::optional<Json>();
    auto row = NextRow();
    if (!row.ok() || !row->has_value()) left_ = 0;
    if (left_ > 0) --left_;
    return row;
  }

 private:
  Result<std::optional<Json>> NextRow() {
    while (true) {
      HONE_ASSIGN(const std::optional<std::string_view> line, lines_.Next());
      if (!line) return std::optional<Json>();
      auto row = ParseRow(*line);
      if (row.ok() && !places_) return std::optional<Json>(std::move(*row));
      if (row.ok()) {
        return std::optional<Json>(
            Json::MakeObject({{"where", Json(lines_.ShortWhere())}, {"row", std::move(*row)}}));
      }
      if (!places_) return row.error().With(lines_.Where());
      bad_rows_.Add(lines_.ShortWhere(), row.error().message);
    }
  }

  LineReader lines_;
  bool places_;
  int64_t left_;
};

// Two passes: all lines are put aside on disk by group, then read back group by group.
class GroupReader final : public RowReader {
 public:
  GroupReader(std::vector<ListedFile> files, std::string_view field, SpoolFile spool,
              int64_t max_rows)
      : lines_(std::move(files)),
        field_(field),
        spool_(std::move(spool)),
        left_(max_rows == 0 ? INT64_MAX : max_rows) {}

  Result<std::optional<Json>> Next() override {
    if (!is_spooled_) {
      is_spooled_ = true;
      if (const Status spooled = Spool(); !spooled.ok()) {
        groups_.clear();
        return spooled.error();
      }
    }
    if (next_ == groups_.size()) return std::optional<Json>();
    const Group group = std::exchange(groups_[next_++], {});
    Json rows = Json::MakeArray();
    for (const Line& line : group.lines) {
      HONE_ASSIGN(const std::string text, spool_.Read(line.place));
      HONE_ASSIGN(Json row, ParseRow(text));
      rows.Append(Json::MakeObject({{"where", Json(line.where)}, {"row", std::move(row)}}));
    }
    return std::optional<Json>(
        Json::MakeObject({{"group", Json(group.name)}, {"rows", std::move(rows)}}));
  }

 private:
  struct Line {
    std::string where;
    SpoolFile::Place place;
  };
  struct Group {
    std::string name;
    std::vector<Line> lines;
  };

  Status Spool() {
    const std::vector<std::string_view> path = Split(field_, '.');
    std::unordered_map<std::string, std::size_t> index;
    for (; left_ > 0; --left_) {
      HONE_ASSIGN(const std::optional<std::string_view> line, lines_.Next());
      if (!line) break;
      const auto row = ParseRow(*line);
      if (!row.ok()) {
        bad_rows_.Add(lines_.ShortWhere(), row.error().message);
        continue;
      }
      const Json* at = &*row;
      for (const std::string_view name : path) at = &(*at)[name];
      const std::string name = at->is_int() ? at->Dump() : at->AsString();
      if (name.empty()) {
        bad_rows_.Add(lines_.ShortWhere(), "no " + field_);
        continue;
      }
      const auto [found, is_new] = index.emplace(name, groups_.size());
      if (is_new) groups_.push_back(Group{name, {}});
      HONE_ASSIGN(const SpoolFile::Place place, spool_.Append(*line));
      groups_[found->second].lines.push_back({lines_.ShortWhere(), place});
    }
    return {};
  }

  LineReader lines_;
  std::string field_;
  SpoolFile spool_;
  int64_t left_;
  bool is_spooled_ = false;
  std::vector<Group> groups_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenJsonlReader(const Json& spec, const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "include", "places", "group_by", "max_rows"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a .jsonl file or a folder of them");
  HONE_ASSIGN(const int64_t max_rows, options.Integer("max_rows", 0, 0, INT64_MAX));
  FileListOptions list;
  list.max_file_bytes = UINT64_MAX;
  HONE_ASSIGN(list.include, options.Strings("include"));
  if (list.include.empty()) list.include = {"*.jsonl", "*.jsonl.gz"};
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles(paths, base_dir, list));
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound,
                "reader.path: " + OneLine(paths.front(), 200) + ": no .jsonl file there");
  }
  const std::string& field = spec["group_by"].AsString();
  if (field.empty()) {
    return std::unique_ptr<RowReader>(
        std::make_unique<JsonlReader>(std::move(files), spec["places"].AsBool(), max_rows));
  }
  HONE_ASSIGN(SpoolFile spool, SpoolFile::Make());
  return std::unique_ptr<RowReader>(
      std::make_unique<GroupReader>(std::move(files), field, std::move(spool), max_rows));
}

}  // namespace hone
