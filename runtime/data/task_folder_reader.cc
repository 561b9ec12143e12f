#include "data/task_folder_reader.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "data/reader_options.h"
#include "data/text_file.h"
#include "data/toml_values.h"
#include "data/yaml_reader.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = 4U << 20U;
constexpr const char* kNative = "task.md";
constexpr const char* kClassic = "task.toml";
constexpr const char* kInstruction = "instruction.md";

bool IsFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}
bool IsFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}
bool IsTask(const fs::path& folder) {
  return IsFile(folder / kNative) || IsFile(folder / kClassic) || IsFile(folder / kInstruction);
}

// Why a row is bad, and where.
struct Fault {
  std::string where, why;
};

// "tasks/a/task.toml:3:1: why" as its two parts; `file` where the message does not begin with it.
Fault FaultOf(const Error& error, const std::string& file) {
  const std::size_t end = error.message.find(": ");
  if (!error.message.starts_with(file) || end == std::string::npos) return {file, error.message};
  return {error.message.substr(0, end), error.message.substr(end + 2)};
}

// The front matter of task.md and its instruction.
struct NativeText {
  std::string front, body;
};
std::optional<NativeText> SplitNative(const std::string& text) {
  constexpr std::string_view kFence = "---\n";
  if (!text.starts_with(kFence)) return std::nullopt;
  const std::size_t end = text.find("\n---", kFence.size() - 1);
  if (end == std::string::npos) return std::nullopt;
  const std::size_t line_end = text.find('\n', end + 1);
  // A first line of its own, so that the lines of the YAML are those of the file.
  std::string front = "\n" + text.substr(kFence.size(), end + 1 - kFence.size());
  return NativeText{std::move(front),
                    line_end == std::string::npos ? "" : text.substr(line_end + 1)};
}

class TaskFolderReader final : public RowReader {
 public:
  explicit TaskFolderReader(std::vector<std::pair<std::string, fs::path>> tasks)
      : tasks_(std::move(tasks)) {}

  Result<std::optional<Json>> Next() override {
    while (next_ < tasks_.size()) {
      const auto& [name, folder] = tasks_[next_++];
      std::optional<Fault> fault;
      std::optional<Json> row = ReadTask(name, folder, &fault);
      if (row) return row;
      bad_rows_.Add(fault->where, fault->why);
    }
    return std::optional<Json>();
  }

 private:
  std::optional<Json> ReadTask(const std::string& name, const fs::path& folder,
                               std::optional<Fault>* fault) {
    const bool is_native = IsFile(folder / kNative);
    const Result<Json> head = is_native ? ReadNative(name, folder) : ReadClassic(name, folder);
    if (!head.ok()) {
      *fault = FaultOf(head.error(), name + "/" + (is_native ? kNative : kClassic));
      return std::nullopt;
    }
    Json row = Json::MakeObject({{"id", Json(folder.filename().string())},
                                 {"format", Json(is_native ? kNative : kClassic)}});
    for (const auto& [field, value] : head->members()) row.Set(field, value);
    const Status added = AddParts(folder, is_native, &row);
    if (added.ok()) return row;
    *fault = {name, added.error().message};
    return std::nullopt;
  }

  static Result<Json> ReadNative(const std::string& name, const fs::path& folder) {
    const std::string file = name + "/" + kNative;
    HONE_ASSIGN(const TextFile text, ReadTextFile((folder / kNative).string(), kMaxBytes));
    const std::optional<NativeText> parts = SplitNative(text.text);
    if (!parts) return Invalid(file + ":1: has no front matter between two lines of ---");
    HONE_ASSIGN(Json config, ParseYaml(parts->front, file));
    if (!config.is_object()) return Invalid(file + ":1: its front matter is no table");
    return Head(file, std::move(config), parts->body);
  }

  static Result<Json> ReadClassic(const std::string& name, const fs::path& folder) {
    const std::string file = name + "/" + kClassic;
    if (!IsFile(folder / kClassic)) return Invalid(file + ": is not there");
    HONE_ASSIGN(const TextFile text, ReadTextFile((folder / kClassic).string(), kMaxBytes));
    HONE_ASSIGN(Json config, ParseToml(text.text, file));
    if (!IsFile(folder / kInstruction)) return Invalid(file + ": has no instruction.md beside it");
    HONE_ASSIGN(const TextFile body, ReadTextFile((folder / kInstruction).string(), kMaxBytes));
    return Head(name + "/" + kInstruction, std::move(config), body.text);
  }

  static Result<Json> Head(const std::string& file, Json config, const std::string& body) {
    const std::string instruction(Trim(body));
    if (instruction.empty()) return Invalid(file + ": the instruction is empty");
    return Json::MakeObject({{"config", std::move(config)}, {"instruction", Json(instruction)}});
  }

  Status AddParts(const fs::path& folder, bool is_native, Json* row) {
    const char* tests = is_native ? "verifier" : "tests";
    const char* solution = is_native ? "oracle" : "solution";
    HONE_TRY(AddAsset(folder / "environment", "environment", AssetKind::kFolder, row));
    HONE_TRY(AddAsset(folder / tests, "tests", AssetKind::kTests, row));
    if (IsFolder(folder / solution)) {
      HONE_TRY(AddAsset(folder / solution, "solution", AssetKind::kFolder, row));
    }
    if (IsFolder(folder / "environment" / "skills")) {
      HONE_TRY(AddAsset(folder / "environment" / "skills", "skills", AssetKind::kFolder, row));
    }
    return Ok{};
  }

  Status AddAsset(const fs::path& path, const char* field, AssetKind kind, Json* row) {
    if (!IsFolder(path)) return Invalid("has no folder " + path.filename().string() + "/");
    HONE_ASSIGN(const Asset asset, AssetOfFolder(path.string(), kind));
    AddAssets({{asset.hash, asset}}, &assets_);
    row->Set(field, AssetJson(asset));
    return Ok{};
  }

  std::vector<std::pair<std::string, fs::path>> tasks_;  // name for places, folder
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenTaskFolderReader(const Json& spec,
                                                        const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a folder with a folder per task");
  std::vector<std::pair<std::string, fs::path>> tasks;
  for (const std::string& path : paths) {
    const fs::path folder = (fs::path(base_dir) / path).lexically_normal();
    if (!IsFolder(folder)) return Fail(ErrorCode::kNotFound, path + ": there is no such folder");
    if (IsTask(folder)) {
      tasks.emplace_back(path, folder);
      continue;
    }
    std::set<fs::path> children;  // by name
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (IsTask(at->path())) children.insert(at->path());
    }
    if (error) return Fail(ErrorCode::kIo, path + ": " + error.message());
    if (children.empty()) {
      return Invalid(path +
                     ": holds no task: a folder with task.toml and instruction.md, or with "
                     "task.md");
    }
    for (const fs::path& child : children) {
      tasks.emplace_back(path + "/" + child.filename().string(), child);
    }
  }
  return std::unique_ptr<RowReader>(std::make_unique<TaskFolderReader>(std::move(tasks)));
}

}  // namespace hone
