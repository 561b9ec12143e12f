#include "store/stat_functions.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "stats/intervals.h"
#include "stats/paired_test.h"

namespace hone {
namespace {

enum class Figure {
  kRateLow,
  kRateHigh,
  kDifferenceLow,
  kDifferenceHigh,
  kPairedP,
  kPairedPOfRuns
};

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

// Labels are numbered when the group ends, so that their order is that of the names.
struct Group {
  std::map<std::string, int, NaturalOrder> runs;
  std::map<std::string, int> clusters, items;
  struct Row {
    int* run;
    int* cluster;
    int* item;
    double first, second;
  };
  std::vector<Row> rows;
  std::string seed;

  void Number() {
    const auto number = [](auto& labels) {
      int next = 0;
      for (auto& [name, label] : labels) label = next++;
    };
    number(runs);
    number(clusters);
    number(items);
  }
  [[nodiscard]] std::vector<Observation> Side(bool second, bool weighted) const {
    std::vector<Observation> out;
    out.reserve(rows.size());
    for (const Row& row : rows) {
      Observation one;
      one.run = *row.run;
      one.cluster = *row.cluster;
      one.item = *row.item;
      one.value = second ? row.second : row.first;
      if (weighted) one.weight = row.second;
      out.push_back(one);
    }
    return out;
  }
};

std::string Label(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string()
                         : std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

// The aggregate context holds a pointer: null until the first row.
Group** GroupOf(sqlite3_context* context, int bytes) {
  return static_cast<Group**>(sqlite3_aggregate_context(context, bytes));
}

void Step(sqlite3_context* context, int count, sqlite3_value** values) {
  Group** group = GroupOf(context, sizeof(Group*));
  if (group == nullptr) return sqlite3_result_error_nomem(context);
  if (*group == nullptr) *group = new (std::nothrow) Group;
  if (*group == nullptr) return sqlite3_result_error_nomem(context);
  Group& to = **group;
  to.rows.push_back({&to.runs[Label(values[0])], &to.clusters[Label(values[1])],
                     &to.items[Label(values[2])], sqlite3_value_double(values[3]),
                     sqlite3_value_double(values[4])});
  if (count > 5 && to.seed.empty()) to.seed = Label(values[5]);
}

std::optional<double> Compute(Figure figure, Group* group) {
  group->Number();
  if (figure == Figure::kRateLow || figure == Figure::kRateHigh) {
    const RateEstimate rate = EstimateRate(group->Side(false, true));
    if (!rate.interval) return std::nullopt;
    return figure == Figure::kRateLow ? rate.interval->low : rate.interval->high;
  }
  const std::vector<Observation> ours = group->Side(false, false);
  const std::vector<Observation> theirs = group->Side(true, false);
  if (figure == Figure::kPairedP || figure == Figure::kPairedPOfRuns) {
    const PairedTest test = TestDifference(ours, theirs, group->seed);
    return figure == Figure::kPairedP ? test.p_value : test.p_of_runs;
  }
  const auto difference = EstimateDifference(ours, theirs);
  if (!difference.interval) return std::nullopt;
  return figure == Figure::kDifferenceLow ? difference.interval->low : difference.interval->high;
}

template <Figure figure>
void Final(sqlite3_context* context) {
  Group** group = GroupOf(context, 0);
  if (group == nullptr || *group == nullptr) return sqlite3_result_null(context);
  const std::optional<double> value = Compute(figure, *group);
  delete *group;
  *group = nullptr;
  if (value) {
    sqlite3_result_double(context, *value);
  } else {
    sqlite3_result_null(context);
  }
}

template <Figure figure>
void Add(sqlite3* database, const char* name, int arguments) {
  sqlite3_create_function_v2(database, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                             nullptr, &Step, &Final<figure>, nullptr);
}

}  // namespace

void AddStatFunctions(sqlite3* database) {
  Add<Figure::kRateLow>(database, "hone_rate_low", 5);
  Add<Figure::kRateHigh>(database, "hone_rate_high", 5);
  Add<Figure::kDifferenceLow>(database, "hone_difference_low", 5);
  Add<Figure::kDifferenceHigh>(database, "hone_difference_high", 5);
  Add<Figure::kPairedP>(database, "hone_paired_p", 6);
  Add<Figure::kPairedPOfRuns>(database, "hone_paired_p_of_runs", 6);
}

}  // namespace hone
