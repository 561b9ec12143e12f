#include "primitives/container_verify.h"

#include <algorithm>

#include "base/text.h"
#include "primitives/container_exec.h"
#include "primitives/container_open.h"
#include "primitives/container_put.h"
#include "primitives/container_session.h"
#include "primitives/test_verdict.h"
#include "primitives/verified_changes.h"

namespace hone {
namespace {

constexpr const char* kLogs = "/logs/verifier";
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t kOutputBytes = 64U << 10U;  // of standard output and error, the end of it
constexpr std::size_t kPathsAtOnce = 200;         // deleted by one command
constexpr std::size_t kLeftOutShown = 200;

struct VerifyWish {
  const Asset* tests = nullptr;
  std::string tests_folder = "/tests";
  ExecSpec command;
  bool is_published = false;
  TestRules rules;
};

// The recipe's own, else the image's.
std::string SearchPath(const ContainerBox& box) {
  for (const auto* env : {&box.spec.env, &box.image.env}) {
    if (const auto path = env->find("PATH"); path != env->end()) return path->second;
  }
  return kDefaultPath;
}

Result<VerifyWish> ReadVerify(const ContainerBox& box, const Json& args, const AssetMap& assets) {
  const std::string where = "container:verify";
  VerifyWish wish;
  HONE_ASSIGN(wish.tests, FindAsset(assets, args["tests"], where + ": tests"));
  if (args.Has("tests_dir")) wish.tests_folder = args["tests_dir"].AsString();
  if (!wish.tests_folder.starts_with("/") || wish.tests_folder == "/") {
    return Invalid(where + ": tests_dir must be an absolute path below /");
  }
  Json command = args;
  if (!command.Has("argv")) {
    command.Set("argv", Json::MakeArray({"bash", wish.tests_folder + "/test.sh"}));
  }
  HONE_ASSIGN(wish.command, ReadExec(box, command, where));
  if (!args.Has("timeout_s")) wish.command.timeout_ms = kDefaultVerifyMs;
  wish.command.max_output_bytes = int64_t{4} << 20U;
  wish.is_published = args["order"].AsString() == "published";
  wish.rules.zero_on_exit = args["zero_on_exit"].AsBool();
  if (wish.is_published) return wish;
  if (!args.Has("user")) wish.command.user = "0:0";
  if (!args.Has("workdir")) wish.command.workdir = box.image.workdir;
  // What the image says, and what git would take from a repository that the solver has set up.
  const std::map<std::string, std::string> settled = {{"PATH", SearchPath(box)},
                                                      {"GIT_CONFIG_COUNT", "2"},
                                                      {"GIT_CONFIG_KEY_0", "core.fsmonitor"},
                                                      {"GIT_CONFIG_VALUE_0", "false"},
                                                      {"GIT_CONFIG_KEY_1", "core.hooksPath"},
                                                      {"GIT_CONFIG_VALUE_1", "/dev/null"}};
  wish.command.env.insert(settled.begin(), settled.end());
  return wish;
}

std::string LastBytes(const std::string& text, std::size_t most) {
  return ToValidUtf8(text.size() <= most ? text : text.substr(text.size() - most));
}

// One verification: a chain of steps, each started by the end of the one before.
class Verification : public std::enable_shared_from_this<Verification> {
 public:
  Verification(std::shared_ptr<ContainerBox> box, VerifyWish wish, EffectDone done)
      : box_(std::move(box)), wish_(std::move(wish)), done_(std::move(done)) {}

  void Start() {
    if (wish_.is_published) return RunTests();
    TakeChanges();
  }

 private:
  using Self = std::shared_ptr<Verification>;

  void Fail(Error error) { done_(EffectEnd::Failure(std::move(error), true)); }

  // The solver's doing: a verdict, not a failure of the world.
  void Refuse(const std::string& why) {
    Json verdict = TestVerdict(ExecEnd{}, TestFiles{}, wish_.rules);
    verdict.Set("class", "verifier_fail");
    Finish(std::move(verdict), why);
  }

  void Finish(Json verdict, const std::string& output) {
    verdict.Set("stdout", output);
    Json left_out = Json::MakeArray();
    for (const std::string& path : left_out_) {
      if (left_out.size() < kLeftOutShown) left_out.Append(Json(ToValidUtf8(path)));
    }
    verdict.Set("left_out", std::move(left_out));
    verdict.Set("unsafe", wish_.is_published || box_->has_tests);
    verdict.Set("timed_out", end_.timed_out);
    done_(EffectEnd::Value(std::move(verdict), end_.duration_ms));
  }

  void TakeChanges() {
    GetSpec spec;
    spec.changes_only = true;
    spec.exclude = SystemFolders(
        box_->image.env, {wish_.tests_folder, "/logs", "/solution", "/oracle", kSessionFolder});
    spec.max_bytes = kMaxChangedBytes;
    box_->engine->Get(
        box_->id, std::move(spec),
        [self = shared_from_this()](const Result<FileTree>& tree) { self->OnChanges(tree); });
  }

  void OnChanges(const Result<FileTree>& tree) {
    if (!tree.ok()) {
      if (tree.error().code == ErrorCode::kInvalidArgument) return Refuse(tree.error().message);
      return Fail(tree.error());
    }
    Result<std::vector<TarEntry>> entries = ReadTar(tree->tar);
    if (!entries.ok()) return Fail(entries.error());
    VerifiedChanges changes = FilterChanges({std::move(*entries), tree->deleted});
    changes_ = std::move(changes.kept);
    left_out_ = std::move(changes.left_out);
    left_out_.insert(left_out_.end(), tree->left_out.begin(), tree->left_out.end());
    if (box_->sessions != nullptr) box_->sessions->Forget(box_->id);
    box_->engine->Destroy(box_->id, [self = shared_from_this()](const Result<Ok>& gone) {
      if (!gone.ok()) return self->Fail(gone.error());
      self->MakeFresh();
    });
  }

