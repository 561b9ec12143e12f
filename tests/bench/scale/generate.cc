// A results database of CL-bench's full scale, written through the real Store: 500 contexts, 15
// arms, 3 seeds; 1,899 report tasks a run with 16.6 rubrics each, and twelve arms with five
// iterations of self-play of five tasks each. About 560,000 attempts and 6.7 million verdicts.
//
//   scale_generate DB [--contexts 500] [--seeds 3] [--group 1000]
//
// Prints one JSON line: rows a second through the Store, and of the same rows by a raw SQLite bulk
// insert (prepared statements in transactions of 100,000 rows, the same schema and PRAGMAs: WAL,
// synchronous=FULL, foreign keys; rows in the order of their keys) of a fresh file in the same run.
#include <sqlite3.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/scale/raw_insert.h"
#include "stats/random_stream.h"
#include "unit/store/store_fixture.h"

namespace hone {
namespace {

constexpr int kIterations = 5;
constexpr int kTasksPerIteration = 5;
// In file order: three arms without a loop, then twelve with one, of which eight share their calls.
const std::vector<std::string> kArms = {"Base Model",
                                        "Prompting",
                                        "AutoSkill4Doc",
                                        "Ctx2Skill",
                                        "w/o Cross-Time Replay Mechanism",
                                        "w/o Easy Probe Set",
                                        "w/o Hard Probe Set",
                                        "w/o Laplace Smoothing",
                                        "Using Additive Scoring in Eq.(4)",
                                        "Using Skills from Iter-1",
                                        "Using Skills from Iter-3",
                                        "w/o Decoupling Proposer and Generator",
                                        "w/o Challenger Skills Evolving",
                                        "Loser-Only Skill Update",
                                        "Joint Outcome Skill Update"};
constexpr int kFirstLoop = 3, kLastSharing = 10;
const std::vector<std::string> kCategories = {
    "Domain Knowledge Reasoning", "Rule System Application", "Procedural Task Execution",
    "Empirical Discovery & Simulation"};

std::string Words(RandomStream* random, int64_t words) {
  static const std::vector<std::string> kWords = {
      "the",   "answer",   "states", "a",     "section", "of",   "rule",  "context",
      "which", "requires", "each",   "value", "between", "two",  "steps", "before",
      "final", "result",   "named",  "in",    "table",   "must", "not",   "exceed"};
  std::string out;
  for (int64_t i = 0; i < words; ++i) {
    if (i > 0) out += ' ';
    out += kWords[static_cast<std::size_t>(random->Below(kWords.size()))];
  }
  return out + " " + std::to_string(random->Below(1'000'000)) + ".";
}

class Generator {
 public:
  Generator(std::string path, int contexts, int seeds, int group)
      : path_(std::move(path)), contexts_(contexts), seeds_(seeds), group_(group) {}

  void Run() {
    auto opened =
        Store::Open({.path = path_, .answer_sources = {}, .max_group = group_, .reserve_bytes = 0},
                    loop_.post());
    if (!opened.ok()) Die(opened.error().message);
    store_ = std::move(opened).value();
    PlanExperiment();
    for (int context = 0; context < contexts_; ++context) {
      for (int seed = 1; seed <= seeds_; ++seed) {
        for (std::size_t arm = 0; arm < kArms.size(); ++arm) {
          Cell(static_cast<int>(arm), seed, context);
        }
      }
      Flush();
      if ((context + 1) % 50 == 0) {
        std::fprintf(stderr, "%d contexts, %.0f s\n", context + 1, Now() - started_);
      }
    }
    Put(EndExperiment{experiment_, "complete", 2});
    Flush();
    store_.reset();
  }

 private:
  [[noreturn]] static void Die(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
  }

  void Put(Operation operation) { store_->Write(std::move(operation)); }

  void Flush() {
    bool done = false;
    store_->Flush([&](const Status& status) {
      if (!status.ok()) Die(status.error().message);
      done = true;
    });
    loop_.RunUntil([&] { return done; });
  }

  static std::string Item(int context) { return "context-" + std::to_string(1000 + context); }
  static int TasksOf(int context) { return context % 5 == 4 ? 3 : 4; }  // 3.8 on average

