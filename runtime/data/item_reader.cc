#include "data/item_reader.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "data/csv_reader.h"
#include "data/file_list.h"
#include "data/item_files.h"
#include "data/reader_options.h"
#include "data/text_file.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = 1U << 30U;

// The names a split goes by, the one of its folder first.
struct SplitNames {
  const char* split;
  std::vector<std::string> names;
};

const std::vector<SplitNames>& AllSplits() {
  static const std::vector<SplitNames> splits = {
      {"train", {"train"}},
      {"select", {"val", "valid_seen", "selection"}},
      {"report", {"test", "valid_unseen"}},
  };
  return splits;
}

struct ItemFile {
  std::string path;
  std::string name;   // for places
  std::string split;  // "" when the data is not split
  bool is_manifest = false;
};

struct Placed {
  std::string where;
  Json row;
};

std::string Numbered(const std::string& name, std::size_t n) {
  return name + ":" + std::to_string(n);
}

bool IsCsv(const std::string& name) { return name.ends_with(".csv") || name.ends_with(".csv.gz"); }

// 0, 1, 2 by preference; 3 for a file of another kind.
int FormRank(const std::string& name) {
  int rank = 0;
  for (const char* form : {".json", ".jsonl", ".csv"}) {
    if (name.ends_with(form) || name.ends_with(std::string(form) + ".gz")) return rank;
    ++rank;
  }
  return rank;
}

bool AllObjects(const Json& object) {
  return object.size() > 0 &&
         std::all_of(object.members().begin(), object.members().end(),
                     [](const auto& member) { return member.second.is_object(); });
}

std::vector<Placed> PlacedItems(const Json& whole, const std::string& name) {
  std::vector<Placed> out;
  const auto add = [&](Json row) {
    out.push_back({Numbered(name, out.size() + 1), std::move(row)});
  };
  if (whole.is_array() || whole["data"].is_array()) {
    for (const Json& row : (whole.is_array() ? whole : whole["data"]).items()) add(row);
  } else if (AllObjects(whole)) {
    for (const auto& [key, value] : whole.members()) {
      Json row = value;
      if (!row.Has("id")) row.Set("id", Json(key));
      add(std::move(row));
    }
  } else {
    add(whole);
  }
  return out;
}

Result<std::vector<Placed>> ParseLines(const std::string& text, const std::string& name) {
  std::vector<Placed> out;
  std::size_t line = 0;
  for (const std::string_view raw : Split(text, '\n')) {
    ++line;
    if (Trim(raw).empty()) continue;
    Result<Json> row = Json::Parse(raw);
    if (!row.ok()) return row.error().With(Numbered(name, line));
    out.push_back({Numbered(name, line), std::move(row).value()});
  }
  return out;
}

Result<std::vector<Placed>> ParseItems(const std::string& text, const std::string& name) {
  if (IsCsv(name)) {
    HONE_ASSIGN(const std::vector<CsvRecord> records, ParseCsv(text, ',', name));
    std::vector<Placed> out;
    for (std::size_t i = 1; i < records.size(); ++i) {
      if (records[i].fields.size() != records[0].fields.size()) {
        return Invalid(
            Numbered(name, records[i].line) + ": " + std::to_string(records[i].fields.size()) +
            " fields, but the first line names " + std::to_string(records[0].fields.size()));
      }
      Json row = Json::MakeObject();
      for (std::size_t k = 0; k < records[0].fields.size(); ++k) {
        row.Set(records[0].fields[k], Json(records[i].fields[k]));
      }
      out.push_back({Numbered(name, records[i].line), std::move(row)});
    }
    return out;
  }
  const bool is_lines = name.ends_with(".jsonl") || name.ends_with(".jsonl.gz");
  if (!is_lines) {
    const Result<Json> whole = Json::Parse(text);
    if (whole.ok()) return PlacedItems(*whole, name);
    // Several values after each other are lines; one that is broken is not.
    const std::size_t first_end = text.find('\n');
    if (first_end == std::string::npos || !Json::Parse(text.substr(0, first_end)).ok()) {
      return whole.error().With(name);
    }
  }
  return ParseLines(text, name);
}

class ItemReader final : public RowReader {
 public:
  ItemReader(std::vector<ItemFile> files, std::vector<std::string> fields, ItemFiles attached)
      : files_(std::move(files)), fields_(std::move(fields)), attached_(std::move(attached)) {}

  Result<std::optional<Json>> Next() override {
    while (true) {
      while (next_ == items_.size()) {
        if (next_file_ == files_.size()) return std::optional<Json>();
        if (const Status opened = OpenFile(); !opened.ok()) {
          next_file_ = files_.size();
          next_ = items_.size();
          return opened.error();
        }
      }
      Placed item = std::move(items_[next_++]);
      const ItemFile& file = files_[next_file_ - 1];
      const std::string why = file.is_manifest ? "" : Objection(&item.row);
      if (!why.empty()) {
        bad_rows_.Add(item.where, why);
        continue;
      }
      Json row = Json::MakeObject({{"where", Json(item.where)}, {"row", std::move(item.row)}});
      if (!file.split.empty()) row.Set("split", Json(file.split));
      if (file.is_manifest) row.Set("manifest", Json(true));
      return std::optional<Json>(std::move(row));
    }
  }

