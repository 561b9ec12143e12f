#include "engine/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

// "lua/hone/data/documents.lua" -> "hone.data.documents"; "recipes/x.lua" -> "recipes.x";
// "recipes/z/init.lua" -> "recipes.z"; "recipes/z/part.lua" -> "z.part"; "benchmarks/x.lua" ->
// "benchmarks.x".
std::string ModuleName(const std::string& file) {
  std::string name = file.substr(0, file.size() - 4);
  if (name.rfind("lua/", 0) == 0) {
    name = name.substr(4);
  } else if (name.rfind("recipes/", 0) == 0) {
    const std::string inner = name.substr(8);
    const std::size_t slash = inner.rfind('/');
    if (slash != std::string::npos) {
      const bool is_init = inner.substr(slash + 1) == "init";
      name = is_init ? "recipes/" + inner.substr(0, slash) : inner;
    }
  }
  return ReplaceAll(name, "/", ".");
}

// Regular files below `folder`, relative to `root`, sorted; extension "": all of them.
std::vector<std::string> FilesBelow(const fs::path& root, const std::string& folder,
                                    const std::string& extension) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(root / folder, ignored), end; at != end;
       at.increment(ignored)) {
    if (at->is_symlink(ignored) || !at->is_regular_file(ignored)) continue;
    if (extension.empty() || at->path().extension() == extension) {
      out.push_back(fs::relative(at->path(), root, ignored).generic_string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::string> ReadSourceFile(const std::string& path, std::size_t max_bytes) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    return Fail(ErrorCode::kNotFound, path + ": no such file");
  }
  if (fs::file_size(path, ignored) > max_bytes) {
    return Invalid(path + ": larger than " + std::to_string(max_bytes) + " bytes");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return Fail(ErrorCode::kIo, path + ": cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  if (!IsValidUtf8(text.str())) return Invalid(path + ": is not valid UTF-8");
  return text.str();
}

Result<SourceTree> SourceTree::Read(const std::string& home, const std::string& project) {
  SourceTree tree;
  HONE_TRY(tree.ReadRoot(home));
  std::error_code ignored;
  if (!fs::equivalent(home, project, ignored)) HONE_TRY(tree.ReadRoot(project));
  return tree;
}

Status SourceTree::ReadRoot(const std::string& root) {
  roots_.push_back(root);
  for (const char* folder : {"lua/hone", "recipes", "benchmarks"}) {
    for (const std::string& file : FilesBelow(root, folder, ".lua")) {
      HONE_ASSIGN(std::string text, ReadSourceFile(root + "/" + file));
      modules_[ModuleName(file)] = SourceFile{file, std::move(text)};
    }
  }
  return Ok{};
}

Status SourceTree::AddModule(const std::string& name, const std::string& path) {
  HONE_ASSIGN(std::string text, ReadSourceFile(path));
  modules_[name] = SourceFile{path, std::move(text)};
  return Ok{};
}

Json SourceTree::ModulesForStart() const {
  Json out = Json::MakeArray();
  for (const auto& [name, source] : modules_) {
    out.Append(Json::MakeObject(
        {{"name", Json(name)}, {"file", Json(source.file)}, {"source", Json(source.text)}}));
  }
  return out;
}

std::vector<std::string> SourceTree::RecipeNames() const {
  std::vector<std::string> names;
  for (const auto& [name, source] : modules_) {
    if (name.rfind("recipes.", 0) == 0) names.push_back(name.substr(8));
  }
  return names;
}

Result<std::map<std::string, SourceFile>> SourceTree::PromptsOf(const std::string& recipe) const {
  std::map<std::string, SourceFile> out;
  for (const std::string& root : roots_) {
    for (const std::string& file : FilesBelow(root, "recipes/prompts/" + recipe, ".md")) {
      HONE_ASSIGN(std::string text, ReadSourceFile(root + "/" + file));
      out[fs::path(file).stem().string()] = SourceFile{file, std::move(text)};
    }
  }
  return out;
}

Result<std::vector<FolderFile>> SourceTree::SeedWorkspace(const std::string& name) const {
  const bool is_name =
      !name.empty() && name.find_first_of("/\\") == std::string::npos && name.front() != '.';
  std::vector<std::string> known;
  for (auto root = roots_.rbegin(); root != roots_.rend(); ++root) {
    std::error_code ignored;
    const std::string folder = *root + "/seed_workspaces";
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.is_directory(ignored)) known.push_back(entry.path().filename().string());
    }
    if (!is_name || !fs::is_directory(folder + "/" + name, ignored)) continue;
    std::vector<FolderFile> files;
    for (const std::string& file : FilesBelow(fs::path(folder) / name, ".", "")) {
      HONE_ASSIGN(std::string text, ReadSourceFile(folder + "/" + name + "/" + file));
      files.push_back({file, std::move(text)});
    }
    return files;
  }
  return Fail(ErrorCode::kNotFound,
              "seed_workspaces/ has no '" + OneLine(name, 60) + "'" + NameHint(name, known));
}

Result<SourceFile> SourceTree::LibraryFile(const std::string& name) const {
  const std::string file = "lua/hone/" + name;
  for (auto root = roots_.rbegin(); root != roots_.rend(); ++root) {
    std::error_code ignored;
    if (!fs::exists(*root + "/" + file, ignored)) continue;
    HONE_ASSIGN(std::string text, ReadSourceFile(*root + "/" + file));
    return SourceFile{file, std::move(text)};
  }
  return Fail(ErrorCode::kNotFound, file + ": no such file in " + Join(roots_, " or "));
}

Hash SourceTree::HashOfModules(const std::vector<std::string>& names) const {
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  Sha256 sha;
  for (const std::string& name : sorted) {
    const auto found = modules_.find(name);
    sha.Field(name);
    sha.Field(found == modules_.end() ? "" : found->second.text);
  }
  return sha.Finish();
}

}  // namespace hone
