// ImageStore: root file systems by content, in a folder of the user's.
//
//   <folder>/layers/<hash>/        files, as the lower folder of an overlay
//   <folder>/manifests/<digest>    JSON: layers from the bottom up, and what commands start with
//   <folder>/names/<name>          the digest that a name stands for
//   <folder>/builds/<key>          the digest that a build gave
//   <folder>/containers/           what running containers own (owner_folder.h)
//
// As root, files belong to a range of ids that nobody else has (id_range.h): a container's root is
// nobody on the host. As an ordinary user they are the user's. A store is of one kind or the other.
// Everything is written beside its place and renamed into it, so several hones may share a store.
// Calls block for as long as a small file takes; layers are written off the loop (layer_writer.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sandbox/id_range.h"
#include "base/result.h"

namespace hone {

// Where programs are looked for, unless an image or a command says otherwise.
constexpr char kDefaultPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// What commands start with.
struct ImageConfig {
  std::map<std::string, std::string> env;
  std::string workdir = "/";
  std::string user;
};

struct Image {
  std::string digest;               // "sha256:<hex>" of all that follows
  std::vector<std::string> layers;  // hashes in hex, the lowest first
  ImageConfig config;
};

class ImageStore {
 public:
  // Makes the folder when it is not there. Fails for a store of the other kind.
  static Result<ImageStore> Open(const std::string& folder);

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] IdRange ids() const { return ids_; }

  // By name ("debian" is "debian:latest", "docker.io/library/debian:12" is "debian:12") or digest.
  // kNotFound tells the nearest name and how one is added.
  [[nodiscard]] Result<Image> Find(const std::string& name) const;
  // Stores the description of an image whose layers are there; fills in its digest.
  Result<Image> Add(Image image) const;
  Status SetName(const std::string& name, const std::string& digest) const;
  // Name -> digest.
  [[nodiscard]] std::map<std::string, std::string> Names() const;
  // Takes a name away, and every image and layer that no name leads to any more; an image built on
  // one with a name stays. kConflict while another hone has containers.
  Status Remove(const std::string& name) const;

  [[nodiscard]] std::optional<Image> Built(const std::string& key) const;
  Status SetBuilt(const std::string& key, const std::string& digest) const;

 private:
  ImageStore(std::string folder, IdRange ids) : folder_(std::move(folder)), ids_(ids) {}
  [[nodiscard]] Result<Image> Read(const std::string& digest) const;
  Status Sweep() const;

  std::string folder_;
  IdRange ids_;
};

// A tar of a root file system as an image with that name. Blocks.
Result<Image> AddImage(const ImageStore& store, const std::string& name,
                       const std::string& tar_file);

}  // namespace hone