 private:
  Status OpenFile() {
    const ItemFile& file = files_[next_file_++];
    HONE_ASSIGN(const TextFile text, ReadTextFile(file.path, kMaxBytes));
    HONE_ASSIGN(items_, ParseItems(text.text, file.name));
    next_ = 0;
    return {};
  }

  // What is wrong with a row; "" for nothing, and then its files are attached.
  std::string Objection(Json* row) {
    if (!row->is_object()) return "expected a JSON object, got " + std::string(row->type_name());
    for (const std::string& field : fields_) {
      if (!row->Has(field)) return "no " + field;
    }
    const Status attached = attached_.Attach(row, &assets_);
    return attached.ok() ? "" : attached.error().message;
  }

  std::vector<ItemFile> files_;
  std::vector<std::string> fields_;
  ItemFiles attached_;
  std::size_t next_file_ = 0;
  std::vector<Placed> items_;
  std::size_t next_ = 0;
};

// The file that a folder is read by.
Result<ListedFile> FileOfFolder(const std::string& folder, const std::string& base_dir) {
  FileListOptions list;
  list.max_depth = 1;
  list.max_file_bytes = UINT64_MAX;
  list.include = {"*.json", "*.json.gz", "*.jsonl", "*.jsonl.gz", "*.csv", "*.csv.gz"};
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles({folder}, base_dir, list));
  std::erase_if(files, [](const ListedFile& file) {
    return !file.explicit_path && file.name.find('/') != std::string::npos;
  });
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound,
                "reader.path: " + OneLine(folder, 200) + ": no .json, .jsonl or .csv file there");
  }
  std::stable_sort(files.begin(), files.end(), [](const ListedFile& a, const ListedFile& b) {
    return FormRank(a.name) < FormRank(b.name);
  });
  for (std::size_t i = 1; i < files.size(); ++i) {
    Log(LogLevel::kWarn, OneLine(files[i].path, 300) + " is left out: the folder is read by " +
                             OneLine(files[0].name, 100));
  }
  return files[0];
}

// The folder or file of a split below `root`, by any of its names; "" when there is none.
std::string PlaceOf(const SplitNames& split, const fs::path& root) {
  std::error_code ignored;
  for (const std::string& name : split.names) {
    if (fs::is_directory(root / name, ignored)) return (root / name).string();
    for (const char* form : {".json", ".jsonl", ".csv"}) {
      if (fs::is_regular_file(root / (name + form), ignored))
        return (root / (name + form)).string();
    }
  }
  return "";
}

Result<std::vector<ItemFile>> SplitFiles(const std::string& folder, const std::string& base_dir) {
  const fs::path root = fs::path(base_dir) / folder;
  std::vector<ItemFile> out;
  for (const SplitNames& split : AllSplits()) {
    const std::string place = PlaceOf(split, root);
    if (place.empty()) {
      return Fail(ErrorCode::kNotFound, "reader.path: " + OneLine(folder, 200) + ": no " +
                                            split.names[0] +
                                            "/ there (a folder with train/, val/ "
                                            "and test/ is expected)");
    }
    HONE_ASSIGN(const ListedFile file, FileOfFolder(place, "."));
    out.push_back({file.path, fs::relative(file.path, root).generic_string(), split.split});
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<RowReader>> OpenItemReader(const Json& spec, const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "splits", "fields", "files", "manifest"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.size() != 1) return Invalid("reader.path: name one file or one folder");
  HONE_ASSIGN(std::vector<std::string> fields, options.Strings("fields"));
  std::vector<ItemFile> files;
  if (const std::string& manifest = spec["manifest"].AsString(); !manifest.empty()) {
    HONE_ASSIGN(files, SplitFiles(manifest, base_dir));
    for (ItemFile& file : files) file.is_manifest = true;
  }
  if (spec["splits"].AsBool()) {
    HONE_ASSIGN(const std::vector<ItemFile> splits, SplitFiles(paths[0], base_dir));
    files.insert(files.end(), splits.begin(), splits.end());
  } else {
    HONE_ASSIGN(const ListedFile file, FileOfFolder(paths[0], base_dir));
    files.push_back({file.path, file.name, ""});
  }
  const fs::path data = fs::path(base_dir) / paths[0];
  std::error_code ignored;
  const std::string folder = (fs::is_directory(data, ignored) ? data : data.parent_path()).string();
  HONE_ASSIGN(ItemFiles attached, ItemFiles::Read(spec["files"], base_dir, folder));
  return std::unique_ptr<RowReader>(
      std::make_unique<ItemReader>(std::move(files), std::move(fields), std::move(attached)));
}

}  // namespace hone
