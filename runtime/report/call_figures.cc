#include "report/call_figures.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hone {
namespace {

// Small numbers for the few names that millions of uses repeat.
class Names {
 public:
  int Of(const std::string& name) {
    if (!names_.empty() && names_[static_cast<std::size_t>(last_)] == name) return last_;
    const auto [at, is_new] = index_.emplace(name, static_cast<int>(names_.size()));
    if (is_new) names_.push_back(name);
    last_ = at->second;
    return last_;
  }
  [[nodiscard]] const std::string& operator[](int at) const {
    return names_[static_cast<std::size_t>(at)];
  }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, int> index_;
  int last_ = 0;
};

struct Use {
  int64_t call = 0;
  int arm = 0, role = 0, asked = 0;
  auto operator<=>(const Use&) const = default;
};

class CallFigures {
 public:
  explicit CallFigures(ReportData* data) : data_(data) {
    for (std::size_t i = 0; i < data->arms.size(); ++i) {
      arm_index_[data->arms[i].arm_id] = static_cast<int>(i);
    }
    names_.Of("");  // 0: no fallback
  }

  Status Load(ReadDatabase& database) {
    const Json params = Json::MakeArray({data_->experiment.experiment_id});
    HONE_TRY(database.Each(R"sql(
        SELECT au.arm_id, us.call_id, us.role, us.fallback_for
        FROM arm_units au JOIN uses us ON us.unit_id = au.unit_id WHERE au.experiment_id = ?)sql",
                           params, [this](const auto&, std::vector<Json> row) {
                             uses_.push_back({row[1].AsInt(), arm_index_.at(row[0].AsInt()),
                                              names_.Of(row[2].AsString()),
                                              names_.Of(row[3].AsString())});
                             return true;
                           }));
    std::sort(uses_.begin(), uses_.end());
    uses_.erase(std::unique(uses_.begin(), uses_.end()), uses_.end());
    std::size_t at = 0;
    HONE_TRY(database.Each(R"sql(
        SELECT c.call_id, c.model, coalesce(c.response_model, ''), c.cost_pico_usd,
               c.tokens_source = 'estimate'
        FROM (SELECT us.call_id FROM arm_units au JOIN uses us ON us.unit_id = au.unit_id
              WHERE au.experiment_id = ? GROUP BY us.call_id) u
        JOIN calls c ON c.call_id = u.call_id AND c.status = 'answered'
        ORDER BY c.call_id)sql",
                           params, [&](const auto&, std::vector<Json> row) {
                             const int64_t call = row[0].AsInt();
                             while (at < uses_.size() && uses_[at].call < call) ++at;
                             std::size_t end = at;
                             while (end < uses_.size() && uses_[end].call == call) ++end;
                             Count(at, end, row);
                             at = end;
                             return true;
                           }));
    Finish();
    return Ok{};
  }

 private:
  // The uses [begin, end) of one answered call, sorted by arm.
  void Count(std::size_t begin, std::size_t end, const std::vector<Json>& row) {
    const int model = names_.Of(row[1].AsString());
    const int response = names_.Of(row[2].AsString());
    data_->calls_answered += 1;
    data_->calls_estimated += row[4].AsInt();
    std::vector<int> arms;
    std::vector<std::pair<int, int>> seen;  // (role, model asked for) of this call
    for (std::size_t i = begin; i < end; ++i) {
      const Use& use = uses_[i];
      if (arms.empty() || arms.back() != use.arm) arms.push_back(use.arm);
      const std::pair<int, int> one(use.role, use.asked);
      if (std::find(seen.begin(), seen.end(), one) != seen.end()) continue;
      const bool is_new_role = std::none_of(
          seen.begin(), seen.end(), [&](const auto& other) { return other.first == one.first; });
      seen.push_back(one);
      if (is_new_role) models_[{use.role, model, response}] += 1;
      if (use.asked != 0) fallbacks_[{use.asked, model}] += 1;
    }
    for (const int arm : arms) {
      ReportArm& figures = data_->arms[static_cast<std::size_t>(arm)];
      figures.calls_alone += 1;
      figures.calls_exclusive += arms.size() == 1 ? 1 : 0;
      figures.calls_shared += arm != arms.front() ? 1 : 0;
      if (row[3].is_null()) {
        figures.calls_without_price += 1;
      } else {
        figures.cost_alone.value += row[3].AsInt();
      }
    }
  }

  void Finish() {
    for (const auto& [key, calls] : models_) {
      const auto [role, model, response] = key;
      data_->models.push_back({names_[role], names_[model], names_[response], calls});
    }
    std::sort(data_->models.begin(), data_->models.end(), [](const auto& a, const auto& b) {
      return std::tie(a.role, a.model, a.response_model) <
             std::tie(b.role, b.model, b.response_model);
    });
    for (const auto& [key, calls] : fallbacks_) {
      data_->fallbacks.push_back({names_[key.first], names_[key.second], calls});
    }
    std::sort(data_->fallbacks.begin(), data_->fallbacks.end(), [](const auto& a, const auto& b) {
      return std::tie(a.asked, a.answered) < std::tie(b.asked, b.answered);
    });
  }

  ReportData* data_;
  std::map<int64_t, int> arm_index_;
  Names names_;
  std::vector<Use> uses_;
  std::map<std::tuple<int, int, int>, int64_t> models_;
  std::map<std::pair<int, int>, int64_t> fallbacks_;
};

}  // namespace

Status LoadCallFigures(ReadDatabase& database, ReportData* data) {
  return CallFigures(data).Load(database);
}

}  // namespace hone
