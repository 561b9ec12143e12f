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

// The text of a context, or of its messages, whose content is a text or a list of texts.
std::string TextOf(const Json& context) {
  std::string out = context["text"].AsString();
  for (const Json& message : context["messages"].items()) {
    out += message["content"].AsString();
    for (const Json& part : message["content"].items()) out += part.AsString();
    out += "\n";
  }
  return out;
}

}  // namespace

Json Item::Input() const {
  Json input = shelved_visible.Get();
  input.Set("context", Context());
  return input;
}

std::string Item::ContextText() const { return TextOf(Context()); }

Result<Item> ReadItem(const Json& unit, const std::shared_ptr<ItemShelf>& shelf) {
  Item item;
  item.id = unit["id"].AsString();
  if (item.id.empty()) return Invalid("data: an item has no id");
  item.cluster = unit["cluster"].AsString().empty() ? item.id : unit["cluster"].AsString();
  item.category = unit["category"].AsString();
  item.separation = unit["separation"].AsString();
  const Json& context_value = unit["context"];
  if (!context_value.is_object())
    return Invalid("data: item '" + item.id + "' has no context table");
  item.context_bytes = TextOf(context_value).size();
  item.fields = FieldsOf(item, unit);
  Json report = Json::MakeArray();
  Json select = Json::MakeArray();
  Json visible = Json::MakeArray();
  HONE_ASSIGN(const std::string context, context_value.Canonical());
  for (const Json& task : unit["tasks"].items()) {
    const std::string& split = task["split"].AsString();
    if (split != "report") visible.Append(task);
    if (split != "report" && split != "select") continue;
    HONE_ASSIGN(const std::string canonical, task.Canonical());
    const Hash hash = HashFields({"report", context, canonical});
    (split == "report" ? item.report_hashes : item.select_hashes).push_back(hash);
    (split == "report" ? report : select).Append(task);
  }
  Json input = Json::MakeObject(
      {{"id", Json(item.id)}, {"cluster", Json(item.cluster)}, {"category", Json(item.category)}});
  input.Set("tasks", std::move(visible));
  // Skills that were made elsewhere, by name: for the recipe that returns them.
  if (unit["given"].is_object()) input.Set("given", unit["given"]);
  if (unit["hints"].size() > 0) {
    // Rubrics of the source, shown to a recipe: whatever is asked of this context is exposed.
    input.Set("hints", unit["hints"]);
    item.separation = "none";
  }
  HONE_ASSIGN(item.shelved_visible, ShelvedJson::Put(shelf, input));
  HONE_ASSIGN(item.shelved_context, ShelvedJson::Put(shelf, context_value));
  HONE_ASSIGN(item.shelved_report, ShelvedJson::Put(shelf, report));
  HONE_ASSIGN(item.shelved_select, ShelvedJson::Put(shelf, select));
  input.Set("context", context_value);
  HONE_ASSIGN(const std::string canonical_input, input.Canonical());
  item.input_hash = HashFields({"item", canonical_input});
  return item;
}

}  // namespace hone
