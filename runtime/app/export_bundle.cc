#include "app/export_bundle.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/result_output.h"
#include "base/text.h"
#include "data/file_list.h"
#include "engine/source_tree.h"
#include "report/report_data.h"
#include "store/write_bundle.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostDataBytes = std::size_t{2} << 30U;

std::vector<std::string> Strings(const Json& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.push_back(value.AsString());
  for (const Json& item : value.items()) out.push_back(item.AsString());
  return out;
}

// The data files of an experiment as it names them; they are read where they lie now.
Result<std::vector<BundledFile>> DataFiles(const Json& config, const std::string& experiment_file) {
  const Json& params = config["data"]["params"];
  const std::string base = fs::path(experiment_file).parent_path().string();
  FileListOptions options;
  options.include = Strings(params["include"]);
  std::vector<BundledFile> out;
  for (const std::string& path : Strings(params["path"])) {
    HONE_ASSIGN(const std::vector<ListedFile> files,
                ListFiles({path}, base.empty() ? "." : base, options));
    for (const ListedFile& file : files) {
      HONE_ASSIGN(std::string text, ReadSourceFile(file.path, kMostDataBytes));
      const std::string name = file.explicit_path ? path : path + "/" + file.name;
      out.push_back({name, Part::Of(std::move(text))});
    }
  }
  return out;
}

// Where a recorded file goes below the folder: never above it, whatever its name says.
std::string Inside(const std::string& name) {
  fs::path out;
  for (const fs::path& part : fs::path(name).lexically_normal()) {
    if (part.is_absolute() || part == ".." || part == "." || part.empty()) continue;
    out /= part;
  }
  return out.string();
}

Status WriteFile(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, path.string() + ": cannot be written");
  return Ok{};
}

Status WriteData(ReadDatabase* database, const fs::path& folder, const fs::path& experiment_folder,
                 std::vector<std::string>* moved) {
  HONE_ASSIGN(const auto rows, database->Query("SELECT substr(key, 6) AS path, value FROM meta "
                                               "WHERE key LIKE 'data:%' ORDER BY key"));
  for (const Json& row : rows) {
    const std::string name = row["path"].AsString();
    HONE_ASSIGN(const Hash hash, Hash::FromHex(row["value"].AsString()));
    HONE_ASSIGN(const Part text, database->TextOf(hash));
    const bool is_elsewhere = fs::path(name).is_absolute();
    if (is_elsewhere) moved->push_back(name);
    const std::string inside = Inside(
        (is_elsewhere ? fs::path("data") / name.substr(1) : experiment_folder / name).string());
    HONE_TRY(WriteFile(folder / inside, *text.text));
  }
  return Ok{};
}

}  // namespace

Status ExportBundle(const std::string& db, const std::string& experiment, bool with_data,
                    const std::string& target) {
  HONE_ASSIGN(const auto database, OpenResults(db));
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(*database, experiment));
  HONE_ASSIGN(const Hash hash, Hash::FromHex(found.hash));
  std::vector<BundledFile> data;
  if (with_data) {
    HONE_ASSIGN(const auto rows,
                database->Query("SELECT config_json FROM experiments WHERE experiment_id = :id",
                                Json::MakeObject({{"id", Json(found.experiment_id)}})));
    HONE_ASSIGN(const Json config, Json::Parse(rows.at(0)["config_json"].AsString()));
    HONE_ASSIGN(data, DataFiles(config, found.file));
  }
  return WriteBundle(db, hash, data, target);
}

Result<std::string> ExportSources(const std::string& db, const std::string& experiment,
                                  const std::string& folder) {
  HONE_ASSIGN(const auto database, OpenResults(db));
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(*database, experiment));
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return Invalid(folder + ": is not empty");
  }
  HONE_ASSIGN(const auto rows,
              database->Query("SELECT sources_json, data_json FROM experiments "
                              "WHERE experiment_id = :id",
                              Json::MakeObject({{"id", Json(found.experiment_id)}})));
  HONE_ASSIGN(const Json sources, Json::Parse(rows.at(0)["sources_json"].AsString()));
  HONE_ASSIGN(const Json data, Json::Parse(rows.at(0)["data_json"].AsString()));
  std::string experiment_file = Inside(found.file);
  if (fs::path(found.file).is_absolute() || found.file.find("..") != std::string::npos) {
    experiment_file = "experiments/" + fs::path(found.file).filename().string();
  }
  const fs::path experiment_folder = fs::path(experiment_file).parent_path();
  for (const auto& [name, value] : sources.members()) {
    HONE_ASSIGN(const Hash hash, Hash::FromHex(value.AsString()));
    HONE_ASSIGN(const Part text, database->TextOf(hash));
    const bool is_of_project = name.starts_with("lua/") || name.starts_with("recipes/");
    const std::string place = name == found.file ? experiment_file
                              : is_of_project    ? Inside(name)
                                                 : Inside((experiment_folder / name).string());
    HONE_TRY(WriteFile(fs::path(folder) / place, *text.text));
  }
  std::vector<std::string> moved;
  HONE_TRY(WriteData(database.get(), folder, experiment_folder, &moved));
  std::string command = "hone run " + experiment_file;
  for (const Json& one : data["overrides"].items()) command += " '" + one.AsString() + "'";
  for (const std::string& path : moved) {
    command += " # " + path + " is in data" + path;
  }
  return command;
}

}  // namespace hone
