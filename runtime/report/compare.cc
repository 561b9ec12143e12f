#include "report/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "report/paired_difference.h"
#include "report/result_table.h"
#include "report/text_grid.h"

namespace hone {
namespace {

constexpr std::size_t kFlipsShown = 60;

// Two sides as two arms of one ReportData, so that they are compared as arms of a table are.
class TwoSides {
 public:
  TwoSides(const ReportData& a, int arm_a, const std::string& seed_a, const ReportData& b,
           int arm_b, const std::string& seed_b)
      : one_seed_each_(!seed_a.empty() && !seed_b.empty()) {
    data_.arms.resize(2);
    data_.arms[0].name = a.arms[static_cast<std::size_t>(arm_a)].name;
    data_.arms[1].name = b.arms[static_cast<std::size_t>(arm_b)].name;
    Add(a, arm_a, seed_a, 0);
    Add(b, arm_b, seed_b, 1);
    std::stable_sort(data_.attempts.begin(), data_.attempts.end(),
                     [](const ReportAttempt& x, const ReportAttempt& y) {
                       return std::tie(x.arm, x.replicate) < std::tie(y.arm, y.replicate);
                     });
  }

  Json Compare(bool all_items) const {
    const AttemptSet set(data_, data_.attempts);
    const Attempts a = set.Of(0, [](const ReportAttempt&) { return true; });
    const Attempts b = set.Of(1, [](const ReportAttempt&) { return true; });
    const AttemptPairs pairs = AttemptSet::Paired(a, b);
    DifferenceOptions options;
    options.seed = "hone compare";
    options.extras = true;
    // B minus A, as a reader of "from A to B" expects.
    const PairedDifference difference = CompareArms(data_, set, 1, 0, b, a, options);
    Json out = Json::MakeObject({{"a", data_.arms[0].name},
                                 {"b", data_.arms[1].name},
                                 {"pairs", static_cast<int64_t>(pairs.size())},
                                 {"only_in_a", static_cast<int64_t>(a.size() - pairs.size())},
                                 {"only_in_b", static_cast<int64_t>(b.size() - pairs.size())}});
    Count(pairs, &out);
    out.Set("rate_a", RateText(SolvedRate(a, false)));
    out.Set("rate_b", RateText(SolvedRate(b, false)));
    out.Set("difference", DifferenceText(difference));
    PairedDifference uncorrected = difference;
    uncorrected.p_holm = uncorrected.p;  // one comparison: nothing to correct for
    out.Set("mark", MarkText(uncorrected));
    if (difference.bounds) out.Set("with_ungraded", BoundsText(difference));
    if (difference.extras && difference.extras->mcnemar_p) {
      out.Set("mcnemar_p", *difference.extras->mcnemar_p);
    }
    Json flips = Json::MakeArray();
    Json items = Json::MakeArray();
    for (const auto& [ours, theirs] : pairs) {
      Json row = PairJson(*ours, *theirs);
      const bool flipped = ours->graded != theirs->graded || ours->solved != theirs->solved;
      if (flipped) flips.Append(row);
      if (all_items) items.Append(std::move(row));
    }
    out.Set("flips", std::move(flips));
    if (all_items) out.Set("items", std::move(items));
    return out;
  }

 private:
  void Add(const ReportData& from, int arm, const std::string& seed, int side) {
    for (const ReportAttempt& attempt : from.attempts) {
      const std::string& replicate = from.replicates[static_cast<std::size_t>(attempt.replicate)];
      if (attempt.arm != arm || (!seed.empty() && replicate != seed)) continue;
      ReportAttempt copy = attempt;
      copy.arm = side;
      copy.replicate = ReplicateIndex(one_seed_each_ ? "" : replicate);
      copy.cluster_label = Label(attempt.cluster, &clusters_);
      copy.task_label = Label(attempt.item + '\0' + attempt.task, &tasks_);
      seeds_[{side, copy.replicate}] = replicate;
      data_.attempts.push_back(std::move(copy));
    }
  }
  int ReplicateIndex(const std::string& name) {
    const auto at = std::find(data_.replicates.begin(), data_.replicates.end(), name);
    if (at != data_.replicates.end()) return static_cast<int>(at - data_.replicates.begin());
    data_.replicates.push_back(name);
    return static_cast<int>(data_.replicates.size() - 1);
  }
  static int Label(const std::string& name, std::map<std::string, int>* labels) {
    return labels->emplace(name, static_cast<int>(labels->size())).first->second;
  }

