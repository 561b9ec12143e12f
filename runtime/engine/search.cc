#include "engine/search.h"

#include <algorithm>
#include <cmath>

#include "engine/item_filter.h"

namespace hone {
namespace {

constexpr std::size_t kFirstRung = 2;

bool IsBetter(const ItemScore& a, const ItemScore& b) {
  return a.solved * std::max<int64_t>(1, b.tasks) > b.solved * std::max<int64_t>(1, a.tasks);
}

std::string Percent(const ItemScore& score) {
  const int64_t permille =
      score.tasks == 0 ? 0 : (score.solved * 1000 + score.tasks / 2) / score.tasks;
  return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + " %";
}

std::string Told(const ItemScore& score, std::size_t items) {
  return Percent(score) + " of " + std::to_string(score.tasks) + " selection tasks (" +
         std::to_string(items) + (items == 1 ? " item)" : " items)");
}

Json Evidence(const ItemScore& score, std::size_t items) {
  return Json::MakeObject({{"solved", Json(score.solved)},
                           {"tasks", Json(score.tasks)},
                           {"items", Json(static_cast<int64_t>(items))}});
}

}  // namespace

std::vector<std::size_t> HalvingSizes(std::size_t items, std::size_t candidates, std::size_t eta,
                                      std::size_t first) {
  std::vector<std::size_t> out = {items};
  while (candidates > 1) {
    const std::size_t smaller = (out.back() + eta - 1) / eta;
    if (smaller < first || smaller == out.back()) break;
    out.push_back(smaller);
    candidates = (candidates + eta - 1) / eta;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Search::Search(const LoadedExperiment& loaded)
    : loaded_(loaded),
      spec_(loaded.search->spec),
      alive_(loaded.search->candidates),
      winner_(loaded.search->base) {
  // Halving compares on as many clusters as it can; a race is run cluster by cluster, because its
  // test counts clusters. Neither order depends on what else the data holds.
  const Json& slice = loaded.arms[loaded.search->base].spec.slice;
  std::vector<std::tuple<Hash, Hash, std::size_t>> order;
  for (std::size_t i = 0; i < loaded.items.size(); ++i) {
    const Item& item = loaded.items[i];
    if (item.select_hashes.empty() || !IsInSlice(item, slice)) continue;
    const bool by_cluster = spec_.method == "racing";
    const Hash cluster =
        by_cluster ? HashFields({"hone-rung-1", spec_.seed, item.cluster}) : Hash{};
    order.emplace_back(cluster, HashFields({"hone-rung-1", spec_.seed, item.id}), i);
  }
  std::sort(order.begin(), order.end());
  for (const auto& place : order) order_.push_back(std::get<2>(place));
  PlanRungs();
}

void Search::PlanRungs() {
  const std::size_t n = order_.size();
  sizes_ = {n};
  if (spec_.method == "halving") {
    sizes_ = HalvingSizes(n, alive_.size(), static_cast<std::size_t>(spec_.eta),
                          spec_.rung > 0 ? static_cast<std::size_t>(spec_.rung) : kFirstRung);
  } else if (spec_.method == "racing") {
    // Whole clusters, `rung` of them at a time (by itself: about eight looks).
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < n; ++i) {
      const bool is_last =
          i + 1 == n || loaded_.items[order_[i]].cluster != loaded_.items[order_[i + 1]].cluster;
      if (is_last) ends.push_back(i + 1);
    }
    const std::size_t by_itself = std::max<std::size_t>(1, (ends.size() + 7) / 8);
    const std::size_t step = spec_.rung > 0 ? static_cast<std::size_t>(spec_.rung) : by_itself;
    sizes_.clear();
    for (std::size_t at = step; at < ends.size(); at += step) sizes_.push_back(ends[at - 1]);
    sizes_.push_back(n);
  }
}

std::optional<SearchRound> Search::Next() const {
  if (decided_ || order_.empty()) return std::nullopt;
  SearchRound round;
  round.rung = static_cast<int>(rung_) + 1;
  round.arms = {loaded_.search->base};
  round.arms.insert(round.arms.end(), alive_.begin(), alive_.end());
  round.items.assign(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(sizes_[rung_]));
  return round;
}

void Search::Add(std::size_t arm, const std::string& action, const std::string& reason,
                 Json evidence) {
  decisions_.push_back(
      {barriers_ + static_cast<int>(rung_) + 1, arm, action, reason, std::move(evidence)});
}

void Search::Remove(std::size_t arm, const std::string& action, const std::string& reason,
                    Json evidence) {
  Add(arm, action, reason, std::move(evidence));
  std::erase(alive_, arm);
}

void Search::TakePruning(const std::vector<ProgressBarrier::Decision>& pruning) {
  for (const ProgressBarrier::Decision& one : pruning) {
    Json evidence = Json::MakeObject({{"step", Json(one.step)},
                                      {"place", Json(static_cast<int64_t>(one.place))},
                                      {"kept", Json(static_cast<int64_t>(one.kept))}});
    if (one.has_score) evidence.Set("score", Json(one.score));
    const std::string reason = "place " + std::to_string(one.place) + " by its progress at step " +
                               std::to_string(one.step) + ", the best " + std::to_string(one.kept) +
                               " go on";
    decisions_.push_back({one.rung, one.arm, one.is_pruned ? "prune" : "keep", reason, evidence});
    if (one.is_pruned) std::erase(alive_, one.arm);
    barriers_ = std::max(barriers_, one.rung);
  }
}

ItemScore Search::Total(const Scores& scores, std::size_t arm) const {
  ItemScore out;
  for (std::size_t i = 0; i < sizes_[rung_]; ++i) {
    const auto found = scores.find({arm, order_[i]});
    if (found == scores.end()) continue;
    out.solved += found->second.solved;
    out.tasks += found->second.tasks;
  }
  return out;
}

// Best first; the varied arm before its equals, then in the order of candidates.
std::vector<std::size_t> Search::Ranked(const Scores& scores) const {
  std::vector<std::size_t> out = {loaded_.search->base};
  out.insert(out.end(), alive_.begin(), alive_.end());
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return IsBetter(Total(scores, a), Total(scores, b));
  });
  return out;
}

