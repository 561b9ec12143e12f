#include "report/render_json.h"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

Json BoundsJson(const std::optional<Interval>& bounds) {
  return bounds ? Json::MakeArray({bounds->low, bounds->high}) : Json();
}

Json RateJson(const TableRate& rate) {
  return Json::MakeObject({{"value", rate.defined() ? Json(rate.value()) : Json()},
                           {"hits", rate.hits},
                           {"n", rate.n},
                           {"interval", BoundsJson(rate.interval)}});
}

Json ScoreJson(const ScoreMean& score) {
  return Json::MakeObject({{"mean", score.n > 0 ? Json(score.mean) : Json()},
                           {"n", score.n},
                           {"interval", BoundsJson(score.interval)}});
}

Json Maybe(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json ExtrasJson(const std::optional<DifferenceExtras>& extras) {
  if (!extras) return {};
  return Json::MakeObject({{"flips_up", extras->flips_up},
                           {"flips_down", extras->flips_down},
                           {"mcnemar_p", Maybe(extras->mcnemar_p)},
                           {"wilcoxon_p", Maybe(extras->wilcoxon_p)},
                           {"p_bh", Maybe(extras->p_bh)},
                           {"mde", Maybe(extras->mde)}});
}

Json PublishedJson(const std::optional<PublishedValue>& published) {
  if (!published) return {};
  return Json::MakeObject(
      {{"percent", published->percent}, {"difference_points", Maybe(published->difference)}});
}

Json DifferenceJson(const std::optional<PairedDifference>& difference) {
  if (!difference) return {};
  const bool any = difference->pairs > 0;
  return Json::MakeObject({{"baseline", difference->baseline},
                           {"value", any ? Json(difference->value) : Json()},
                           {"interval", BoundsJson(difference->interval)},
                           {"pairs", difference->pairs},
                           {"clusters", difference->clusters},
                           {"replicates", difference->replicates},
                           {"items_only", any && difference->replicates < 2},
                           {"p", difference->p ? Json(*difference->p) : Json()},
                           {"p_holm", difference->p_holm ? Json(*difference->p_holm) : Json()},
                           {"p_of_runs", Maybe(difference->p_of_runs)},
                           {"mark", MarkText(*difference)},
                           {"ungraded_pairs", difference->ungraded_pairs},
                           {"bounds", BoundsJson(difference->bounds)},
                           {"p_worst", Maybe(difference->p_worst)},
                           {"p_best", Maybe(difference->p_best)},
                           {"extras", ExtrasJson(difference->extras)}});
}

Json RowJson(const ArmRow& row) {
  Json categories = Json::MakeArray();
  for (const CategoryRate& rate : row.categories) {
    categories.Append(Json::MakeObject({{"category", rate.category},
                                        {"attempts", rate.attempts},
                                        {"solved", RateJson(rate.solved)},
                                        {"published", PublishedJson(rate.published)}}));
  }
  Json metrics = Json::MakeArray();
  for (const MetricMean& mean : row.metrics) {
    metrics.Append(Json::MakeObject({{"name", mean.name},
                                     {"n", mean.n},
                                     {"mean", mean.n > 0 ? Json(mean.mean) : Json()},
                                     {"interval", BoundsJson(mean.interval)},
                                     {"published", PublishedJson(mean.published)}}));
  }
  Json variance;
  if (row.variance) {
    variance = Json::MakeObject({{"clusters", row.variance->clusters},
                                 {"items", row.variance->items},
                                 {"replicates", row.variance->replicates},
                                 {"rest", row.variance->rest}});
  }
  return Json::MakeObject({{"arm", row.name},
                           {"group", row.group},
                           {"label", row.label},
                           {"recipe", row.recipe},
                           {"solved", RateJson(row.solved)},
                           {"solved_all", RateJson(row.solved_all)},
                           {"rubrics", RateJson(row.rubrics)},
                           {"score", ScoreJson(row.score)},
                           {"is_baseline", row.is_baseline},
                           {"difference", DifferenceJson(row.difference)},
                           {"is_partial", row.is_partial},
                           {"decision", row.decision},
                           {"select", RateJson(row.select)},
                           {"published", PublishedJson(row.published)},
                           {"categories", std::move(categories)},
                           {"metrics", std::move(metrics)},
                           {"variance", std::move(variance)},
                           {"tasks_min", row.tasks_min},
                           {"tasks_max", row.tasks_max},
                           {"clusters", row.clusters},
                           {"replicates", row.replicates},
                           {"identical_replicates", row.identical_replicates},
                           {"ungraded", row.ungraded},
                           {"infrastructure", row.infrastructure},
                           {"unsafe", row.unsafe},
                           {"loaded", RateJson(row.loaded)},
                           {"cells_planned", row.cells_planned},
                           {"cells_missing", row.cells_missing},
                           {"calls_alone", row.calls_alone},
                           {"calls_exclusive", row.calls_exclusive},
                           {"calls_shared", row.calls_shared},
                           {"cost_alone_pico_usd", row.cost_alone.value},
                           {"calls_without_price", row.calls_without_price}});
}

Json ApartJson(const std::vector<ApartRow>& rows) {
  Json out = Json::MakeArray();
  for (const ApartRow& row : rows) {
    out.Append(Json::MakeObject({{"arm", row.arm},
                                 {"attempts", row.attempts},
                                 {"ungraded", row.ungraded},
                                 {"solved", RateJson(row.solved)},
                                 {"own_in_task", row.own_in_task},
                                 {"own_in_skill", row.own_in_skill},
                                 {"own_in_both", row.own_in_both}}));
  }
  return out;
}

Json ReferenceJson(const ResultTable& table) {
  if (table.reference_file.empty()) return {};
  Json why = Json::MakeArray();
  for (const std::string& reason : table.not_comparable) why.Append(reason);
  return Json::MakeObject({{"file", table.reference_file},
                           {"comparable", table.not_comparable.empty()},
                           {"not_comparable", std::move(why)}});
}

}  // namespace

