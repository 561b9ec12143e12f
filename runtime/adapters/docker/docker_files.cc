#include "adapters/docker/docker_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/docker/change_list.h"
#include "adapters/docker/got_tree.h"
#include "adapters/docker/put_tar.h"
#include "base/base64.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kArchiveSlack = int64_t{4} << 20U;    // headers, names
constexpr int64_t kChangesSlack = int64_t{256} << 20U;  // what comes along and is dropped
constexpr std::size_t kMostRoots = 24;
constexpr std::size_t kMostLooks = 24;  // at changed paths, for which are folders

DockerRequest ArchiveOf(const std::string& container, const std::string& path) {
  DockerRequest request;
  request.path = "/containers/" + container + "/archive";
  request.query = {{"path", path}};
  return request;
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

Error NoSuchPath(const std::string& path) {
  return Fail(ErrorCode::kNotFound, "there is no '" + OneLine(path, 200) + "' in the container");
}

// Go's os.FileMode in the header that describes a path has bits of its own.
constexpr int64_t kFolderBit = int64_t{1} << 31U, kLinkBit = int64_t{1} << 27U;

bool HasModeBit(const HttpResponse& response, int64_t bit) {
  for (const auto& [name, value] : response.headers) {
    if (name != "x-docker-container-path-stat") continue;
    const auto text = DecodeBase64(value);
    if (!text.ok()) return false;
    const auto stat = Json::Parse(*text);
    return stat.ok() && ((*stat)["mode"].AsInt() & bit) != 0;
  }
  return false;
}

}  // namespace

struct DockerFiles::PutJob {
  std::string container, tar;
  std::string folder;                // where the archive is unpacked
  std::vector<std::string> missing;  // folders below it that the archive makes first
  Done<Ok> done;
};

void DockerFiles::Put(const std::string& container, const std::string& path, std::string tar,
                      Done<Ok> done) {
  const auto clean = CleanPath(path);
  if (!clean.ok()) {
    loop_.Post([done = std::move(done), error = clean.error()] { done(error); });
    return;
  }
  auto job = std::make_shared<PutJob>();
  job->container = container;
  job->tar = std::move(tar);
  job->folder = *clean;
  job->done = std::move(done);
  Check(std::move(job));
}

void DockerFiles::Check(std::shared_ptr<PutJob> job) {
  auto checked = std::make_shared<Result<CheckedTar>>(CheckedTar());
  loop_.InPool([job, checked] { *checked = CheckedForPut(job->tar, job->missing); },
               [this, alive = std::weak_ptr<DockerFiles*>(self_), job, checked] {
                 if (alive.expired()) return;
                 if (!checked->ok()) return job->done(checked->error());
                 CheckedTar& safe = **checked;
                 // Below a folder that is not there yet there are no links.
                 if (safe.folders.empty() || !job->missing.empty()) {
                   return Upload(job, std::move(safe.tar));
                 }
                 find_link_(job->container, job->folder, safe.folders,
                            [this, job, checked](Result<std::string> link) {
                              if (!link.ok()) return job->done(link.error());
                              if (link->empty()) return Upload(job, std::move((*checked)->tar));
                              job->done(Invalid("'" + OneLine(*link, 200) + "' below '" +
                                                job->folder + "' leads through a symbolic link"));
                            });
               });
}

void DockerFiles::Upload(std::shared_ptr<PutJob> job, std::string tar) {
  DockerRequest request = ArchiveOf(job->container, job->folder);
  request.method = "PUT";
  request.body = std::move(tar);
  request.content_type = "application/x-tar";
  api_.Call(std::move(request), [this, job](Result<Json> put) {
    if (put.ok()) return job->done(Ok());
    if (put.error().code == ErrorCode::kNotFound && job->missing.empty()) return FindFolder(job);
    job->done(put.error().With("files cannot be put into '" + job->folder + "'"));
  });
}

// Goes up from a folder that is not there to one that is.
void DockerFiles::FindFolder(std::shared_ptr<PutJob> job) {
  job->missing.insert(job->missing.begin(), job->folder.substr(job->folder.rfind('/') + 1));
  job->folder = FolderOf(job->folder);
  if (job->folder == "/") return Check(std::move(job));
  DockerRequest request = ArchiveOf(job->container, job->folder);
  request.method = "HEAD";
  api_.Call(std::move(request), [this, job](Result<Json> there) {
    if (there.ok()) return Check(job);
    if (there.error().code == ErrorCode::kNotFound) return FindFolder(job);
    job->done(there.error());
  });
}

