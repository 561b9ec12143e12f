#include "adapters/offline/reader.h"

#include <algorithm>
#include <utility>

#include "adapters/offline/jobs.h"
#include "adapters/offline/look_up.h"
#include "adapters/offline/tokens.h"

namespace hone {
namespace {

using namespace offline;  // NOLINT: this file is that namespace's front door

// A memo of a pure function: units that run side by side return to their contexts again and again.
ReadingCache& Readings() {
  static ReadingCache cache(64);
  return cache;
}

uint64_t SeedOf(const ChatRequest& request) {
  const Json& pinned = request.sampling["seed"];
  if (pinned.is_int()) return static_cast<uint64_t>(pinned.AsInt());
  if (request.seed) return *request.seed;
  Sha256 hash;
  for (const ChatMessage& message : request.messages) {
    for (const Part& part : message.content) hash.Update(part.hash.View());
  }
  return hash.Finish().Prefix64();
}

void WorkInShell(const ChatRequest& request, const ReaderOptions& options, ChatAnswer* answer) {
  const ShellTurns turns(request);
  const ShellJob job{turns, options, Slips(SeedOf(request))};
  Express(turns.style == ShellStyle::kWorkspace ? EvolveWorkspace(job) : SolveInShell(job), turns,
          answer);
}

std::string Work(const ChatRequest& request, const ReaderOptions& options) {
  const Prompt prompt(request);
  const auto job = [&] {
    return Job{prompt, Readings().Get(prompt.context), options, Slips(SeedOf(request))};
  };
  const std::string& format = request.format["name"].AsString();
  if (!request.format.is_object()) {
    if (prompt.rest.find("<actions>") != std::string::npos) return ActInText(job());
    if (prompt.rest.find("<answer>") == std::string::npos) return AnswerTask(job());
    return OffersChoices(prompt.task) ? ChooseLabel(job()) : ShortAnswer(job());
  }
  if (format == "tasks") return MakeTasks(job()).Dump();
  if (format == "verdicts") return JudgeRubrics(job()).Dump();
  if (format == "diagnosis") return DiagnoseFailures(job()).Dump();
  if (format == "proposal") return ProposeChange(job()).Dump();
  if (format == "skill") return WriteSkill(job()).Dump();
  if (format == "skill_addition") return WriteAddition(job()).Dump();
  if (format == "skill_parts") return WriteSkillParts(job()).Dump();
  if (format == "skill_candidates") return FindWindowSkills(job()).Dump();
  if (format == "recombination") return Recombine(job()).Dump();
  if (format == "skill_quality") return JudgeQuality(job()).Dump();
  if (format == "edit_analysis") return AnalyseForEdits(job()).Dump();
  if (format == "suggestion_analysis") return AnalyseForSuggestions(job()).Dump();
  if (format == "rewrite_analysis") return AnalyseForRewrite(job()).Dump();
  if (format == "edit_merge") return MergeEdits(job()).Dump();
  if (format == "suggestion_merge") return MergeSuggestions(job()).Dump();
  if (format == "rewrite_merge") return MergeRewrites(job()).Dump();
  if (format == "edit_ranking") return RankChanges(job()).Dump();
  if (format == "learning_rate") return ChooseLearningRate(job()).Dump();
  if (format == "skill_rewrite") return RewriteSkill(job()).Dump();
  if (format == "slow_guidance") return GuideEpoch(job()).Dump();
  if (format == "meta_guidance") return GuideOptimizer(job()).Dump();
  if (format == "note_consolidation") return ConsolidateNotes(job()).Dump();
  if (format == "task_skill") return WriteTaskSkill(job()).Dump();
  if (format == "distilled_skill") return DistilSkill(job()).Dump();
  if (format == "success_draft") return DraftFromSuccess(job()).Dump();
  return FillSchema(request.format["schema"]).Dump();
}

int64_t TokensOfCalls(const Json& calls) {
  int64_t tokens = 0;
  for (const Json& call : calls.items()) {
    tokens += CountTokens(call["function"]["name"].AsString());
    tokens += CountTokens(call["function"]["arguments"].AsString());
  }
  return tokens;
}

}  // namespace

ChatAnswer Read(const ChatRequest& request, const ReaderOptions& options) {
  ChatAnswer answer;
  answer.finish_reason = "stop";
  if (CanLookUp(request)) {
    LookUp(request, options, Slips(SeedOf(request)), &answer);
  } else if (StyleOf(request) == ShellStyle::kNone) {
    answer.text = Work(request, options);
  } else {
    WorkInShell(request, options, &answer);
  }
  answer.response_model = kOfflineResponseModel;
  for (const ChatMessage& message : request.messages) {
    // Over the whole message: how it is cut into parts must not matter.
    std::string content;
    for (const Part& part : message.content) content += *part.text;
    answer.usage.input += CountTokens(content) + TokensOfCalls(message.extra["tool_calls"]);
  }
  const Json& limit = request.sampling["max_tokens"];
  if (limit.is_int()) {
    const std::string_view cut = CutTokens(answer.text, limit.AsInt());
    if (cut.size() < answer.text.size()) {
      answer.text.resize(cut.size());
      answer.finish_reason = "length";
    }
  }
  answer.usage.output = CountTokens(answer.text) + TokensOfCalls(answer.tool_calls);
  return answer;
}

ChatAnswer Read(const ChatRequest& request, const std::string& model_options) {
  const auto options = ParseReaderOptions(model_options);
  return Read(request, options.ok() ? options.value() : ReaderOptions{});
}

}  // namespace hone