Json TableJson(const ResultTable& table) {
  const ExperimentRef& experiment = table.experiment;
  Json out = Json::MakeObject({{"experiment", Json::MakeObject({{"name", experiment.name},
                                                                {"hash", experiment.hash},
                                                                {"file", experiment.file},
                                                                {"status", experiment.status},
                                                                {"subset", experiment.subset}})}});
  Json replicates = Json::MakeArray();
  for (const std::string& replicate : table.replicates) replicates.Append(replicate);
  out.Set("replicates", std::move(replicates));
  Json rows = Json::MakeArray();
  for (const ArmRow& row : table.rows) rows.Append(RowJson(row));
  out.Set("rows", std::move(rows));
  Json categories = Json::MakeArray();
  for (const CategoryRow& row : table.categories) {
    categories.Append(Json::MakeObject({{"category", row.category},
                                        {"arm", row.arm},
                                        {"attempts", row.attempts},
                                        {"solved", RateJson(row.solved)},
                                        {"is_baseline", row.is_baseline},
                                        {"difference", DifferenceJson(row.difference)},
                                        {"published", PublishedJson(row.published)}}));
  }
  out.Set("categories", std::move(categories));
  out.Set("overlap", Json::MakeObject({{"touched_tasks", table.touched_tasks},
                                       {"checked_tasks", table.checked_tasks}}));
  out.Set("touched", ApartJson(table.touched));
  out.Set("exposed", ApartJson(table.exposed));
  Json ungraded = Json::MakeArray();
  for (const UngradedRow& row : table.ungraded) {
    ungraded.Append(
        Json::MakeObject({{"arm", row.arm}, {"reason", row.reason}, {"attempts", row.attempts}}));
  }
  out.Set("ungraded", std::move(ungraded));
  Json search = Json::MakeArray();
  for (const SearchRow& row : table.search) {
    search.Append(Json::MakeObject({{"arm", row.arm},
                                    {"select", RateJson(row.select)},
                                    {"report", RateJson(row.report)},
                                    {"decision", row.decision},
                                    {"rung", row.rung},
                                    {"reason", row.reason}}));
  }
  out.Set("search", std::move(search));
  Json agreements = Json::MakeArray();
  for (const JudgeAgreement& pair : table.agreements) {
    agreements.Append(Json::MakeObject({{"first", pair.first},
                                        {"second", pair.second},
                                        {"of", pair.of_answers ? "answers" : "rubrics"},
                                        {"n", pair.n()},
                                        {"agreement", pair.agreement()},
                                        {"kappa", Maybe(pair.kappa)},
                                        {"kappa_interval", BoundsJson(pair.kappa_interval)}}));
  }
  out.Set("agreements", std::move(agreements));
  out.Set("reference", ReferenceJson(table));
  out.Set("cells_planned", table.cells_planned);
  Json missing = Json::MakeArray();
  for (const MissingRow& cell : table.missing) {
    missing.Append(Json::MakeObject({{"arm", cell.arm},
                                     {"replicate", cell.replicate},
                                     {"item", cell.item},
                                     {"reason", cell.reason}}));
  }
  out.Set("missing", std::move(missing));
  Json models = Json::MakeArray();
  for (const ModelUse& use : table.models) {
    models.Append(Json::MakeObject({{"role", use.role},
                                    {"model", use.model},
                                    {"response_model", use.response_model},
                                    {"calls", use.calls}}));
  }
  out.Set("models", std::move(models));
  out.Set("interval", Json::MakeObject({{"level", 0.95},
                                        {"method", "cluster-robust score interval"},
                                        {"test_seed", table.seed}}));
  Json footer = Json::MakeArray();
  for (const std::string& line : table.footer) footer.Append(line);
  out.Set("footer", std::move(footer));
  return out;
}

std::string RenderJson(const Json& value) { return EscapeJsonText(value.DumpPretty()) + "\n"; }

std::string EscapeJsonText(const std::string& json) {
  const std::string text = ToValidUtf8(json);
  // Outside strings JSON is ASCII, so an escape may replace any other character where it stands.
  std::string out;
  out.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead >= 0x20 && lead < 0x7F) {
      out += text[at++];
      continue;
    }
    if (lead >= 0xC0) length = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
    const std::string_view one = std::string_view(text).substr(at, length);
    at += length;
    if (one == "\n" || TerminalSafe(one) == one) {
      out += one;
      continue;
    }
    uint32_t code = lead & (length == 1 ? 0x7FU : (length == 2 ? 0x1FU : 0x0FU));
    for (std::size_t i = 1; i < length; ++i) {
      code = (code << 6U) | (static_cast<unsigned char>(one[i]) & 0x3FU);
    }
    std::array<char, 16> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\u%04x", code);
    out += escaped.data();
  }
  return out;
}

}  // namespace hone