  void PlanExperiment() {
    PutExperiment put;
    put.hash = experiment_;
    put.name = "scale";
    put.file = "experiments/scale.lua";
    put.config_json =
        R"({"name":"scale","seeds":[1,2,3],"table":{"baseline":"Base Model","by":"category"},)"
        R"("models":{"default":"openai/generated"},"evaluate":{"with":"rubrics","judge":"openai/judge"}})";
    put.sources_json = put.prices_json = "{}";
    put.data_json = R"({"items":)" + std::to_string(contexts_) + "}";
    put.hone_version = "bench";
    put.now_ms = 1;
    Put(put);
    for (std::size_t arm = 0; arm < kArms.size(); ++arm) {
      PutArm one;
      one.experiment = experiment_;
      one.position = static_cast<int>(arm);
      one.name = kArms[arm];
      one.recipe = arm == 0 ? "no_skill" : "ctx2skill";
      one.baseline = arm == 0 ? "" : kArms[0];
      one.config_json = R"({"models":{"default":"openai/generated"}})";
      Put(one);
      for (int seed = 1; seed <= seeds_; ++seed) {
        Put(PutRun{{experiment_, kArms[arm], std::to_string(seed)}, KeyOf("p"), "complete", 2});
      }
    }
  }

  void Start(const std::string& unit, const std::string& kind, int context, int seed) {
    StartUnit start = UnitOf(unit, kind);
    start.name = Item(context);
    start.replicate = std::to_string(seed);
    Put(start);
    ordinal_ = 0;
  }
  void End(const std::string& unit) {
    EndUnit end;
    end.unit_key = KeyOf(unit);
    end.status = "finished";
    end.now_ms = 3;
    Put(end);
  }

  // An answer and its judgement; calls of a name are bought once and used wherever they are named.
  void Attempt(const std::string& unit, const std::string& call, const std::string& purpose,
               const std::string& path, int64_t n, Json fields, bool is_new, int64_t words,
               int64_t rubrics, double level) {
    const std::string judge = "judge " + call;
    RandomStream random(call);
    const std::string answer = Words(&random, words);
    if (is_new) {
      Call(call, "openai/generated", "Task: " + call, answer);
      Call(judge, "openai/judge", "Judge: " + call, Words(&random, rubrics * 12));
    }
    Use(unit, path, call, "reasoner");
    Use(unit, path, judge, "judge");
    Json verdicts = Json::MakeArray();
    int64_t passed = 0;
    for (int64_t i = 0; i < rubrics; ++i) {
      const bool yes = random.Double() < level;
      passed += yes ? 1 : 0;
      verdicts.Append(Json::MakeObject(
          {{"status", yes ? "yes" : "no"}, {"reason", "The answer " + Words(&random, 6)}}));
    }
    const bool graded = random.Below(100) != 0;
    fields.Set("purpose", purpose);
    fields.Set("answer", answer);
    fields.Set("call", KeyOf(call).Hex());
    fields.Set("judge_call", KeyOf(judge).Hex());
    fields.Set("graded", graded ? 1 : 0);
    fields.Set("solved", graded && passed == rubrics ? 1 : 0);
    fields.Set("n_pass", graded ? passed : 0);
    fields.Set("n_rubrics", rubrics);
    if (!graded) fields.Set("ungraded_reason", "the judge's answer was cut off at its limit");
    if (graded) fields.Set("verdicts", std::move(verdicts));
    Put(PutRow{KeyOf(unit), "attempts", path, n, std::move(fields)});
  }

  void Task(const std::string& unit, const std::string& name, const std::string& origin,
            const std::string& path, int64_t n, std::optional<int64_t> step, int64_t rubrics) {
    RandomStream random(name);
    Json list = Json::MakeArray();
    for (int64_t i = 0; i < rubrics; ++i) list.Append("The answer names " + Words(&random, 5));
    Json fields = Json::MakeObject({{"origin", origin},
                                    {"text", Words(&random, random.Int(25, 70))},
                                    {"rubrics", std::move(list)}});
    if (origin == "report") fields.Set("name", name);
    if (step) fields.Set("step", *step);
    Put(PutRow{KeyOf(unit), "tasks", path, n, std::move(fields)});
  }

