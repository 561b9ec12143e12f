#include "support/fault_vfs.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <vector>

namespace hone {
namespace {

constexpr std::size_t kSectorBytes = 512;

// A write, or with `truncate` a new size.
struct Change {
  bool truncate = false;
  std::size_t offset = 0;  // or the new size
  std::string bytes;
};

struct FileState {
  std::string durable;  // content at the last sync
  std::string current;
  std::vector<Change> pending;
};

// Everything the shim knows; protected by `mutex`.
struct World {
  std::mutex mutex;
  std::map<std::string, FileState> files;
  int64_t operations_left = -1;  // -1: the power stays on
  bool failed = false;
  int64_t quota_bytes = -1;
  std::string reserve_path;
  int64_t reserve_bytes = 0;
};

World& TheWorld() {
  static World world;
  return world;
}

sqlite3_vfs* g_real = nullptr;  // SQLite's own

struct ShimFile {
  sqlite3_file base;
  FileState* state;  // null: a file that is not followed (none today)
  // The real file follows in memory.
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile* Shim(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file); }

// False when the power is off. REQUIRES: the world's mutex is held.
bool Power(World* world) {
  if (world->failed) return false;
  if (world->operations_left >= 0 && world->operations_left-- == 0) world->failed = true;
  return !world->failed;
}

void Apply(const Change& change, std::string* content) {
  if (change.truncate) {
    content->resize(change.offset);
    return;
  }
  if (content->size() < change.offset + change.bytes.size()) {
    content->resize(change.offset + change.bytes.size());
  }
  content->replace(change.offset, change.bytes.size(), change.bytes);
}

int64_t UsedBytes(World* world) {
  int64_t used = 0;
  for (const auto& [path, state] : world->files) used += static_cast<int64_t>(state.current.size());
  std::error_code ignored;
  if (std::filesystem::exists(world->reserve_path, ignored)) used += world->reserve_bytes;
  return used;
}

int Close(sqlite3_file* file) { return Shim(file)->real()->pMethods->xClose(Shim(file)->real()); }

int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return Shim(file)->real()->pMethods->xRead(Shim(file)->real(), data, size, offset);
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  if (!Power(&world)) return SQLITE_IOERR_WRITE;
  FileState* state = Shim(file)->state;
  const int64_t growth = offset + size - static_cast<int64_t>(state->current.size());
  if (world.quota_bytes >= 0 && growth > 0 && UsedBytes(&world) + growth > world.quota_bytes) {
    return SQLITE_FULL;
  }
  const int code = Shim(file)->real()->pMethods->xWrite(Shim(file)->real(), data, size, offset);
  if (code != SQLITE_OK) return code;
  Change change{false, static_cast<std::size_t>(offset),
                std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))};
  Apply(change, &state->current);
  state->pending.push_back(std::move(change));
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  if (!Power(&world)) return SQLITE_IOERR_TRUNCATE;
  const int code = Shim(file)->real()->pMethods->xTruncate(Shim(file)->real(), size);
  if (code != SQLITE_OK) return code;
  Change change{true, static_cast<std::size_t>(size), ""};
  Apply(change, &Shim(file)->state->current);
  Shim(file)->state->pending.push_back(std::move(change));
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int /*flags*/) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  if (!Power(&world)) return SQLITE_IOERR_FSYNC;
  // Nothing is really synced: this world's disk is `durable`.
  FileState* state = Shim(file)->state;
  state->durable = state->current;
  state->pending.clear();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Shim(file)->real()->pMethods->xFileSize(Shim(file)->real(), size);
}
int Lock(sqlite3_file* file, int level) {
  return Shim(file)->real()->pMethods->xLock(Shim(file)->real(), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Shim(file)->real()->pMethods->xUnlock(Shim(file)->real(), level);
}
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Shim(file)->real()->pMethods->xCheckReservedLock(Shim(file)->real(), out);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Shim(file)->real()->pMethods->xFileControl(Shim(file)->real(), operation, argument);
}
int SectorSize(sqlite3_file* /*file*/) { return static_cast<int>(kSectorBytes); }
int DeviceCharacteristics(sqlite3_file* /*file*/) { return 0; }  // promises nothing
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Shim(file)->real()->pMethods->xShmMap(Shim(file)->real(), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Shim(file)->real()->pMethods->xShmLock(Shim(file)->real(), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Shim(file)->real()->pMethods->xShmBarrier(Shim(file)->real());
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Shim(file)->real()->pMethods->xShmUnmap(Shim(file)->real(), remove);
}

const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

int Open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  ShimFile* shim = Shim(file);
  shim->base.pMethods = nullptr;
  const int code = g_real->xOpen(g_real, name, shim->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  const std::string path = name == nullptr ? "" : name;
  auto [entry, is_new] = world.files.try_emplace(path);
  if (is_new) {
    // A file made before it was followed counts as synced.
    entry->second.current = entry->second.durable = ReadWhole(path);
  }
  shim->state = &entry->second;
  shim->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* /*vfs*/, const char* name, int sync_folder) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  if (!Power(&world)) return SQLITE_IOERR_DELETE;
  if (const auto found = world.files.find(name); found != world.files.end()) {
    found->second = FileState();
  }
  return g_real->xDelete(g_real, name, sync_folder);
}

sqlite3_vfs g_vfs;

}  // namespace

void FaultVfs::Install() {
  if (g_real == nullptr) {
    g_real = sqlite3_vfs_find(nullptr);
    g_vfs = *g_real;
    g_vfs.zName = "fault";
    g_vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + g_real->szOsFile;
    g_vfs.pNext = nullptr;
    g_vfs.xOpen = Open;
    g_vfs.xDelete = Delete;
  }
  sqlite3_vfs_register(&g_vfs, 1);
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  world.files.clear();
  world.operations_left = -1;
  world.failed = false;
  world.quota_bytes = -1;
}

void FaultVfs::Remove() {
  if (g_real != nullptr) sqlite3_vfs_unregister(&g_vfs);
}

void FaultVfs::FailAfter(int64_t operations) {
  const std::lock_guard<std::mutex> hold(TheWorld().mutex);
  TheWorld().operations_left = operations;
}

bool FaultVfs::Failed() {
  const std::lock_guard<std::mutex> hold(TheWorld().mutex);
  return TheWorld().failed;
}

void FaultVfs::Cut(std::mt19937* random) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  for (auto& [path, state] : world.files) {
    if (path.empty() || !std::filesystem::exists(path)) continue;
    std::string content = state.durable;
    for (Change change : state.pending) {
      const auto fate = (*random)() % 3;
      if (fate == 0) continue;  // never reached the disk
      if (fate == 1 && !change.truncate) {
        // The cut came between two sectors.
        const std::size_t sectors = change.bytes.size() / kSectorBytes + 1;
        change.bytes.resize(std::min(change.bytes.size(), ((*random)() % sectors) * kSectorBytes));
        if (change.bytes.empty()) continue;
      }
      Apply(change, &content);
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    // Shared memory does not survive.
    std::error_code ignored;
    std::filesystem::remove(path + "-shm", ignored);
  }
}

void FaultVfs::SetQuota(int64_t bytes, const std::string& reserve_path, int64_t reserve_bytes) {
  World& world = TheWorld();
  const std::lock_guard<std::mutex> hold(world.mutex);
  world.quota_bytes = bytes;
  world.reserve_path = reserve_path;
  world.reserve_bytes = reserve_bytes;
}

void FaultVfs::ClearQuota() {
  const std::lock_guard<std::mutex> hold(TheWorld().mutex);
  TheWorld().quota_bytes = -1;
}

}  // namespace hone
