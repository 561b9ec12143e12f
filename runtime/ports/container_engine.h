// ContainerEngine: sandboxes that run commands of models. One contract, two real back ends: the
// Docker Engine API (Docker, Podman's service) and bubblewrap over a root file system.
//
// Everything inside a container is hostile: what comes out of it is data. Safe by default: no
// network, no host path, no environment of ours, no capability, no new privilege, and the limits
// below. Whatever was made is labelled with its owner and is removed after any death of the runner
// (at the next start, or by `hone doctor --clean`).
//
// Thread: loop's thread. `done` is called exactly once, never inside the call that takes it. Errors
// are infrastructure (image, engine, disk): kNotFound for an image nobody has, kUnavailable for an
// engine that is not there or refuses, kInvalidArgument for a request that is wrong in itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

// What a container is made of: the name of a base image, or a folder with a Dockerfile.
struct ImageSpec {
  std::string name;      // "debian:bookworm-slim", or an id that Prepare or Snapshot returned
  std::string folder;    // build context on the host; the Dockerfile is in it
  std::string content;   // hex hash of the folder's files: the key of the build cache
  bool network = false;  // for RUN steps of the build
  int64_t timeout_ms = 600'000;
};

struct ImageInfo {
  std::string id;          // names it to this engine
  std::string digest;      // of its content, as the engine tells it: goes into the record
  std::string backend;     // "bubblewrap", "docker"
  bool is_cached = false;  // it was there already
  std::string workdir;     // of its configuration, "/" when it has none
  std::map<std::string, std::string> env;
  std::string user;
};

struct ContainerLimits {
  int64_t memory_bytes = int64_t{2048} << 20U;
  int64_t disk_bytes = int64_t{10240} << 20U;  // what may be written
  double cpus = 1;
  int pids = 256;
  bool network = false;
};

struct ContainerSpec {
  std::string image;  // ImageInfo::id
  ContainerLimits limits;
  std::map<std::string, std::string> env;  // on top of the image's
  std::string owner;                       // label: whose it is, for the reaper ("<file uid>")
};

struct ExecSpec {
  std::vector<std::string> argv;           // never empty; no shell unless it names one
  std::map<std::string, std::string> env;  // on top of the container's
  std::string workdir;                     // "": the image's
  std::string user;                        // "": the image's, else "name", "uid" or "uid:gid"
  std::string stdin_text;
  int64_t timeout_ms = 60'000;         // then the whole tree is killed, also what left its group
  int64_t max_output_bytes = 1 << 20;  // of each stream; the rest is read and dropped
};

struct ExecEnd {
  int exit_code = -1;  // 128 + signal for one that died of it; -1: killed by us
  std::string out, err;
  bool timed_out = false;
  bool out_truncated = false, err_truncated = false;
  std::string killed_by;  // "", "time", "memory", "disk" (disk_bytes)
  int64_t duration_ms = 0;
};

struct FileTree {
  std::string tar;                    // uncompressed; regular files, folders and symlinks only
  std::vector<std::string> deleted;   // changes_only: paths of the image that are gone
  std::vector<std::string> left_out;  // entries that were refused (device, socket, escape), why
};

struct GetSpec {
  std::string path = "/";
  // Only what differs from the container's image. Every process in the container is killed first,
  // and nothing runs in it after.
  bool changes_only = false;
  std::vector<std::string> exclude;        // absolute folders that are skipped, with changes_only
  int64_t max_bytes = int64_t{64} << 20U;  // of the tar: more is kInvalidArgument
};

class ContainerEngine {
 public:
  virtual ~ContainerEngine() = default;

  using ContainerId = std::string;
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  // The image with that name, or built from the folder unless one of the same content is there.
  virtual void Prepare(ImageSpec image, Done<ImageInfo> done) = 0;
  virtual void Create(ContainerSpec spec, Done<ContainerId> done) = 0;
  // Any number at a time in one container. A process that a command leaves behind lives on.
  virtual void Exec(const ContainerId& container, ExecSpec spec, Done<ExecEnd> done) = 0;
  // Unpacks a tar below `path`, which is made when it is not there. Entries that would leave it
  // (absolute, "..", through a symlink) are refused, nothing is followed out of the container.
  virtual void Put(const ContainerId& container, const std::string& path, std::string tar,
                   Done<Ok> done) = 0;
  virtual void Get(const ContainerId& container, GetSpec spec, Done<FileTree> done) = 0;
  // Its present file system as a new image, named by its digest.
  virtual void Snapshot(const ContainerId& container, Done<ImageInfo> done) = 0;
  // Kills everything in it and removes it. An unknown id is fine.
  virtual void Destroy(const ContainerId& container, Done<Ok> done) = 0;
};

}  // namespace hone
