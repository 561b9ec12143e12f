// PassRates: how often each variant of a `hone eval` passes the tasks of each source, in the terms
// of Afterimage's evaluation (its tutorial's metric names).
//
//   tasks                    attempts, the ungraded ones included
//   graded                   of these, with a usable judgement
//   passed                   every rubric passes
//   pass_rate                passed / tasks; pass_rate_graded: passed / graded
//   avg_score                mean of the scores 1 and 0: equal to pass_rate, kept for the name
//   avg_rubric_satisfaction  mean over tasks of rubrics passed / rubrics; an ungraded task is 0
//
// A source on which a variant evolved is in-sample for it, and counted apart in `by_variant`:
// `held_out` holds the same numbers over the sources that are in-sample for no variant.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/read_database.h"

namespace hone {

// {experiment, summary: {by_variant: {name: {...}}, by_source: {source: {name: {..., in_sample}}}},
//  rows: [{context_id, source, task_id, variant, replicate, passed, score, satisfied,
//  total_rubrics, graded, in_sample, answer, judge_feedback}]}, variants and sources in the order
//  of the experiment
// and of the data. `experiment` as for FindExperiment.
Result<Json> PassRates(ReadDatabase& database, const std::string& experiment);

// The source x variant table as text.
std::string RenderPassRates(const Json& rates);

}  // namespace hone