void DockerFiles::Get(const std::string& container, const GetSpec& spec, Done<FileTree> done) {
  const auto clean = CleanPath(spec.path);
  if (!clean.ok()) {
    loop_.Post([done = std::move(done), error = clean.error()] { done(error); });
    return;
  }
  DockerRequest request = ArchiveOf(container, *clean);
  request.max_response_bytes = spec.max_bytes + kArchiveSlack;
  const std::string path = *clean;
  api_.Send(std::move(request), [this, path, most = spec.max_bytes,
                                 done = std::move(done)](Result<HttpResponse> response) {
    if (!response.ok()) {
      if (response.error().code != ErrorCode::kInvalidArgument) return done(response.error());
      return done(Invalid("'" + OneLine(path, 200) + "' holds more than " + std::to_string(most) +
                          " bytes"));
    }
    if (response->status == 404) return done(NoSuchPath(path));
    if (response->status != 200) return done(DockerError(*response));
    auto tar = std::make_shared<std::string>(std::move(response->body));
    auto tree = std::make_shared<Result<FileTree>>(FileTree());
    loop_.InPool(
        [path, most, tar, tree] {
          GotTree got(path, most);
          const Status added = got.Add(*tar, path, [](const std::string&) { return true; });
          *tree = added.ok() ? Result<FileTree>(got.Finish()) : Result<FileTree>(added.error());
        },
        [alive = std::weak_ptr<DockerFiles*>(self_), tree, done] {
          if (!alive.expired()) done(std::move(*tree));
        });
  });
}

struct DockerFiles::Changes {
  Changes(std::string container_id, const std::string& base, int64_t max_bytes,
          Done<FileTree> when_done)
      : container(std::move(container_id)),
        most(max_bytes),
        tree(base, max_bytes),
        done(std::move(when_done)) {}

  std::string container;
  int64_t most;
  ChangeList list;
  std::vector<std::string> roots;  // the last one is next
  bool looks = false;              // at what a changed path is before it is fetched
  GotTree tree;
  Done<FileTree> done;
};

void DockerFiles::GetChanges(const std::string& container, const GetSpec& spec,
                             Done<FileTree> done) {
  std::vector<std::string> exclude;
  std::string base;
  Status sane;
  for (const std::string& path : spec.exclude) {
    const auto clean = CleanPath(path);
    if (clean.ok()) {
      exclude.push_back(*clean);
    } else {
      sane = clean.error();
    }
  }
  const auto clean = CleanPath(spec.path);
  if (!clean.ok()) sane = clean.error();
  if (!sane.ok()) {
    loop_.Post([done = std::move(done), error = sane.error()] { done(error); });
    return;
  }
  auto changes = std::make_shared<Changes>(container, *clean, spec.max_bytes, std::move(done));
  api_.Call({.path = "/containers/" + container + "/changes"},
            [this, changes, base = *clean, exclude](Result<Json> answer) {
              if (!answer.ok()) return changes->done(answer.error());
              auto list = ChangeList::Read(*answer, base, exclude);
              if (!list.ok()) return changes->done(list.error());
              changes->list = std::move(*list);
              changes->roots = changes->list.Roots(kMostRoots);
              std::reverse(changes->roots.begin(), changes->roots.end());
              changes->looks = std::count_if(changes->roots.begin(), changes->roots.end(),
                                             [&](const std::string& root) {
                                               return changes->list.IsChangedLeaf(root);
                                             }) <= static_cast<long>(kMostLooks);
              NextRoot(changes);
            });
}

void DockerFiles::NextRoot(std::shared_ptr<Changes> changes) {
  if (changes->roots.empty()) {
    FileTree tree = changes->tree.Finish();
    tree.deleted = changes->list.deleted();
    return changes->done(std::move(tree));
  }
  const std::string& root = changes->roots.back();
  if (!changes->looks || !changes->list.IsChangedLeaf(root)) return FetchRoot(std::move(changes));
  // A folder that only looks changed (its times) is not worth all that is in it.
  DockerRequest request = ArchiveOf(changes->container, root);
  request.method = "HEAD";
  api_.Send(std::move(request), [this, changes](Result<HttpResponse> response) {
    if (!response.ok()) return changes->done(response.error());
    if (HasModeBit(*response, kFolderBit)) {
      changes->roots.pop_back();
      return NextRoot(changes);
    }
    FetchRoot(changes);
  });
}

void DockerFiles::FetchRoot(std::shared_ptr<Changes> changes) {
  const std::string root = std::move(changes->roots.back());
  changes->roots.pop_back();
  DockerRequest request = ArchiveOf(changes->container, root);
  request.max_response_bytes = changes->most + kChangesSlack;
  api_.Send(std::move(request), [this, changes, root](Result<HttpResponse> response) {
    if (!response.ok()) {
      return changes->done(response.error().With("'" + OneLine(root, 200) + "'"));
    }
    if (response->status == 404) return NextRoot(changes);  // a link that leads nowhere
    if (response->status != 200) return changes->done(DockerError(*response));
    if (api_.is_podman() && HasModeBit(*response, kLinkBit)) {
      // Podman gave what the link leads to. With its folder comes the link itself.
      changes->roots.push_back(FolderOf(root));
      return FetchRoot(changes);
    }
    auto tar = std::make_shared<std::string>(std::move(response->body));
    auto added = std::make_shared<Status>();
    loop_.InPool(
        [changes, root, tar, added] {
          *added = changes->tree.Add(
              *tar, root, [&](const std::string& path) { return changes->list.Keeps(path); });
        },
        [this, alive = std::weak_ptr<DockerFiles*>(self_), changes, added] {
          if (alive.expired()) return;
          if (!added->ok()) return changes->done(added->error());
          NextRoot(changes);
        });
  });
}

}  // namespace hone
