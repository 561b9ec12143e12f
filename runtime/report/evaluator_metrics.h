// EvaluatorMetrics: the numbers that an evaluator records beside attempts or instead of them, such
// as the dimensions of a skill's quality: means per arm over contexts and replicates.
//
// A metric whose name ends in ".ungraded" counts what has no usable judgement and is no mean.
#pragma once

#include <string>
#include <vector>

#include "report/report_data.h"
#include "report/result_table.h"

namespace hone {

// Fills data->metrics. `data` has arms and replicates.
Status LoadMetrics(ReadDatabase& database, ReportData* data);

// Of one arm, in the order in which the evaluator records them, every metric of the experiment: n
// is 0 where the arm has none. The interval is that of stats/intervals.h over contexts' clusters
// and replicates.
std::vector<MetricMean> MetricsOf(const ReportData& data, int arm);
int64_t UngradedMetrics(const ReportData& data, int arm);

// "clarity" for "quality.clarity".
std::string MetricTitle(const std::string& name);

}  // namespace hone