  static void Count(const AttemptPairs& pairs, Json* out) {
    int64_t both = 0;
    int64_t only_a = 0;
    int64_t only_b = 0;
    int64_t neither = 0;
    int64_t ungraded = 0;
    int64_t apart = 0;
    for (const auto& [a, b] : pairs) {
      apart += InHeadline(*a) && InHeadline(*b) ? 0 : 1;
      if (!a->graded || !b->graded) {
        ++ungraded;
      } else if (a->solved && b->solved) {
        ++both;
      } else if (a->solved) {
        ++only_a;
      } else if (b->solved) {
        ++only_b;
      } else {
        ++neither;
      }
    }
    out->Set("both_solved", both);
    out->Set("only_a_solved", only_a);
    out->Set("only_b_solved", only_b);
    out->Set("neither_solved", neither);
    out->Set("ungraded", ungraded);
    out->Set("apart", apart);
  }

  static std::string Outcome(const ReportAttempt& attempt) {
    if (!attempt.graded) return "ungraded: " + attempt.ungraded_reason;
    return std::string(attempt.solved ? "solved " : "failed ") + std::to_string(attempt.n_pass) +
           "/" + std::to_string(attempt.n_rubrics);
  }
  Json PairJson(const ReportAttempt& a, const ReportAttempt& b) const {
    const std::string& seed_a = seeds_.at({0, a.replicate});
    const std::string& seed_b = seeds_.at({1, b.replicate});
    return Json::MakeObject({{"item", a.item},
                             {"task", a.task},
                             {"category", a.category},
                             {"seed", seed_a == seed_b ? seed_a : seed_a + " / " + seed_b},
                             {"a", Outcome(a)},
                             {"b", Outcome(b)},
                             {"rubrics", b.n_pass - a.n_pass},
                             {"same_answer", a.answer == b.answer && a.answer != 0}});
  }

