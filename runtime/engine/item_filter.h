// ItemFilter: which items of the data a slice has: equality of fields, each with a value or a list.
//
//   { category = "Rules", sub_category = { "Finance", "Science" }, items = { "id-1", "id-2" } }
//
// A field is one that the mapper gave the item (Item::fields: id, cluster, category, separation and
// the members of metadata). Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct Item;

// Whether the item has every field of the filter; a null filter has all items. Values are compared
// as they are written: the number 3 and the text "3" are equal.
bool IsInSlice(const Item& item, const Json& filter);

// Fails on a field that no item has, and on values that no item has, naming the nearest; `where` is
// the field path of the filter.
Status CheckFilter(const std::string& where, const Json& filter, const std::vector<Item>& items);

}  // namespace hone
