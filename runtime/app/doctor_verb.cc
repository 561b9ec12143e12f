// hone doctor: what this machine, the database and the configuration allow, each in one line. Names
// of variables are said, never their values.
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "app/doctor_findings.h"
#include "app/script_probe.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/text.h"
#include "store/connection.h"
#include "store/migrations.h"

namespace hone {
namespace {

constexpr int64_t kLowDiskBytes = int64_t{1} << 30;

class Doctor {
 public:
  explicit Doctor(const GlobalArguments& global) : db_(global.db) {}

  void Examine(const DoctorArguments& arguments) {
    const Result<std::unique_ptr<Workbench>> bench = Workbench::Make(arguments.endpoints);
    if (bench.ok()) {
      Add("installation", "ok", (*bench)->installation().home);
      Scripts(bench->get());
      const std::string& file = (*bench)->config().file;
      Add("configuration", "ok", file.empty() ? "no file" : file);
      AddAll(ExamineModels(**bench));
      AddAll(CallModels(bench->get(), arguments.calls));
      AddAll(ExamineContainers(bench->get(), arguments.clean));
    } else {
      Add("installation and configuration", "failed", bench.error().message);
    }
    Database();
    Disk();
    AddAll(ExamineLeftovers());
    Documents();
  }

  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

 private:
  void Add(std::string check, std::string status, std::string detail) {
    findings_.push_back({std::move(check), std::move(status), std::move(detail)});
  }

  void Scripts(Workbench* bench) {
    const Result<Json> ready = ProbeSandbox(&bench->loop(), &bench->spawner());
    if (!ready.ok()) return Add("sandbox", "failed", ready.error().message);
    std::vector<std::string> locks;
    for (const Json& lock : (*ready)["sandbox"].items()) locks.push_back(lock.AsString());
    std::string missing;
    for (const std::string wanted : {"seccomp", "no_new_privs", "rlimits"}) {
      bool found = false;
      for (const std::string& lock : locks) found = found || lock == wanted;
      if (!found) missing += (missing.empty() ? "" : ", ") + wanted;
    }
    const std::string lua = (*ready)["lua"].AsString();
    if (missing.empty()) {
      Add("sandbox", "ok", lua + ", " + Join(locks, ", "));
    } else {
      Add("sandbox", "failed", "hone-script runs without " + missing);
    }
    const Result<std::string> same = ProbeDeterminism(&bench->loop(), &bench->spawner());
    Add("deterministic Lua", same.ok() ? "ok" : "failed",
        same.ok() ? "sort, pairs and # agree in two processes" : same.error().message);
  }

  void AddAll(std::vector<Finding> findings) {
    for (Finding& finding : findings) findings_.push_back(std::move(finding));
  }

  void Database() {
    if (IsAbsentOrEmpty(db_)) {
      const std::filesystem::path folder = std::filesystem::path(db_).parent_path();
      const std::string where = folder.empty() ? "." : folder.string();
      const bool fine = !std::filesystem::exists(where) || access(where.c_str(), W_OK) == 0;
      return Add("database", fine ? "ok" : "failed",
                 db_ + (fine ? " will be made by the first run" : ": the folder is not writable"));
    }
    const Result<std::unique_ptr<Connection>> database = OpenForReading(db_);
    if (!database.ok()) return Add("database", "failed", database.error().message);
    const Result<std::string> integrity = Integrity(database->get());
    if (!integrity.ok()) return Add("database", "failed", integrity.error().message);
    if (*integrity != "ok") return Add("database", "failed", db_ + ": " + *integrity);
    const bool writable = access(db_.c_str(), W_OK) == 0;
    Add("database", writable ? "ok" : "warning",
        db_ + (writable ? ", intact" : ", intact, but not writable for you"));
  }

  static Result<std::string> Integrity(Connection* database) {
    HONE_ASSIGN(Statement statement, database->Prepare("PRAGMA integrity_check(1)"));
    HONE_ASSIGN(const bool row, statement.Step());
    return row ? statement.String(0) : std::string("integrity_check gave no answer");
  }

  void Disk() {
    std::filesystem::path folder = std::filesystem::absolute(db_).parent_path();
    while (!std::filesystem::exists(folder) && folder.has_relative_path()) {
      folder = folder.parent_path();
    }
    struct statvfs disk {};
    if (statvfs(folder.c_str(), &disk) != 0) return Add("disk", "warning", "cannot be asked");
    const auto free = static_cast<int64_t>(disk.f_bavail * disk.f_frsize);
    Add("disk", free < kLowDiskBytes ? "warning" : "ok",
        std::to_string(free >> 20U) + " MiB free at " + folder.string());
  }

  void Documents() {
    const char* text = "/usr/share/doc/debian-policy/policy.txt.gz";
    const bool there = std::filesystem::exists(text);
    Add("quickstart documents", there ? "ok" : "warning",
        there ? "debian-policy is there" : std::string(text) + " is missing: ./dev setup");
  }

  std::string db_;
  std::vector<Finding> findings_;
};

}  // namespace

VerbResult DoctorVerb(const GlobalArguments& global, const DoctorArguments& arguments) {
  Doctor doctor(global);
  doctor.Examine(arguments);
  Json list = Json::MakeArray();
  std::string text;
  bool healthy = true;
  for (const Finding& finding : doctor.findings()) {
    healthy = healthy && finding.status != "failed";
    list.Append(Json::MakeObject(
        {{"check", finding.check}, {"status", finding.status}, {"detail", finding.detail}}));
    text += finding.status + std::string(9 - finding.status.size(), ' ') + finding.check + ": " +
            finding.detail + "\n";
  }
  if (arguments.json) {
    PrintJson(list);
  } else {
    PrintText(text);
  }
  return healthy ? ExitCode::kComplete : ExitCode::kIncomplete;
}

}  // namespace hone
