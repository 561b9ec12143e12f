// Writer: the thread that owns the writing connection and groups operations into commits.
//
// What has been queued while a commit was being synced forms the next group (at most max_group):
// under load a sync is shared by many operations, without load each is committed at once. Callbacks
// of a group are posted together. Write, Flush and OnTrouble may be called from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "store/disk_reserve.h"
#include "store/operation_writer.h"
#include "store/operations.h"

namespace hone {

// Copies an answer from the answer sources into the file (internal to the store).
struct ImportAnswer {
  Hash key;
};

class Writer {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Committed = std::function<void(Status)>;

  Writer(std::unique_ptr<Connection> connection, std::unique_ptr<OperationWriter> operations,
         DiskReserve reserve, int max_group, Post post);
  ~Writer();  // commits what is queued, then ends the thread

  void Write(Operation operation, Committed committed);
  void Import(const Hash& key);
  void Flush(Committed committed);
  void OnTrouble(std::function<void(Error)> on_trouble);

 private:
  // Nothing in `work`: a flush.
  struct Entry {
    std::variant<std::monostate, ImportAnswer, Operation> work;
    Committed committed;
  };
  using Group = std::vector<Entry>;

  void Queue(Entry entry);
  void Loop();
  void Process(Group group);
  // Applies a group in one transaction. An error: nothing of it is in the file.
  Status Commit(const Group& group, std::vector<Status>* outcomes);
  Status ApplyAll(const Group& group, std::vector<Status>* outcomes);
  Status Apply(const Entry& entry);
  void Report(Error error);
  void Answer(Group group, std::vector<Status> outcomes);

  // The writer thread's own.
  std::unique_ptr<Connection> db_;
  std::unique_ptr<OperationWriter> operations_;
  DiskReserve reserve_;
  const std::size_t max_group_;
  const Post post_;
  std::optional<Error> failed_;  // set: nothing is written any more
  std::optional<Error> full_;    // set: intents are refused

  std::mutex mutex_;
  std::condition_variable wake_;
  // Protected by mutex_.
  std::vector<Entry> queue_;
  bool stop_ = false;
  bool waiting_ = false;
  std::optional<Error> trouble_;
  std::function<void(Error)> on_trouble_;

  std::thread thread_;  // last: starts when everything else is made
};

}  // namespace hone
