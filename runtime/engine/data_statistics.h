// DataStatistics: how large a data set is, in the terms in which CL-bench's paper describes itself:
// contexts, tasks and rubrics, tasks of a context, rubrics of a task and input of a task, by
// category and in all.
//
// The input of a task is what a model is sent for it: its own conversation, or the context and the
// task. Tokens are an estimate, and the estimator is named in the result.
#pragma once

#include <string>

#include "base/json.h"
#include "engine/loaded_experiment.h"

namespace hone {

inline constexpr const char* kTokenEstimator = "bytes / 4";

// {tokenizer, separation: {word: contexts}, exposed_tasks, rows: [{category, contexts, tasks,
//  rubrics, tasks_per_context: {mean, max}, rubrics_per_task: {mean, max}, input_tokens: {mean,
//  max}}]}, categories by name, then a row "Total". Reads every item once.
Json DataStatistics(const LoadedExperiment& loaded);

std::string RenderDataStatistics(const Json& statistics);

}  // namespace hone
