#include "engine/read_item.h"

namespace hone {
namespace {

// What a slice may ask for: plain values of the item and of its metadata.
Json FieldsOf(const Item& item, const Json& unit) {
  Json out = Json::MakeObject();
  for (const auto& [name, value] : unit["metadata"].members()) {
    if (!value.is_object() && !value.is_array() && !value.is_null()) out.Set(name, value);
  }
  out.Set("id", Json(item.id));
  out.Set("cluster", Json(item.cluster));
  if (!item.category.empty()) out.Set("category", Json(item.category));
  if (!item.separation.empty()) out.Set("separation", Json(item.separation));
  return out;
}

}  // namespace

Result<Item> ReadItem(const Json& unit) {
  Item item;
  item.id = unit["id"].AsString();
  if (item.id.empty()) return Invalid("data: an item has no id");
  item.cluster = unit["cluster"].AsString().empty() ? item.id : unit["cluster"].AsString();
  item.category = unit["category"].AsString();
  item.separation = unit["separation"].AsString();
  item.context = unit["context"];
  if (!item.context.is_object())
    return Invalid("data: item '" + item.id + "' has no context table");
  item.context_text = item.context["text"].AsString();
  for (const Json& message : item.context["messages"].items()) {
    item.context_text += message["content"].AsString() + "\n";
  }
  item.fields = FieldsOf(item, unit);
  item.report = Json::MakeArray();
  item.select = Json::MakeArray();
  Json visible = Json::MakeArray();
  HONE_ASSIGN(const std::string context, item.context.Canonical());
  for (const Json& task : unit["tasks"].items()) {
    const std::string& split = task["split"].AsString();
    if (split != "report") visible.Append(task);
    if (split != "report" && split != "select") continue;
    HONE_ASSIGN(const std::string canonical, task.Canonical());
    const Hash hash = HashFields({"report", context, canonical});
    (split == "report" ? item.report_hashes : item.select_hashes).push_back(hash);
    (split == "report" ? item.report : item.select).Append(task);
  }
  item.input = Json::MakeObject({{"id", Json(item.id)},
                                 {"cluster", Json(item.cluster)},
                                 {"category", Json(item.category)},
                                 {"context", item.context}});
  item.input.Set("tasks", std::move(visible));
  if (unit["hints"].size() > 0) {
    // Rubrics of the source, shown to a recipe: whatever is asked of this context is exposed.
    item.input.Set("hints", unit["hints"]);
    item.separation = "none";
  }
  HONE_ASSIGN(const std::string input, item.input.Canonical());
  item.input_hash = HashFields({"item", input});
  return item;
}

}  // namespace hone
