#include "engine/value_sets.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "engine/experiment_field.h"

namespace hone {
namespace {

using Choices = std::map<std::string, std::string>;  // field -> name of its set

Status CheckSets(const std::string& file, const std::vector<std::string>& top_fields,
                 const Json& sets) {
  if (!sets.is_null() && !sets.is_object()) {
    return FieldError(file, "sets", "expected sets = { field = { name = { ... } } }");
  }
  HONE_TRY(CheckFields(file, "sets", sets, top_fields));
  for (const auto& [field, named] : sets.members()) {
    const std::string path = "sets." + field;
    if (!named.is_object()) return FieldError(file, path, "expected { name = { ... } }");
    for (const auto& [name, values] : named.members()) {
      if (!values.is_object()) {
        return FieldError(file, path + "." + name, "expected a table of an experiment's fields");
      }
      HONE_TRY(CheckFields(file, path + "." + name, values, top_fields));
    }
  }
  return Ok{};
}

Status CheckName(const std::string& place, const Json& named, const std::string& name) {
  if (named.Has(name)) return Ok{};
  std::vector<std::string> known;
  for (const auto& [other, values] : named.members()) known.push_back(other);
  return Invalid(place + ": no set '" + name + "'" + NameHint(name, known));
}

// Whether the change may mean a set: a word for a field that has sets. A model has a slash.
bool MeansSet(const Json& sets, const Override& change) {
  return change.path.size() == 1 && change.value.is_string() && sets.Has(change.path[0]) &&
         change.value.AsString().find('/') == std::string::npos;
}

}  // namespace

Result<std::vector<Override>> ApplyValueSets(const std::string& file,
                                             const std::vector<std::string>& top_fields,
                                             const std::vector<Override>& changes, Json* value) {
  const Json sets = (*value)["sets"];
  HONE_TRY(CheckSets(file, top_fields, sets));
  value->Erase("sets");
  Choices chosen;
  std::vector<Override> others;
  for (const Override& change : changes) {
    if (!MeansSet(sets, change)) {
      others.push_back(change);
      continue;
    }
    const std::string& field = change.path[0];
    HONE_TRY(CheckName(file + ": " + field, sets[field], change.value.AsString()));
    chosen[field] = change.value.AsString();
  }
  const auto is_touched = [&](const std::string& field) {
    return chosen.count(field) != 0 ||
           std::any_of(others.begin(), others.end(),
                       [&](const Override& change) { return change.path[0] == field; });
  };
  const Choices asked = chosen;
  for (const auto& [field, name] : asked) {
    for (const auto& [other, word] : sets[field][name].members()) {
      if (!word.is_string() || !sets.Has(other)) continue;
      HONE_TRY(CheckName(file + ": sets." + field + "." + name + "." + other, sets[other],
                         word.AsString()));
      if (!is_touched(other)) chosen[other] = word.AsString();
    }
  }
  for (const bool own : {false, true}) {  // what a set says of its own field comes last
    for (const auto& [field, name] : chosen) {
      for (const auto& [other, values] : sets[field][name].members()) {
        const bool is_choice = values.is_string() && sets.Has(other);
        if (!is_choice && (other == field) == own) value->Set(other, values);
      }
    }
  }
  return others;
}

}  // namespace hone