  const bool one_seed_each_;
  ReportData data_;
  std::map<std::string, int> clusters_, tasks_;
  std::map<std::pair<int, int>, std::string> seeds_;  // (side, replicate) -> its label
};

int ArmIndex(const ReportData& data, const std::string& name) {
  for (std::size_t i = 0; i < data.arms.size(); ++i) {
    if (data.arms[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Json SideJson(const CompareSide& side) {
  return Json::MakeObject({{"experiment", side.experiment.name},
                           {"hash", side.experiment.hash},
                           {"arm", side.arm},
                           {"seed", side.replicate}});
}

}  // namespace

Result<Json> CompareRuns(ReadDatabase& database, const CompareQuery& query) {
  HONE_ASSIGN(const CompareSide a, FindCompareSide(database, query.a));
  HONE_ASSIGN(const CompareSide b, FindCompareSide(database, query.b));
  if (a.arm.empty() != b.arm.empty()) {
    const CompareSide& whole = a.arm.empty() ? a : b;
    return Invalid("'" + OneLine(whole.name, 80) +
                   "' is a whole experiment and the other side is one arm; name an arm of it as " +
                   whole.experiment.name + ":ARM");
  }
  HONE_ASSIGN(const ReportData data_a, LoadReportData(database, a.experiment));
  const bool is_same = a.experiment.experiment_id == b.experiment.experiment_id;
  ReportData other;
  if (!is_same) {
    HONE_ASSIGN(other, LoadReportData(database, b.experiment));
  }
  const ReportData& data_b = is_same ? data_a : other;
  Json out = Json::MakeObject({{"a", SideJson(a)}, {"b", SideJson(b)}});
  Json arms = Json::MakeArray();
  const auto add = [&](const std::string& name_a, const std::string& name_b) {
    const TwoSides sides(data_a, ArmIndex(data_a, name_a), a.replicate, data_b,
                         ArmIndex(data_b, name_b), b.replicate);
    arms.Append(sides.Compare(query.all_items));
  };
  if (!a.arm.empty()) {
    add(a.arm, b.arm);
  } else {
    for (const ReportArm& arm : data_a.arms) {
      if (ArmIndex(data_b, arm.name) >= 0) add(arm.name, arm.name);
    }
    if (arms.size() == 0) return Invalid("the two experiments have no arm of the same name");
  }
  out.Set("arms", std::move(arms));
  return out;
}

std::string RenderCompare(const Json& comparison) {
  const auto side = [](const Json& one) {
    return one["experiment"].AsString() + " (" + one["hash"].AsString().substr(0, 12) + ")" +
           (one["arm"].AsString().empty() ? "" : ": " + one["arm"].AsString()) +
           (one["seed"].AsString().empty() ? "" : " @ " + one["seed"].AsString());
  };
  std::string out = "A  " + OneLine(side(comparison["a"]), 200) + "\nB  " +
                    OneLine(side(comparison["b"]), 200) + "\n";
  for (const Json& arm : comparison["arms"].items()) {
    TextGrid totals;
    totals.AddColumn("arm", TextGrid::Align::kLeft, 28);
    totals.AddColumn("A %", TextGrid::Align::kRight);
    totals.AddColumn("B %", TextGrid::Align::kRight);
    totals.AddColumn("B - A (paired)");
    totals.AddColumn("test");
    for (const char* title : {"pairs", "both", "only A", "only B", "neither", "ungraded"}) {
      totals.AddColumn(title, TextGrid::Align::kRight);
    }
    const auto count = [&](const char* name) { return std::to_string(arm[name].AsInt()); };
    totals.AddRow({arm["b"].AsString(), arm["rate_a"].AsString(), arm["rate_b"].AsString(),
                   arm["difference"].AsString(), arm["mark"].AsString(), count("pairs"),
                   count("both_solved"), count("only_a_solved"), count("only_b_solved"),
                   count("neither_solved"), count("ungraded")});
    out += "\n" + totals.Render();
    if (arm["apart"].AsInt() > 0) {
      out += "pairs that a table shows apart (touched or exposed): " + count("apart") + "\n";
    }
    if (!arm["with_ungraded"].AsString().empty()) {
      out += "difference with ungraded attempts against and for B: " +
             arm["with_ungraded"].AsString() + "\n";
    }
    if (arm["only_in_a"].AsInt() + arm["only_in_b"].AsInt() > 0) {
      out += "without a counterpart: " + count("only_in_a") + " attempts of A, " +
             count("only_in_b") + " of B\n";
    }
    const bool all = arm.Has("items");
    const Json::Array& rows = arm[all ? "items" : "flips"].items();
    TextGrid grid;
    grid.AddColumn("item", TextGrid::Align::kLeft, 36);
    grid.AddColumn("task", TextGrid::Align::kLeft, 24);
    grid.AddColumn("seed", TextGrid::Align::kLeft, 12);
    grid.AddColumn("A", TextGrid::Align::kLeft, 40);
    grid.AddColumn("B", TextGrid::Align::kLeft, 40);
    grid.AddColumn("answer");
    const std::size_t shown = all ? rows.size() : std::min(rows.size(), kFlipsShown);
    for (std::size_t i = 0; i < shown; ++i) {
      const Json& row = rows[i];
      grid.AddRow({row["item"].AsString(), row["task"].AsString(), row["seed"].AsString(),
                   row["a"].AsString(), row["b"].AsString(),
                   row["same_answer"].AsBool() ? "the same" : ""});
    }
    if (shown > 0) out += std::string("\n") + (all ? "Items\n" : "Flips\n") + grid.Render();
    if (shown < rows.size()) {
      out += "and " + std::to_string(rows.size() - shown) + " more; --json lists all\n";
    }
  }
  return out;
}

}  // namespace hone