std::vector<SearchDecision> Search::Decide(const Scores& scores) {
  for (const auto& [place, score] : scores) seen_[place] = score;
  const std::vector<std::size_t> ranked = Ranked(scores);
  const bool is_last = rung_ + 1 == sizes_.size();
  if (!is_last && spec_.method == "halving") {
    const auto eta = static_cast<std::size_t>(spec_.eta);
    DropBelow((alive_.size() + eta - 1) / eta, ranked, scores);
  } else if (spec_.method == "racing") {
    DropBeaten();
  }
  if (is_last || alive_.empty()) {
    Win(ranked, scores);
  } else {
    for (const std::size_t arm : ranked) {
      const bool is_dropped =
          std::any_of(decisions_.begin(), decisions_.end(), [&](const SearchDecision& decision) {
            return decision.arm == arm && decision.action != "keep";
          });
      const ItemScore score = Total(scores, arm);
      if (!is_dropped) Add(arm, "keep", Told(score, sizes_[rung_]), Evidence(score, sizes_[rung_]));
    }
  }
  ++rung_;
  return std::exchange(decisions_, {});
}

void Search::DropBelow(std::size_t keep, const std::vector<std::size_t>& ranked,
                       const Scores& scores) {
  std::size_t place = 0;
  for (const std::size_t arm : ranked) {
    if (arm == loaded_.search->base || ++place <= keep) continue;
    const ItemScore score = Total(scores, arm);
    Json evidence = Evidence(score, sizes_[rung_]);
    evidence.Set("place", Json(static_cast<int64_t>(place)));
    evidence.Set("kept", Json(static_cast<int64_t>(keep)));
    Remove(arm, "drop",
           Told(score, sizes_[rung_]) + ": place " + std::to_string(place) + ", the best " +
               std::to_string(keep) + " go on",
           std::move(evidence));
  }
}

void Search::Win(const std::vector<std::size_t>& ranked, const Scores& scores) {
  const std::size_t items = sizes_[rung_];
  decided_ = true;
  winner_ = loaded_.search->base;
  for (const std::size_t arm : ranked) {
    const bool is_alive = std::find(alive_.begin(), alive_.end(), arm) != alive_.end();
    if (!is_alive && arm != loaded_.search->base) continue;
    winner_ = arm;
    break;
  }
  const ItemScore best = Total(scores, winner_);
  Add(winner_, "win", Told(best, items), Evidence(best, items));
  for (const std::size_t arm : ranked) {
    const bool is_alive = std::find(alive_.begin(), alive_.end(), arm) != alive_.end();
    if (arm == winner_ || (!is_alive && arm != loaded_.search->base)) continue;
    const ItemScore score = Total(scores, arm);
    const bool is_base = arm == loaded_.search->base;
    Add(arm, is_base ? "keep" : "drop",
        Told(score, items) + "; the winner has " + Percent(best) +
            (is_base ? "; reported beside it" : ""),
        Evidence(score, items));
  }
}

}  // namespace hone
