#include "report/evaluator_metrics.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "stats/intervals.h"

namespace hone {
namespace {

constexpr std::string_view kMetrics = R"sql(
    SELECT a.arm_id, r.replicate, ru.name AS item, ru.cluster, m.name, m.value
    FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
    JOIN metrics m ON m.unit_id = ru.evaluate_unit_id
    WHERE a.experiment_id = ?
    ORDER BY a.position, r.replicate, ru.position, m.path, m.n)sql";

bool CountsUngraded(const std::string& name) { return name.ends_with(".ungraded"); }

template <typename T>
int IndexOf(const std::vector<T>& list, const T& value) {
  return static_cast<int>(std::find(list.begin(), list.end(), value) - list.begin());
}

int LabelOf(const std::vector<std::string>& sorted, const std::string& name) {
  return static_cast<int>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin());
}

std::vector<std::string> Sorted(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

Status LoadMetrics(ReadDatabase& database, ReportData* data) {
  HONE_ASSIGN(
      const std::vector<Json> rows,
      database.Query(std::string(kMetrics), Json::MakeArray({data->experiment.experiment_id})));
  std::map<int64_t, int> arms;
  for (std::size_t i = 0; i < data->arms.size(); ++i) {
    arms[data->arms[i].arm_id] = static_cast<int>(i);
  }
  for (const Json& row : rows) {
    ReportMetric metric;
    metric.arm = arms.at(row["arm_id"].AsInt());
    metric.replicate = IndexOf(data->replicates, row["replicate"].AsString());
    metric.item = row["item"].AsString();
    metric.cluster = row["cluster"].AsString().empty() ? metric.item : row["cluster"].AsString();
    metric.name = row["name"].AsString();
    metric.value = row["value"].AsDouble();
    data->metrics.push_back(std::move(metric));
  }
  return Ok{};
}

std::vector<MetricMean> MetricsOf(const ReportData& data, int arm) {
  std::vector<std::string> names;
  std::set<std::string> all_items, all_clusters;
  for (const ReportMetric& metric : data.metrics) {
    if (CountsUngraded(metric.name)) continue;
    if (IndexOf(names, metric.name) == static_cast<int>(names.size())) {
      names.push_back(metric.name);
    }
    all_items.insert(metric.item);
    all_clusters.insert(metric.cluster);
  }
  const std::vector<std::string> items = Sorted(all_items), clusters = Sorted(all_clusters);
  std::vector<MetricMean> out;
  for (const std::string& name : names) {
    std::vector<Observation> observations;
    for (const ReportMetric& metric : data.metrics) {
      if (metric.arm != arm || metric.name != name) continue;
      observations.push_back({metric.replicate, LabelOf(clusters, metric.cluster),
                              LabelOf(items, metric.item), metric.value, 1});
    }
    MetricMean mean;
    mean.name = name;
    mean.n = static_cast<int64_t>(observations.size());
    const RateEstimate estimate = EstimateMean(observations);
    mean.mean = estimate.value.value_or(0);
    mean.interval = estimate.interval;
    out.push_back(std::move(mean));
  }
  return out;
}

int64_t UngradedMetrics(const ReportData& data, int arm) {
  return std::count_if(data.metrics.begin(), data.metrics.end(), [&](const ReportMetric& metric) {
    return metric.arm == arm && CountsUngraded(metric.name);
  });
}

std::string MetricTitle(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

}  // namespace hone