  void MakeFresh() {
    if (box_->is_given_up) return;
    box_->engine->Create(
        box_->spec, [self = shared_from_this()](const Result<ContainerEngine::ContainerId>& made) {
          if (!made.ok()) return self->Fail(made.error());
          self->box_->id = *made;
          // Nobody waits any more, and nobody else knows of it.
          if (self->box_->is_given_up) {
            return self->box_->engine->Destroy(*made, [](const Result<Ok>& /*gone*/) {});
          }
          self->changes_.deleted.emplace_back(kLogs);
          self->changes_.deleted.push_back(self->wish_.tests_folder);
          self->Delete(0);
        });
  }

  // By the image's own rm, before anything of the solver's is there to be followed.
  void Delete(std::size_t first) {
    const std::vector<std::string>& paths = changes_.deleted;
    if (first >= paths.size()) return PutChanges();
    ExecSpec spec;
    spec.argv = {"rm", "-rf", "--"};
    const std::size_t last = std::min(paths.size(), first + kPathsAtOnce);
    spec.argv.insert(spec.argv.end(), paths.begin() + static_cast<std::ptrdiff_t>(first),
                     paths.begin() + static_cast<std::ptrdiff_t>(last));
    spec.user = "0:0";
    spec.workdir = "/";
    box_->engine->Exec(
        box_->id, std::move(spec), [self = shared_from_this(), last](const Result<ExecEnd>& end) {
          if (!end.ok()) return self->Fail(end.error());
          if (end->exit_code != 0) {
            return self->Fail(hone::Fail(
                ErrorCode::kUnavailable,
                "verification: deleted files cannot be deleted again: " + OneLine(end->err, 200)));
          }
          self->Delete(last);
        });
  }

  void PutChanges() {
    std::vector<TarEntry> entries = std::move(changes_.entries);
    // Open to whoever the tests run as.
    entries.push_back({"logs", TarEntry::Kind::kFolder, "", 0755});
    entries.push_back({"logs/verifier", TarEntry::Kind::kFolder, "", 0777});
    Result<std::string> tar = WriteTar(entries);
    if (!tar.ok()) return Fail(tar.error());
    box_->engine->Put(box_->id, "/", std::move(*tar),
                      [self = shared_from_this()](const Result<Ok>& put) {
                        if (put.ok()) return self->PutTests();
                        if (put.error().code == ErrorCode::kInvalidArgument) {
                          return self->Refuse(put.error().message);
                        }
                        self->Fail(put.error());
                      });
  }

  void PutTests() {
    PutAsset(*box_, *wish_.tests, wish_.tests_folder, [self = shared_from_this()](Status put) {
      if (!put.ok()) return self->Fail(put.error());
      self->RunTests();
    });
  }

  void RunTests() {
    box_->engine->Exec(box_->id, wish_.command,
                       [self = shared_from_this()](const Result<ExecEnd>& end) {
                         if (!end.ok()) return self->Fail(end.error());
                         self->end_ = *end;
                         self->ReadReward();
                       });
  }

  // What changed below the logs, so that every process is killed before it is read.
  void ReadReward() {
    GetSpec spec;
    spec.path = kLogs;
    spec.changes_only = true;
    spec.max_bytes = kMaxRewardBytes;
    box_->engine->Get(
        box_->id, std::move(spec),
        [self = shared_from_this()](const Result<FileTree>& tree) { self->OnReward(tree); });
  }

  void OnReward(const Result<FileTree>& tree) {
    const std::string output = LastBytes(end_.out + end_.err, kOutputBytes);
    if (!tree.ok()) {
      const ErrorCode code = tree.error().code;
      const bool is_content = code == ErrorCode::kNotFound || code == ErrorCode::kInvalidArgument;
      if (!is_content) return Fail(tree.error());
      return Finish(TestVerdict(end_, TestFiles{}, wish_.rules), output);
    }
    const Result<std::vector<TarEntry>> entries = ReadTar(tree->tar);
    if (!entries.ok()) return Fail(entries.error());
    TestFiles files;
    for (const TarEntry& entry : *entries) {
      if (entry.kind != TarEntry::Kind::kFile) continue;
      if (entry.path == "reward.txt") files.reward_text = entry.bytes;
      if (entry.path == "reward.json") files.reward_json = entry.bytes;
      if (entry.path == "ctrf.json") files.ctrf_json = entry.bytes;
    }
    Finish(TestVerdict(end_, files, wish_.rules), output);
  }

  std::shared_ptr<ContainerBox> box_;
  VerifyWish wish_;
  EffectDone done_;
  Changes changes_;
  std::vector<std::string> left_out_;
  ExecEnd end_;
};

}  // namespace

void RunContainerVerify(const std::shared_ptr<ContainerBox>& box, const Json& args,
                        const AssetMap& assets, EffectDone done) {
  Result<VerifyWish> wish = ReadVerify(*box, args, assets);
  if (!wish.ok()) return done(wish.error());
  std::make_shared<Verification>(box, std::move(*wish), std::move(done))->Start();
}

}  // namespace hone
