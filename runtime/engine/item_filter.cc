#include "engine/item_filter.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/loaded_experiment.h"

namespace hone {
namespace {

constexpr const char* kItems = "items";  // the item's id, by another name

std::string TextOf(const Json& value) {
  return value.is_string() ? value.AsString() : value.Dump();
}

std::vector<std::string> Wanted(const Json& value) {
  std::vector<std::string> out;
  if (!value.is_array()) return {TextOf(value)};
  for (const Json& one : value.items()) out.push_back(TextOf(one));
  return out;
}

const Json* FieldOf(const Item& item, const std::string& name) {
  return item.fields.Find(name == kItems ? "id" : name);
}

}  // namespace

bool IsInSlice(const Item& item, const Json& filter) {
  for (const auto& [name, value] : filter.members()) {
    const Json* field = FieldOf(item, name);
    if (field == nullptr) return false;
    const std::vector<std::string> wanted = Wanted(value);
    if (std::find(wanted.begin(), wanted.end(), TextOf(*field)) == wanted.end()) return false;
  }
  return true;
}

Status CheckFilter(const std::string& where, const Json& filter, const std::vector<Item>& items) {
  for (const auto& [name, value] : filter.members()) {
    std::set<std::string> names = {kItems};
    std::set<std::string> values;
    for (const Item& item : items) {
      for (const auto& [field, ignored] : item.fields.members()) names.insert(field);
      if (const Json* field = FieldOf(item, name)) values.insert(TextOf(*field));
    }
    if (names.count(name) == 0) {
      return Invalid(where + "." + name + ": no item has this field" +
                     NameHint(name, {names.begin(), names.end()}));
    }
    for (const std::string& wanted : Wanted(value)) {
      if (values.count(wanted) != 0) continue;
      return Invalid(where + "." + name + ": no item has '" + OneLine(wanted, 60) + "'" +
                     NameHint(wanted, {values.begin(), values.end()}));
    }
  }
  for (const Item& item : items) {
    if (IsInSlice(item, filter)) return Ok{};
  }
  return Invalid(where + ": no item has all of these");
}

}  // namespace hone
