// A results database in a folder of its own, and a loop that runs posted functions on the test's
// thread.
#pragma once

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "store/store.h"

namespace hone {

// Posted functions wait until the test asks for them.
class TestLoop {
 public:
  Store::Post post() {
    return [this](std::function<void()> function) {
      const std::lock_guard<std::mutex> hold(mutex_);
      posted_.push_back(std::move(function));
      ++posts_;
      wake_.notify_one();
    };
  }

  // Runs posted functions until `done`.
  void RunUntil(const std::function<bool()>& done) {
    while (!done()) {
      std::function<void()> next;
      {
        std::unique_lock<std::mutex> hold(mutex_);
        wake_.wait(hold, [this] { return !posted_.empty(); });
        next = std::move(posted_.front());
        posted_.pop_front();
      }
      next();
    }
  }

  int posts() {
    const std::lock_guard<std::mutex> hold(mutex_);
    return posts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> posted_;
  int posts_ = 0;
};

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hone-store-XXXXXX").string();
    HONE_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct StoreFixture {
  TempFolder folder;
  std::string path = folder.File("hone.db");
  TestLoop loop;
  std::unique_ptr<Store> store;

  Result<std::unique_ptr<Store>> TryOpen(std::vector<std::string> sources = {}) {
    return Store::Open({.path = path, .answer_sources = std::move(sources), .reserve_bytes = 0},
                       loop.post());
  }
  void Open(std::vector<std::string> sources = {}) {
    store.reset();
    auto opened = TryOpen(std::move(sources));
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    store = std::move(opened).value();
  }
  // The outcome of one operation, when it is durable.
  Status Put(Operation operation) {
    Status outcome;
    bool done = false;
    store->Write(std::move(operation), [&](Status status) {
      outcome = std::move(status);
      done = true;
    });
    loop.RunUntil([&] { return done; });
    return outcome;
  }
  Status Flush() {
    Status outcome;
    bool done = false;
    store->Flush([&](Status status) {
      outcome = std::move(status);
      done = true;
    });
    loop.RunUntil([&] { return done; });
    return outcome;
  }
};

inline Hash KeyOf(const std::string& name) { return HashOf(name); }

inline PutIntent IntentOf(const std::string& name, const std::string& prompt = "What is it?",
                          int send_n = 1) {
  const Part part = Part::Of(prompt);
  PutIntent intent;
  intent.key = KeyOf(name);
  intent.request_hash = HashOf(prompt);
  intent.model = "offline/reader";
  intent.replicate = "1";
  intent.item = HashOf("item");
  intent.draw = "#1";
  intent.request = Json::MakeObject(
      {{"messages",
        Json::MakeArray({Json::MakeObject(
            {{"role", "user"},
             {"content", Json::MakeArray({Json::MakeObject({{"$text", part.hash.Hex()}})})}})})}});
  intent.parts = {part};
  intent.seed = 7;
  intent.reserved = PicoUsd{5000};
  intent.address = "http://127.0.0.1:1";
  intent.send_n = send_n;
  intent.now_ms = 1000;
  return intent;
}

inline PutAnswer AnswerOf(const std::string& name, const std::string& text, int send_n = 1) {
  PutAnswer answer;
  answer.key = KeyOf(name);
  answer.send_n = send_n;
  answer.http_status = 200;
  answer.text = Part::Of(text);
  answer.finish_reason = "stop";
  answer.response_model = "reader-1";
  answer.input_tokens = 10;
  answer.output_tokens = 3;
  answer.cost = PicoUsd{1200};
  answer.now_ms = 2000;
  return answer;
}

inline StartUnit UnitOf(const std::string& name, const std::string& kind = "run") {
  return {.unit_key = KeyOf(name),
          .kind = kind,
          .item_hash = HashOf("item"),
          .name = name,
          .replicate = "1",
          .now_ms = 500};
}

inline PutUse UseOf(const std::string& unit, const std::string& call, int64_t ordinal = 1) {
  return {.unit_key = KeyOf(unit),
          .path = "1",
          .ordinal = ordinal,
          .key = KeyOf(call),
          .role = "reasoner",
          .step = "answer"};
}

inline PutArm ArmOf(const Hash& experiment, int position, const std::string& name) {
  PutArm arm;
  arm.experiment = experiment;
  arm.position = position;
  arm.name = name;
  arm.recipe = "r";
  return arm;
}

// An experiment "exp" with one arm "A", seed "1" and the unit `unit` in its only cell.
inline std::vector<Operation> CellOf(const std::string& unit, const std::string& version = "v1") {
  const RunName run{KeyOf("exp-" + version), "A", "1"};
  PutExperiment experiment;
  experiment.hash = run.experiment;
  experiment.name = "exp";
  experiment.file = "exp.lua";
  experiment.config_json = "{}";
  experiment.now_ms = 100;
  PutRunUnit cell;
  cell.run = run;
  cell.position = 1;
  cell.name = "doc-1";
  cell.cluster = "doc-1";
  cell.report_tasks = 2;
  cell.unit_key = KeyOf(unit);
  return {experiment, ArmOf(run.experiment, 1, "A"),
          PutRun{.run = run, .program_hash = KeyOf("program"), .status = "running", .now_ms = 1},
          UnitOf(unit), cell};
}

}  // namespace hone
