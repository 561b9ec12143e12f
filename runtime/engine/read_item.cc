#include "engine/read_item.h"

namespace hone {

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
  item.report = Json::MakeArray();
  Json visible = Json::MakeArray();
  HONE_ASSIGN(const std::string context, item.context.Canonical());
  for (const Json& task : unit["tasks"].items()) {
    if (task["split"].AsString() != "report") {
      visible.Append(task);
      continue;
    }
    HONE_ASSIGN(const std::string canonical, task.Canonical());
    item.report_hashes.push_back(HashFields({"report", context, canonical}));
    item.report.Append(task);
  }
  item.input = Json::MakeObject({{"id", Json(item.id)},
                                 {"cluster", Json(item.cluster)},
                                 {"category", Json(item.category)},
                                 {"context", item.context}});
  item.input.Set("tasks", std::move(visible));
  HONE_ASSIGN(const std::string input, item.input.Canonical());
  item.input_hash = HashFields({"item", input});
  return item;
}

}  // namespace hone
