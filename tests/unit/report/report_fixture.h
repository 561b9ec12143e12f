// A results database with numbers that can be worked out by hand.
//
// Experiment "demo", seeds 1 and 2, items doc-01 to doc-12, each its own cluster with one report
// task of two rubrics. Every attempt costs an answer call and a judge call of 0.001 USD each.
//   no skill   solves 01-03, with the same answers under both seeds
//   Ctx2Skill  solves 01-09 under seed 1 (12 is ungraded), 01-06 under seed 2; its skill touches
//              task 10 under seed 2; judge calls of 01-03 are those of "no skill"
//   kEvilArm   finished items 01-03 of seed 1 only, solved; 04 failed; answer calls are Ctx2Skill's
// An attempt that is not solved passes one rubric of two.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "store/read_database.h"
#include "unit/store/store_fixture.h"

namespace hone {

inline const std::string kEvilArm = "=cmd|'\x1b[31m<b>`\xE2\x80\xAE";

struct ReportFixture : StoreFixture {
  Hash experiment = HashOf("demo");
  std::string judge_model = "offline/reader:judge";
  std::set<std::string> calls;

  void Must(Operation operation) {
    const Status status = Put(std::move(operation));
    if (!status.ok()) throw std::runtime_error(status.error().message);
  }

  void Call(const std::string& unit, const std::string& name, const std::string& prompt,
            const std::string& answer, const std::string& role, int64_t ordinal) {
    if (calls.insert(name).second) {
      PutIntent intent = IntentOf(name, prompt);
      intent.model = role == "judge" ? judge_model : "offline/reader";
      Must(intent);
      PutAnswer put = AnswerOf(name, answer);
      put.cost = PicoUsd{1'000'000'000};
      put.response_model = "offline-reader-1";
      Must(put);
    }
    PutUse use = UseOf(unit, name, ordinal);
    use.role = role;
    Must(use);
  }

  void Row(const std::string& unit, const std::string& table, const std::string& at, int64_t n,
           Json fields) {
    Must(PutRow{KeyOf(unit), table, at, n, std::move(fields)});
  }

  void Unit(const std::string& name, const std::string& kind, const std::string& item,
            const std::string& seed) {
    StartUnit start = UnitOf(name, kind);
    start.name = item;
    start.replicate = seed;
    Must(start);
  }

  void Arm(int position, const std::string& name, const std::string& recipe) {
    PutArm arm;
    arm.experiment = experiment;
    arm.position = position;
    arm.name = name;
    arm.recipe = recipe;
    arm.config_json = "{}";
    Must(arm);
  }

  void Ended(const Hash& key, int n, const std::string& outcome, bool maybe_billed) {
    EndSend end;
    end.key = key;
    end.send_n = n;
    end.outcome = outcome;
    end.maybe_billed = maybe_billed;
    end.now_ms = 5;
    Must(end);
  }

  struct Attempt {
    bool graded = true, solved = false;
    std::string answer_call, judge_call;  // names
    std::string separation = "delimiter";
    std::string skill;
  };

  static std::string ItemName(int item) {
    return std::string("doc-") + (item < 10 ? "0" : "") + std::to_string(item);
  }

  PutRunUnit CellOfItem(const std::string& arm, const std::string& seed, int item) {
    PutRunUnit cell;
    cell.run = RunName{experiment, arm, seed};
    cell.position = item;
    cell.name = ItemName(item);
    cell.cluster = "cluster-" + cell.name;
    cell.category = item <= 6 ? "first" : "second";
    cell.separation = "delimiter";
    cell.report_tasks = 1;
    return cell;
  }

  void FinishedCell(const std::string& arm, const std::string& seed, int item,
                    const Attempt& attempt) {
    const std::string place = arm + "/" + seed + "/" + ItemName(item);
    const std::string run = "run " + place;
    const std::string evaluation = "evaluate " + place;
    Unit(run, "run", ItemName(item), seed);
    if (!attempt.skill.empty()) {
      // Written before the unit ends, as a recipe does.
      const std::string task = "tasks:1#1";
      Row(run, "tasks", "1", 1,
          Json::MakeObject({{"name", "1#1"},
                            {"origin", "self_play"},
                            {"step", 1},
                            {"text", "A practice question about " + ItemName(item)},
                            {"rubrics", Json::MakeArray({"says why", "says when"})}}));
      Row(run, "skills", "", 1,
          Json::MakeObject({{"side", "reasoner"},
                            {"name", "notes"},
                            {"description", "old"},
                            {"step", 0},
                            {"words", 1},
                            {"text", "an earlier version"}}));
      Row(run, "skills", "", 2,
          Json::MakeObject({{"side", "reasoner"},
                            {"name", "notes"},
                            {"description", "Notes on a document."},
                            {"step", 1},
                            {"words", 9},
                            {"text", attempt.skill}}));
      Call(run, "loop " + place, "practice prompt", "practice answer", "reasoner", 1);
      Row(run, "attempts", "1", 1,
          Json::MakeObject(
              {{"task", task},
               {"purpose", "loop"},
               {"step", 1},
               {"graded", 1},
               {"solved", 0},
               {"n_pass", 1},
               {"n_rubrics", 2},
               {"call", KeyOf("loop " + place).Hex()},
               {"verdicts",
                Json::MakeArray(
                    {Json::MakeObject({{"status", "yes"}, {"reason", "it does"}}),
                     Json::MakeObject({{"status", "no"}, {"reason", "no date is named"}})})}}));
      Row(run, "edits", "", 1,
          Json::MakeObject({{"before_skill", "skills:#1"},
                            {"after_skill", "skills:#2"},
                            {"action", "replace"},
                            {"step", 1},
                            {"proposal", Json::MakeObject({{"analysis", "dates were missing"}})},
                            {"call", KeyOf("loop " + place).Hex()}}));
      Row(run, "selections", "", 1,
          Json::MakeObject({{"rule", "replay"},
                            {"candidate", 2},
                            {"skill", "skills:#2"},
                            {"scores", Json::MakeArray({Json::MakeObject({{"score", "1/2"}}),
                                                        Json::MakeObject({{"score", "3/4"}})})}}));
    }
    EndUnit end;
    end.unit_key = KeyOf(run);
    end.status = "finished";
    end.result = Json::MakeObject({{"skill", attempt.skill}});
    end.now_ms = 3000;
    Must(end);

    Unit(evaluation, "evaluate", ItemName(item), seed);
    Call(evaluation, attempt.answer_call, "Answer: " + attempt.answer_call,
         "answer to " + ItemName(item) + (attempt.skill.empty() ? "" : " " + place), "reasoner", 1);
    Call(evaluation, attempt.judge_call, "Judge: " + attempt.judge_call, "{}", "judge", 2);
    Row(evaluation, "tasks", "1", 1,
        Json::MakeObject({{"name", "t-" + ItemName(item)},
                          {"origin", "report"},
                          {"text", "What does " + ItemName(item) + " say?"},
                          {"rubrics", Json::MakeArray({"names the topic", "quotes it"})}}));
    Json verdicts = Json::MakeArray();
    if (attempt.graded) {
      verdicts.Append(Json::MakeObject({{"status", "yes"}, {"reason", "it is named"}}));
      verdicts.Append(Json::MakeObject(
          {{"status", attempt.solved ? "yes" : "no"}, {"reason", "looked for a quote"}}));
    }
    Row(evaluation, "attempts", "1", 1,
        Json::MakeObject(
            {{"task", "tasks:1#1"},
             {"purpose", "report"},
             {"answer", "answer to " + ItemName(item) + (attempt.skill.empty() ? "" : " " + place)},
             {"graded", attempt.graded ? 1 : 0},
             {"solved", attempt.solved ? 1 : 0},
             {"n_pass", attempt.graded ? (attempt.solved ? 2 : 1) : 0},
             {"n_rubrics", 2},
             {"ungraded_reason", attempt.graded ? "" : "the judge's answer was cut off"},
             {"call", KeyOf(attempt.answer_call).Hex()},
             {"judge_call", KeyOf(attempt.judge_call).Hex()},
             {"verdicts", verdicts}}));
    end.unit_key = KeyOf(evaluation);
    end.result = Json::MakeObject({{"attempted", 1}});
    Must(end);
    PutRunUnit cell = CellOfItem(arm, seed, item);
    cell.separation = attempt.separation;
    cell.unit_key = KeyOf(run);
    cell.evaluate_unit_key = KeyOf(evaluation);
    if (!attempt.skill.empty()) cell.skill_hash = HashOf(attempt.skill);
    Must(cell);
  }

  static std::string SkillText(const std::string& item) {
    return "---\nname: notes\ndescription: Notes on " + item +
           ".\n---\n\n# Notes\n\nLook at the dates.\n";
  }

  void FillDemo() {
    Open();
    PutExperiment put;
    put.hash = experiment;
    put.name = "demo";
    put.file = "experiments/demo.lua";
    put.config_json =
        R"({"seeds":["1","2"],"table":{"baseline":"no skill"},"models":{"default":"offline/reader"},)"
        R"("evaluate":{"with":"rubrics","judge":"offline/reader:judge"}})";
    put.sources_json = put.data_json = put.prices_json = "{}";
    put.hone_version = "test";
    put.now_ms = 1'700'000'000'000;
    Must(put);
    const std::vector<std::string> arms = {"no skill", "Ctx2Skill", kEvilArm};
    for (std::size_t i = 0; i < arms.size(); ++i) {
      Arm(static_cast<int>(i), arms[i], i == 0 ? "no_skill" : "ctx2skill");
      for (const char* seed : {"1", "2"}) {
        Must(PutRun{.run = {experiment, arms[i], seed},
                    .program_hash = KeyOf("p"),
                    .status = "running",
                    .now_ms = 1});
        for (int item = 1; item <= 12; ++item) Must(CellOfItem(arms[i], seed, item));
      }
    }
    for (const std::string seed : {"1", "2"}) {
      for (int item = 1; item <= 12; ++item) {
        const std::string place = seed + "/" + std::to_string(item);
        Attempt base;
        base.solved = item <= 3;
        base.answer_call = "base answer " + place;
        base.judge_call = "base judge " + place;
        FinishedCell("no skill", seed, item, base);
        Attempt ctx;
        ctx.solved = item <= (seed == "1" ? 9 : 6);
        ctx.graded = !(seed == "1" && item == 12);
        ctx.answer_call = "ctx answer " + place;
        ctx.judge_call = item <= 3 ? base.judge_call : "ctx judge " + place;
        ctx.skill = SkillText(ItemName(item));
        FinishedCell("Ctx2Skill", seed, item, ctx);
        if (seed == "1" && item <= 3) {
          Attempt evil;
          evil.solved = true;
          evil.answer_call = ctx.answer_call;
          evil.judge_call = "evil judge " + place;
          FinishedCell(kEvilArm, seed, item, evil);
        }
      }
    }
    Must(PutOverlap{{experiment, "Ctx2Skill", "2"}, 10, "t-doc-10", "skill"});
    Unit("broken", "run", "doc-04", "1");
    EndUnit end;
    end.unit_key = KeyOf("broken");
    end.status = "failed";
    end.error_code = "bad_response";
    end.error_message = "no usable tasks\x1b[2J";
    end.now_ms = 9;
    Must(end);
    PutRunUnit cell = CellOfItem(kEvilArm, "1", 4);
    cell.unit_key = KeyOf("broken");
    Must(cell);
    Must(EndExperiment{experiment, "incomplete", 1'700'000'061'500});
  }

  std::unique_ptr<ReadDatabase> Reader() {
    auto reader = ReadDatabase::Open(path);
    if (!reader.ok()) throw std::runtime_error(reader.error().message);
    return std::move(reader).value();
  }
};

}  // namespace hone
