#include "adapters/sandbox/image_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <utility>

#include "adapters/sandbox/layer_writer.h"
#include "adapters/sandbox/owner_folder.h"
#include "adapters/sandbox/remove_tree.h"
#include "adapters/sandbox/tar_archive.h"
#include "adapters/sandbox/tree_entry.h"
#include "adapters/sandbox/whole_file.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSha = "sha256:";

// Beside its place, by a name that FilesIn passes over, then into it: a reader sees all of it or
// nothing.
Status WriteText(const std::string& path, const std::string& text) {
  const std::string beside = fs::path(path).parent_path() / ("." + NewUid());
  {
    std::ofstream file(beside, std::ios::binary);
    file << text;
    if (!file.flush()) return SystemFailure(beside, errno);
  }
  return rename(beside.c_str(), path.c_str()) == 0 ? Status(Ok{}) : SystemFailure(path, errno);
}

std::string FullName(std::string name) {
  for (const std::string_view prefix : {"docker.io/", "index.docker.io/", "library/"}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.rfind(':');
  const bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return has_tag ? name : name + ":latest";
}

// A name as a file's name; only '/' needs another sign.
std::string FileOfName(const std::string& name) { return ReplaceAll(name, "/", "%"); }
std::string NameOfFile(const std::string& file) { return ReplaceAll(file, "%", "/"); }

Status CheckName(const std::string& name) {
  constexpr std::size_t kLongest = 200;
  const bool fine =
      !name.empty() && name.size() <= kLongest && name.front() != '.' &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '/' || c == ':';
      });
  if (fine) return Ok{};
  return Invalid("'" + OneLine(name, 80) +
                 "' is no name for an image: letters, digits and ./-_: only, as in debian:12");
}

