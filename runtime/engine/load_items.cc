#include "engine/load_items.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/log.h"
#include "base/text.h"
#include "data/row_reader.h"
#include "engine/item_filter.h"
#include "engine/parameters.h"
#include "engine/read_item.h"

namespace hone {

Status ItemLoader::Load() {
  const Experiment& experiment = out_->experiment;
  const std::string module = experiment.mapper.empty() ? kUserMapper : experiment.mapper;
  if (!out_->sources.HasModule(module)) {
    const std::string name = module.substr(module.rfind('.') + 1);
    return Fail(ErrorCode::kNotFound, options_.experiment_file + ": data." + name +
                                          ": no such mapper" +
                                          NameHint(name, programs_->NamesUnder("hone.data.")));
  }
  HONE_ASSIGN(const Program mapper, programs_->Describe(module, "mapper"));
  HONE_ASSIGN(const Json params,
              ResolveParameters(mapper.description["params"], experiment.data_params,
                                options_.experiment_file + ": data"));
  out_->mapper = mapper;
  const std::string file = programs_->FileOf(module);
  HONE_ASSIGN(
      const Json reader,
      programs_->AskAbout(file, FrameType::kMapData,
                          Json::MakeObject({{"program", Json(module)}, {"params", params}})));
  Json spec = reader["options"].is_object() ? reader["options"] : Json::MakeObject();
  spec.Set("kind", reader["reader"]);
  const Result<std::unique_ptr<RowReader>> rows =
      OpenReader(spec, FolderOf(options_.experiment_file));
  if (!rows.ok()) return DataError(rows.error());
  HONE_ASSIGN(shelf_, ItemShelf::Make());
  HONE_ASSIGN(empty_, ShelvedJson::Put(shelf_, Json::MakeArray()));
  while (true) {
    Result<std::optional<Json>> row = (*rows)->Next();
    if (!row.ok()) return DataError(row.error());
    if (!*row) break;
    HONE_ASSIGN(const Json reply,
                programs_->AskAbout(file, FrameType::kDataRow,
                                    Json::MakeObject({{"row", std::move(**row)}})));
    HONE_TRY(AddItems(reply));
  }
  HONE_ASSIGN(const Json last, programs_->AskAbout(file, FrameType::kDataEnd, Json::MakeObject()));
  HONE_TRY(AddItems(last));
  HONE_TRY(CheckBadRows((*rows)->bad_rows(), params));
  AddAssets((*rows)->assets(), &out_->assets);
  if (out_->items.empty()) {
    return Invalid(options_.experiment_file + ": data: no item came out of it");
  }
  Sha256 sha;
  sha.Field(mapper.hash.View());
  for (const Item& item : out_->items) {
    sha.Field(item.input_hash.View());
    for (const Hash& hash : item.report_hashes) sha.Field(hash.View());
  }
  out_->data_hash = sha.Finish();
  HONE_TRY(CheckSlices());
  HONE_TRY(GroupItems());
  HONE_TRY(SetAside());
  return Narrow();
}

// Data that cannot be read is for the user to mend, like any other setting: nothing has begun.
Error ItemLoader::DataError(const Error& error) const {
  const bool is_absent = error.code == ErrorCode::kNotFound;
  return Invalid(options_.experiment_file + ": data: " + error.message +
                 (is_absent ? " (paths are relative to the experiment's folder)" : ""));
}

Status ItemLoader::CheckBadRows(const BadRows& of_reader, const Json& params) {
  BadRows all = of_reader;
  all.Take(bad_rows_);
  if (all.size() == 0) return Ok{};
  if (params["skip_bad_rows"].AsBool()) {
    Log(LogLevel::kWarn, options_.experiment_file + ": data: " + all.ToNote());
    return Ok{};
  }
  return all.ToError("data.skip_bad_rows=true leaves them out")
      .With(options_.experiment_file + ": data");
}

// evaluate.by names the field whose values are the categories of the table.
Status ItemLoader::GroupItems() {
  const std::string& by = out_->experiment.evaluate.by;
  if (by.empty() || by == "category" || by == "none") return Ok{};
  std::set<std::string> known;
  bool is_known = false;
  for (Item& item : out_->items) {
    for (const auto& [name, value] : item.fields.members()) known.insert(name);
    const Json* value = item.fields.Find(by);
    is_known = is_known || value != nullptr;
    if (value == nullptr) continue;
    item.category = value->is_string() ? value->AsString() : value->Dump();
  }
  if (is_known) return Ok{};
  return Invalid(options_.experiment_file + ": evaluate.by: no item has a field '" +
                 OneLine(by, 60) + "'" + NameHint(by, {known.begin(), known.end()}));
}

Status ItemLoader::AddItems(const Json& reply) {
  for (const Json& bad : reply["bad"].items()) {
    bad_rows_.Add(bad["where"].AsString(), bad["why"].AsString());
  }
  Json units = reply["units"];
  if (options_.rework) {
    HONE_ASSIGN(units, options_.rework(std::move(units)));
  }
  for (const Json& unit : units.items()) {
    HONE_ASSIGN(Item item, ReadItem(unit, shelf_));
    if (!item_ids_.insert(item.id).second) {
      return Invalid("data: two items have the id '" + item.id + "'");
    }
    out_->items.push_back(std::move(item));
  }
  return Ok{};
}

Status ItemLoader::CheckSlices() const {
  std::set<std::string> checked;
  for (const LoadedArm& arm : out_->arms) {
    const std::string& name = arm.spec.labels["slice"].AsString();
    if (arm.spec.slice.is_null() || !checked.insert(name).second) continue;
    HONE_TRY(CheckFilter(options_.experiment_file + ": matrix.slices '" + name + "'",
                         arm.spec.slice, out_->items));
  }
  return Ok{};
}

// A search never chooses on what it reports. Where the data has no selection tasks, whole clusters
// are set aside: their report tasks choose, those of the others are reported. Which clusters is a
// matter of the seed and of the whole data, not of --limit or --only.
Status ItemLoader::SetAside() {
  if (!out_->search) return Ok{};
  const SearchSpec& spec = out_->search->spec;
  const bool has_select = std::any_of(out_->items.begin(), out_->items.end(),
                                      [](const Item& item) { return !item.select_hashes.empty(); });
  const std::string place = options_.experiment_file + ": search.select: ";
  if (has_select) {
    if (!spec.select) return Ok{};
    return Invalid(place + "the data has selection tasks of its own; leave it out");
  }
  if (!spec.select) {
    return Invalid(place +
                   "missing: the data has no selection tasks and a search never chooses on what it "
                   "reports; say which share of the clusters chooses, for instance select = 0.3");
  }
  std::map<std::string, Hash> clusters;
  for (const Item& item : out_->items) {
    clusters[item.cluster] = HashFields({"hone-select-1", spec.seed, item.cluster});
  }
  if (clusters.size() < 2) {
    return Invalid(place + "the data has a single cluster, which cannot choose and be reported");
  }
  std::vector<std::pair<Hash, std::string>> order;
  for (const auto& [cluster, hash] : clusters) order.emplace_back(hash, cluster);
  std::sort(order.begin(), order.end());
  const auto n = static_cast<double>(order.size());
  const double wanted = std::clamp(std::round(*spec.select * n), 1.0, n - 1);
  std::set<std::string> aside;
  for (std::size_t i = 0; i < static_cast<std::size_t>(wanted); ++i) aside.insert(order[i].second);
  for (Item& item : out_->items) {
    if (aside.count(item.cluster) == 0) continue;
    item.is_set_aside = true;
    item.shelved_select = std::exchange(item.shelved_report, empty_);
    item.select_hashes = std::exchange(item.report_hashes, {});
  }
  return Ok{};
}

// --only and --limit take a stated subset under the same keys.
Status ItemLoader::Narrow() {
  out_->items_in_data = out_->items.size();
  if (!options_.only_items.empty()) {
    std::vector<std::string> ids;
    for (const Item& item : out_->items) ids.push_back(item.id);
    for (const std::string& wanted : options_.only_items) {
      if (std::find(ids.begin(), ids.end(), wanted) == ids.end()) {
        return Invalid("--only " + wanted + ": no such item" + NameHint(wanted, ids));
      }
    }
    std::erase_if(out_->items, [&](const Item& item) {
      const auto& only = options_.only_items;
      return std::find(only.begin(), only.end(), item.id) == only.end();
    });
  }
  if (options_.limit && static_cast<std::size_t>(*options_.limit) < out_->items.size()) {
    out_->items.resize(static_cast<std::size_t>(*options_.limit));
  }
  if (out_->items.size() < out_->items_in_data) {
    out_->subset = std::to_string(out_->items.size()) + " of " +
                   std::to_string(out_->items_in_data) + " contexts";
  }
  return Ok{};
}

}  // namespace hone
