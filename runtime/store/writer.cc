#include "store/writer.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace hone {

Writer::Writer(std::unique_ptr<Connection> connection, std::unique_ptr<OperationWriter> operations,
               DiskReserve reserve, int max_group, Post post)
    : db_(std::move(connection)),
      operations_(std::move(operations)),
      reserve_(std::move(reserve)),
      max_group_(static_cast<std::size_t>(std::max(1, max_group))),
      post_(std::move(post)),
      thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard<std::mutex> hold(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::Queue(Entry entry) {
  bool wake = false;
  {
    const std::lock_guard<std::mutex> hold(mutex_);
    queue_.push_back(std::move(entry));
    wake = std::exchange(waiting_, false);
  }
  if (wake) wake_.notify_one();
}

void Writer::Write(Operation operation, Committed committed) {
  Queue({std::move(operation), std::move(committed)});
}

void Writer::Import(const Hash& key) { Queue({ImportAnswer{key}, {}}); }

void Writer::Flush(Committed committed) { Queue({std::monostate{}, std::move(committed)}); }

void Writer::OnTrouble(std::function<void(Error)> on_trouble) {
  const std::lock_guard<std::mutex> hold(mutex_);
  on_trouble_ = std::move(on_trouble);
  if (trouble_ && on_trouble_) {
    post_([call = on_trouble_, error = *trouble_] { call(error); });
  }
}

void Writer::Report(Error error) {
  const std::lock_guard<std::mutex> hold(mutex_);
  if (trouble_) return;
  trouble_ = error;
  if (on_trouble_) post_([call = on_trouble_, error = std::move(error)] { call(error); });
}

void Writer::Loop() {
  std::vector<Entry> taken;
  while (true) {
    {
      std::unique_lock<std::mutex> hold(mutex_);
      while (queue_.empty() && !stop_) {
        waiting_ = true;
        wake_.wait(hold);
      }
      waiting_ = false;
      if (queue_.empty()) return;
      taken.swap(queue_);
    }
    for (std::size_t begin = 0; begin < taken.size(); begin += max_group_) {
      const auto first = taken.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last =
          taken.begin() + static_cast<std::ptrdiff_t>(std::min(begin + max_group_, taken.size()));
      Process(Group(std::make_move_iterator(first), std::make_move_iterator(last)));
    }
    taken.clear();
  }
}

void Writer::Process(Group group) {
  std::vector<Status> outcomes;
  if (!failed_) {
    Status committed = Commit(group, &outcomes);
    if (!committed.ok() && db_->last_error_was_full() && !full_) {
      full_ = committed.error();
      const bool freed = reserve_.Free();
      full_->message += freed ? "; the reserve was freed to keep answers that are paid for, no new "
                                "requests are sent: make room and run the same command again"
                              : "; there was no reserve left";
      Report(*full_);
      committed = Commit(group, &outcomes);
    }
    if (!committed.ok()) {
      failed_ = committed.error();
      Report(*failed_);
    }
  }
  if (failed_) outcomes.assign(group.size(), Status(*failed_));
  Answer(std::move(group), std::move(outcomes));
}

Status Writer::Commit(const Group& group, std::vector<Status>* outcomes) {
  outcomes->clear();
  db_->ClearLastError();
  const bool only_flushes = std::all_of(group.begin(), group.end(), [](const Entry& entry) {
    return std::holds_alternative<std::monostate>(entry.work);
  });
  if (only_flushes) {
    outcomes->assign(group.size(), Status());
    return Ok{};
  }
  Status done = ApplyAll(group, outcomes);
  if (done.ok()) return done;
  const bool full = db_->last_error_was_full();
  // SQLite has rolled back by itself after some errors.
  if (db_->in_transaction()) (void)db_->Run("ROLLBACK");
  operations_->Forget();
  db_->ClearLastError();
  if (full) db_->RememberFull();
  return done;
}

Status Writer::ApplyAll(const Group& group, std::vector<Status>* outcomes) {
  HONE_TRY(db_->Run("BEGIN IMMEDIATE"));
  for (const Entry& entry : group) {
    Status applied = Apply(entry);
    if (!applied.ok() && (db_->last_error_was_fatal() || !db_->in_transaction())) return applied;
    outcomes->push_back(std::move(applied));
  }
  return db_->Run("COMMIT");
}

Status Writer::Apply(const Entry& entry) {
  if (std::holds_alternative<std::monostate>(entry.work)) return Ok{};
  if (const auto* import = std::get_if<ImportAnswer>(&entry.work)) {
    return operations_->Import(import->key);
  }
  const auto& operation = std::get<Operation>(entry.work);
  if (full_ && std::holds_alternative<PutIntent>(operation)) return *full_;
  return operations_->Apply(operation);
}

void Writer::Answer(Group group, std::vector<Status> outcomes) {
  auto calls = std::make_shared<std::vector<std::pair<Committed, Status>>>();
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group[i].committed) {
      calls->emplace_back(std::move(group[i].committed), std::move(outcomes[i]));
    } else if (!outcomes[i].ok() && !failed_) {
      Log(LogLevel::kError, "results database: " + outcomes[i].error().message);
    }
  }
  if (calls->empty()) return;
  post_([calls] {
    for (auto& [committed, status] : *calls) committed(std::move(status));
  });
}

}  // namespace hone