bool IsHex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Json Describe(const Image& image) {
  Json layers = Json::MakeArray();
  for (const std::string& layer : image.layers) layers.Append(Json(layer));
  Json env = Json::MakeObject();
  for (const auto& [name, value] : image.config.env) env.Set(name, value);
  return Json::MakeObject({{"layers", std::move(layers)},
                           {"env", std::move(env)},
                           {"workdir", image.config.workdir},
                           {"user", image.config.user}});
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code trouble;
  for (fs::directory_iterator at(folder, trouble), end; !trouble && at != end;
       at.increment(trouble)) {
    std::string name = at->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Result<ImageStore> ImageStore::Open(const std::string& folder) {
  std::error_code trouble;
  fs::create_directories(folder, trouble);
  chmod(folder.c_str(), 0700);  // setuid files of images are for nobody else
  for (const char* inner : {"layers", "manifests", "names", "builds", "containers"}) {
    fs::create_directories(fs::path(folder) / inner, trouble);
  }
  if (access((folder + "/containers").c_str(), W_OK) != 0) {
    return Fail(ErrorCode::kIo, "the image store " + folder +
                                    " cannot be written: name another folder by HONE_IMAGES");
  }
  const IdRange ids = IdRange::OfThisProcess();
  const std::string kind = ids.n > 0 ? "root\n" : "user\n";
  const std::string file = folder + "/kind";
  if (access(file.c_str(), F_OK) != 0) HONE_TRY(WriteText(file, kind));
  if (WholeFile(file) != kind) {
    return Fail(ErrorCode::kConflict,
                "the image store " + folder + " was made by " +
                    (ids.n > 0 ? "an ordinary user, and this is root" : "root, and you are not") +
                    ": name another folder by HONE_IMAGES");
  }
  return ImageStore(folder, ids);
}

Result<Image> ImageStore::Read(const std::string& digest) const {
  const std::string hex = digest.starts_with(kSha) ? digest.substr(kSha.size()) : "";
  const std::string path = folder_ + "/manifests/" + hex;
  if (!IsHex(hex) || access(path.c_str(), R_OK) != 0) {
    return Fail(ErrorCode::kNotFound, "there is no image " + OneLine(digest, 100));
  }
  const Result<Json> json = Json::Parse(WholeFile(path));
  if (!json.ok()) return Fail(ErrorCode::kCorrupt, path + ": " + json.error().message);
  Image image;
  image.digest = digest;
  for (const Json& layer : (*json)["layers"].items()) image.layers.push_back(layer.AsString());
  for (const auto& [name, value] : (*json)["env"].members()) {
    image.config.env[name] = value.AsString();
  }
  image.config.workdir = (*json)["workdir"].AsString();
  image.config.user = (*json)["user"].AsString();
  return image;
}

Result<Image> ImageStore::Find(const std::string& name) const {
  if (name.starts_with(kSha)) return Read(name);
  const std::map<std::string, std::string> names = Names();
  const auto found = names.find(FullName(name));
  if (found != names.end()) return Read(found->second);
  std::vector<std::string> known;
  for (const auto& [each, digest] : names) known.push_back(each);
  return Fail(ErrorCode::kNotFound, "there is no image '" + OneLine(name, 100) + "' in " + folder_ +
                                        (known.empty() ? "" : NameHint(name, known)) +
                                        "; add one with: hone image add NAME ROOT.tar");
}

Result<Image> ImageStore::Add(Image image) const {
  const std::string text = Describe(image).Dump();
  const std::string hex = HashOf(text).Hex();
  image.digest = std::string(kSha) + hex;
  const std::string path = folder_ + "/manifests/" + hex;
  if (access(path.c_str(), F_OK) != 0) HONE_TRY(WriteText(path, text));
  return image;
}

Status ImageStore::SetName(const std::string& name, const std::string& digest) const {
  HONE_TRY(CheckName(name));
  return WriteText(folder_ + "/names/" + FileOfName(FullName(name)), digest);
}

std::map<std::string, std::string> ImageStore::Names() const {
  std::map<std::string, std::string> names;
  for (const std::string& file : FilesIn(folder_ + "/names")) {
    names[NameOfFile(file)] = WholeFile(folder_ + "/names/" + file);
  }
  return names;
}

Status ImageStore::Remove(const std::string& name) const {
  const std::map<std::string, std::string> names = Names();
  const auto found = names.find(FullName(name));
  if (found == names.end()) {
    std::vector<std::string> known;
    for (const auto& [each, digest] : names) known.push_back(each);
    return Fail(ErrorCode::kNotFound,
                "there is no image '" + OneLine(name, 100) + "'" + NameHint(name, known));
  }
  if (HasOtherOwners(folder_, "")) {
    return Fail(ErrorCode::kConflict, "a hone that is running has containers: try again later");
  }
  const std::string path = folder_ + "/names/" + FileOfName(found->first);
  if (unlink(path.c_str()) != 0) return SystemFailure(path, errno);
  return Sweep();
}

Status ImageStore::Sweep() const {
  std::vector<std::vector<std::string>> named;
  for (const auto& [name, digest] : Names()) {
    const Result<Image> image = Read(digest);
    if (image.ok()) named.push_back(image->layers);
  }
  std::set<std::string> layers;
  std::set<std::string> digests;
  for (const std::string& hex : FilesIn(folder_ + "/manifests")) {
    const Result<Image> image = Read(std::string(kSha) + hex);
    const bool stays =
        image.ok() && std::any_of(named.begin(), named.end(), [&](const auto& below) {
          return below.size() <= image->layers.size() &&
                 std::equal(below.begin(), below.end(), image->layers.begin());
        });
    if (stays) {
      layers.insert(image->layers.begin(), image->layers.end());
      digests.insert(image->digest);
    } else {
      unlink((folder_ + "/manifests/" + hex).c_str());
    }
  }
  for (const std::string& key : FilesIn(folder_ + "/builds")) {
    const std::string path = folder_ + "/builds/" + key;
    if (digests.count(WholeFile(path)) == 0) unlink(path.c_str());
  }
  for (const std::string& layer : FilesIn(folder_ + "/layers")) {
    if (layers.count(layer) == 0) HONE_TRY(RemoveTree(folder_ + "/layers/" + layer));
  }
  return Ok{};
}

std::optional<Image> ImageStore::Built(const std::string& key) const {
  const std::string digest = WholeFile(folder_ + "/builds/" + key);
  if (digest.empty()) return std::nullopt;
  Result<Image> image = Read(digest);
  if (!image.ok()) return std::nullopt;
  return std::move(image).value();
}

Status ImageStore::SetBuilt(const std::string& key, const std::string& digest) const {
  return WriteText(folder_ + "/builds/" + key, digest);
}

Result<Image> AddImage(const ImageStore& store, const std::string& name,
                       const std::string& tar_file) {
  HONE_TRY(CheckName(name));
  HONE_ASSIGN(const std::unique_ptr<OwnerFolder> owner, OwnerFolder::Make(store.folder()));
  HONE_ASSIGN(const std::unique_ptr<LayerWriter> layer,
              LayerWriter::Make(store, owner->path() + "/layer", UINT64_MAX));
  const Status read = ReadTarFile(tar_file, layer.get());
  if (!read.ok()) return read.error().With(tar_file);
  Image image;
  HONE_ASSIGN(const std::string hash, layer->Keep());
  image.layers = {hash};
  HONE_ASSIGN(image, store.Add(std::move(image)));
  HONE_TRY(store.SetName(name, image.digest));
  return image;
}

}  // namespace hone
