// The jobs of the offline reader, one file each. Every one is a pure function of the prompt, the
// options and the slips (a stream drawn from the call's seed); any thread.
//
// answer_task        no format           quotes what it saw that matches the task
// short_answer       no format, <answer> asked for: the words of the best sentence that the task
//                                        leaves out
// choose_label       the same, with choices "A. ..." in the task
// act_in_text        no format, <actions>: one of them
// look_up            a tool grep: calls it, then a short answer
// make_tasks         "tasks"             challenger: questions on statements of the context, with
//                                        rubrics
// judge_rubrics      "verdicts"          judge: are the words a rubric asks for in the answer?
// diagnose_failures  "diagnosis"         proposer: in which part of the context does what was
//                                        missing stand?
//                    "proposal"          the same, in Afterimage's form; or: keep
// write_skill        "skill"             generator: puts a proposal (or its own diagnosis,
//                                        or what it gets to read) into a SKILL.md
//                    "skill_addition"    the same without the lines of the present skill
//                    "skill_parts"       the same in Afterimage's form
// window_skills      "skill_candidates"  AutoSkill4Doc: a skill for each large part of a window
//                    "recombination"     joins a candidate with a skill that names the same part
// judge_quality      "skill_quality"     a skill beside its context, in five dimensions
// analyse_trajectories  "edit_analysis", "suggestion_analysis", "rewrite_analysis"
//                                        optimizer: lines that the failures ask for
//                                        (skill_changes.h)
// merge_changes      "edit_merge", "suggestion_merge", "rewrite_merge"
//                                        one change for what says the same
// rank_changes       "edit_ranking"      what most items ask for
// choose_rate        "learning_rate"     the worse the score, the more changes
// rewrite_skill      "skill_rewrite"     suggestions worked into the skill
// guide_epoch        "slow_guidance"     lines lost in an epoch whose tasks regressed
//                    "meta_guidance"     how many tasks improved and regressed, for the optimizer
// consolidate_notes  "note_consolidation"  one note for what shares most of its words
// solve_in_shell     bash, or            solver: follows what skills say, else explores (see there)
//                    "terminal_step"
// evolve_workspace   workspace_bash      evolver: writes what the observations taught into skills
// write_guides       "task_skill"        the same in one answer, for a task
//                    "distilled_skill"   a skill reduced to what is done and noted in it
//                    "success_draft"     for the category of a task that was solved
// fill_schema        another name        the smallest JSON that has the schema's shape
#pragma once

#include <memory>
#include <string>

#include "adapters/offline/options.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/prompt.h"
#include "adapters/offline/reading.h"
#include "adapters/offline/shell_turns.h"
#include "adapters/offline/slips.h"
#include "base/json.h"

namespace hone::offline {

struct Job {
  const Prompt& prompt;
  std::shared_ptr<const Reading> context;  // of prompt.context, never null
  ReaderOptions options;
  Slips slips;
};

std::string AnswerTask(Job job);
std::string ShortAnswer(Job job);
bool OffersChoices(const std::string& task);  // "A. ...", "B. ..."
std::string ChooseLabel(Job job);
std::string ActInText(Job job);
Json MakeTasks(Job job);
Json JudgeRubrics(Job job);
Json DiagnoseFailures(Job job);
Json ProposeChange(Job job);
Json WriteSkill(Job job);
Json WriteAddition(Job job);
Json WriteSkillParts(Job job);
Json FindWindowSkills(Job job);
Json Recombine(Job job);
Json JudgeQuality(Job job);
Json AnalyseForEdits(Job job);
Json AnalyseForSuggestions(Job job);
Json AnalyseForRewrite(Job job);
Json MergeEdits(Job job);
Json MergeSuggestions(Job job);
Json MergeRewrites(Job job);
Json RankChanges(Job job);
Json ChooseLearningRate(Job job);
Json RewriteSkill(Job job);
Json GuideEpoch(Job job);
Json GuideOptimizer(Job job);
Json ConsolidateNotes(Job job);
Json WriteTaskSkill(Job job);
Json DistilSkill(Job job);
Json DraftFromSuccess(Job job);
Json FillSchema(const Json& schema);

// A job with a shell: one step of it, from all that was done before. Its slips are this step's own.
struct ShellJob {
  const ShellTurns& turns;
  ReaderOptions options;
  Slips slips;
};
ShellStep SolveInShell(ShellJob job);
ShellStep EvolveWorkspace(ShellJob job);

// What the diagnosis finds, before it is put into words: shared by proposer and generator (one call
// may be asked to do both).
struct Diagnosis {
  std::vector<Pointer> pointers;
  std::vector<std::string> notes;
  std::string analysis;
};
// Which side's skill is asked for: <side>challenger</side>, else the reasoner's.
bool ForChallenger(const Prompt& prompt);
Diagnosis Diagnose(Job* job);
// The section that holds a phrase quoted in a rubric, else the one nearest to the words of task and
// rubric; -1 for none.
int SectionOf(const Reading& context, const std::string& rubric, const std::string& task);
// A pointer to a section for tasks like this one.
Pointer PointerTo(const Reading& context, int section, const std::string& task);

// Terms one pointer carries: more would crowd the context out, fewer would miss tasks.
inline constexpr std::size_t kPointerTerms = 8;

}  // namespace hone::offline