  void Call(const std::string& name, const std::string& model, const std::string& prompt,
            const std::string& answer) {
    PutIntent intent = IntentOf(name, prompt);
    intent.model = model;
    Put(std::move(intent));
    PutAnswer put = AnswerOf(name, answer);
    put.response_model = model.substr(7);
    put.input_tokens = 10'400;
    put.output_tokens = static_cast<int64_t>(answer.size()) / 4;
    put.cost = PicoUsd{21'000'000'000};
    Put(std::move(put));
  }
  void Use(const std::string& unit, const std::string& path, const std::string& call,
           const std::string& role) {
    PutUse use;
    use.unit_key = KeyOf(unit);
    use.path = path;
    use.ordinal = ++ordinal_;
    use.key = KeyOf(call);
    use.role = role;
    use.step = "answer";
    Put(use);
  }

  std::string Skill(const std::string& place, int iteration) {
    RandomStream random(place + std::to_string(iteration));
    return "---\nname: notes\ndescription: Notes on a context.\n---\n\n" +
           Words(&random, 80L * (iteration + 1));
  }

  void Loop(const std::string& unit, int arm, int seed, int context) {
    const bool shares = arm <= kLastSharing;
    const std::string pool = shares ? kArms[kFirstLoop] : kArms[static_cast<std::size_t>(arm)];
    const bool is_new = !shares || arm == kFirstLoop;
    const std::string place = pool + "/" + std::to_string(seed) + "/" + Item(context);
    for (int step = 1; step <= kIterations; ++step) {
      for (int i = 1; i <= kTasksPerIteration; ++i) {
        const std::string path = std::to_string(step) + "." + std::to_string(i);
        const std::string name = place + "/" + path;
        RandomStream random(name, "size");
        const int64_t rubrics = random.Int(6, 17);
        Task(unit, name, "self_play", path, 1, step, rubrics);
        Json fields = Json::MakeObject({{"task", "tasks:" + path + "#1"}, {"step", step}});
        Attempt(unit, "loop " + name, "loop", path, 1, std::move(fields), is_new,
                random.Int(60, 320), rubrics, 0.86);
      }
      Json skill = Json::MakeObject({{"side", "reasoner"}, {"step", step}});
      skill.Set("text", Skill(place, step));
      Put(PutRow{KeyOf(unit), "skills", "", step, std::move(skill)});
      Json edit = Json::MakeObject({{"after_skill", "skills:#" + std::to_string(step)},
                                    {"action", "replace"},
                                    {"step", step},
                                    {"proposal", Json::MakeObject({{"analysis", "dates"}})}});
      Put(PutRow{KeyOf(unit), "edits", "", step, std::move(edit)});
    }
    if (arm == kFirstLoop) Replay(unit, place);
    RandomStream random(place, "selection");
    Put(PutRow{KeyOf(unit), "selections", "", 1,
               Json::MakeObject({{"rule", arm == kFirstLoop + 1 ? "last" : "replay"},
                                 {"candidate", random.Int(1, kIterations)},
                                 {"skill", "skills:#" + std::to_string(random.Int(1, 5))}})});
  }

  void Replay(const std::string& unit, const std::string& place) {
    for (int probe = 1; probe <= 3; ++probe) {
      const std::string task = "tasks:1." + std::to_string(probe) + "#1";
      Put(PutRow{KeyOf(unit), "probes", "", probe,
                 Json::MakeObject({{"probe_set", probe == 3 ? "easy" : "hard"}, {"task", task}})});
      for (int candidate = 1; candidate <= kIterations; ++candidate) {
        const std::string path = "r." + std::to_string(probe) + "." + std::to_string(candidate);
        Attempt(unit, "replay " + place + path, "replay", path, 1,
                Json::MakeObject({{"task", task}}), true, 120, 11, 0.9);
      }
    }
  }

  void Cell(int arm, int seed, int context) {
    const std::string& name = kArms[static_cast<std::size_t>(arm)];
    const std::string place = name + "/" + std::to_string(seed) + "/" + Item(context);
    const std::string unit = "run " + place;
    Start(unit, "run", context, seed);
    if (arm >= kFirstLoop) Loop(unit, arm, seed, context);
    End(unit);
    const std::string evaluation = "evaluate " + place;
    Start(evaluation, "evaluate", context, seed);
    for (int task = 1; task <= TasksOf(context); ++task) {
      const std::string id = Item(context) + "-t" + std::to_string(task);
      const std::string path = std::to_string(task);
      RandomStream random(id, "size");
      const int64_t rubrics = random.Int(8, 25);
      Task(evaluation, id, "report", path, 1, std::nullopt, rubrics);
      Attempt(evaluation, "report " + place + id, "report", path, 1,
              Json::MakeObject({{"task", "tasks:" + path + "#1"}}), true, random.Int(80, 260),
              rubrics, 0.87 + 0.004 * arm);
    }
    End(evaluation);
    PutRunUnit cell;
    cell.run = {experiment_, name, std::to_string(seed)};
    cell.position = context + 1;
    cell.name = Item(context);
    cell.cluster = "document-" + std::to_string(context);
    cell.category = kCategories[static_cast<std::size_t>(context % 4)];
    cell.separation = "delimiter";
    cell.report_tasks = TasksOf(context);
    cell.unit_key = KeyOf(unit);
    cell.evaluate_unit_key = KeyOf(evaluation);
    if (arm >= kFirstLoop) {
      cell.skill_hash =
          HashOf(Skill(kArms[kFirstLoop] + "/" + std::to_string(seed) + "/" + Item(context), 3));
    }
    Put(cell);
    if (arm >= kFirstLoop && context % 40 == 0) {
      Put(PutOverlap{cell.run, cell.position, Item(context) + "-t1", "task"});
    }
  }

  const std::string path_;
  const int contexts_, seeds_, group_;
  const Hash experiment_ = HashOf("scale");
  const double started_ = Now();
  TestLoop loop_;
  std::unique_ptr<Store> store_;
  int64_t ordinal_ = 0;
};

void Remove(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm", ".lock", ".reserve"}) {
    std::error_code ignored;
    std::filesystem::remove(path + end, ignored);
  }
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: scale_generate DB [--contexts N] [--seeds N] [--group N]\n");
    return 2;
  }
  const std::string path = argv[1];
  int contexts = 500;
  int seeds = 3;
  int group = 1000;
  for (int i = 2; i + 1 < argc; i += 2) {
    const int value = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--contexts") == 0) contexts = value;
    if (std::strcmp(argv[i], "--seeds") == 0) seeds = value;
    if (std::strcmp(argv[i], "--group") == 0) group = value;
  }
  // The comparison: a tenth of the scale, the same rows both ways.
  const std::string sample = path + ".sample";
  const std::string raw_path = path + ".raw";
  Remove(sample);
  Remove(raw_path);
  const int sample_contexts = std::max(1, contexts / 10);
  double start = Now();
  const double cpu = Cpu(RUSAGE_SELF) - Cpu(RUSAGE_THREAD);
  Generator(sample, sample_contexts, seeds, group).Run();
  const double sample_seconds = Now() - start;
  // What the generator itself costs is on this thread; the writer has one of its own.
  const double sample_cpu = Cpu(RUSAGE_SELF) - Cpu(RUSAGE_THREAD) - cpu;
  const Raw raw = CopyRaw(sample, raw_path);
  Remove(sample);
  Remove(raw_path);
  Remove(path);
  start = Now();
  Generator(path, contexts, seeds, group).Run();
  const double seconds = Now() - start;
  sqlite3* database = OpenRaw(path);
  int64_t rows = 0;
  std::string counts;
  for (const std::string& table :
       Column(database,
              "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
    const int64_t n = std::stoll(Column(database, "SELECT count(*) FROM " + table).front());
    rows += n;
    counts += (counts.empty() ? "\"" : ", \"") + table + "\": " + std::to_string(n);
  }
  sqlite3_close(database);
  std::printf(
      "{\"rows\": %lld, \"seconds\": %.2f, \"rows_per_s\": %.0f, \"sample_rows\": %lld, "
      "\"sample_rows_per_s\": %.0f, \"raw_rows_per_s\": %.0f, \"sample_rows_per_cpu_s\": %.0f, "
      "\"raw_rows_per_cpu_s\": %.0f, \"tables\": {%s}}\n",
      static_cast<long long>(rows), seconds, static_cast<double>(rows) / seconds,
      static_cast<long long>(raw.rows), static_cast<double>(raw.rows) / sample_seconds,
      static_cast<double>(raw.rows) / raw.seconds, static_cast<double>(raw.rows) / sample_cpu,
      static_cast<double>(raw.rows) / raw.cpu, counts.c_str());
  return 0;
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) { return hone::Main(argc, argv); }
