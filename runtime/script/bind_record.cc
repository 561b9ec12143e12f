// host.record, host.judged: rows that a recipe writes, checked field by field (record_fields.h).
#include <algorithm>

#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "script/record_fields.h"
#include "script/sandbox_globals.h"
#include "script/unit.h"

namespace hone {
namespace {

bool RowProblem(const RecordField& field, std::string_view id) {
  const std::string prefix = std::string(field.type).substr(4) + ":";
  return id.substr(0, prefix.size()) != prefix || id.find('#') == std::string_view::npos;
}

// Checks one field's value, on top of the stack. "" or what is wrong.
std::string RecordFieldProblem(lua_State* L, const RecordField& field) {
  const std::string_view type = field.type;
  if (type.substr(0, 4) == "row:") {
    if (lua_type(L, -1) == LUA_TSTRING && !RowProblem(field, TextAt(L, -1))) return "";
    return std::string(field.name) + " must be an id of " + std::string(type.substr(4)) +
           " as record.* returns it";
  }
  const std::string_view lua_type_name = type == "text" ? "string" : type;
  if (HasType(L, -1, lua_type_name)) return "";
  return std::string(field.name) + " must be a " + std::string(type) + ", got " +
         luaL_typename(L, -1);
}

// host.record(table, fields) -> row id
Outcome Record(Call& call) {
  lua_State* L = call.L;
  const std::string name(TextAt(L, 1));
  const RecordTable* table = FindRecordTable(name);
  if (table == nullptr) return Outcome::Raise("record: there is no table '" + name + "'");
  const std::string what =
      table->verb[0] == '\0' ? "replay.select" : std::string("record.") + table->verb;
  if (call.vm.unit() == nullptr) return Outcome::Raise(what + " exists only while a unit runs");
  if (lua_type(L, 2) != LUA_TTABLE)
    return Outcome::Raise(what + ": expected a table with named fields");
  std::vector<std::string> known;
  for (const RecordField& field : table->fields) known.emplace_back(field.name);
  for (const std::string& given : FieldNames(L, 2)) {
    if (std::find(known.begin(), known.end(), given) == known.end()) {
      return Outcome::Raise(what + ": unknown field '" + OneLine(given, 60) + "'" +
                            NameHint(given, known));
    }
  }
  Unit* unit = call.vm.unit();
  Json fields = Json::MakeObject();
  for (const RecordField& field : table->fields) {
    PushText(L, field.name);
    lua_rawget(L, 2);
    if (lua_isnil(L, -1)) {
      if (field.required) return Outcome::Raise(what + ": '" + field.name + "' is missing");
      lua_pop(L, 1);
      continue;
    }
    const std::string problem = RecordFieldProblem(L, field);
    if (!problem.empty()) return Outcome::Raise(what + ": " + problem);
    Result<Json> value = JsonFromLua(L, -1, what + ": " + field.name, unit->outbox());
    if (!value.ok()) return Outcome::Raise(value.error());
    if (std::string_view(field.type) == "list" && value->is_object() && value->size() == 0) {
      value = Json::MakeArray();
    }
    fields.Set(field.name, std::move(*value));
    lua_pop(L, 1);
  }
  const std::string id = unit->NextRow(name);
  const std::size_t mark = id.rfind('#');
  if (name == "attempts" && !fields.Has("verdict")) unit->open_attempts().emplace(id, fields);
  unit->SendRecord(name, unit->path(), std::stoll(id.substr(mark + 1)), std::move(fields));
  call.vm.Charge(2000);  // a row is a message
  PushText(L, id);
  return Outcome::Values(1);
}

// host.judged(attempt id, verdict): the row recorded before, now with its verdict
Outcome Judged(Call& call) {
  lua_State* L = call.L;
  const std::string id(TextAt(L, 1));
  Unit* unit = call.vm.unit();
  const auto open = unit->open_attempts().find(id);
  if (open == unit->open_attempts().end()) {
    return Outcome::Raise("judge.rubrics: attempt '" + OneLine(id, 80) +
                          "' is no recorded attempt that waits for a verdict");
  }
  Result<Json> verdict = JsonFromLua(L, 2, "judge.rubrics: verdict", unit->outbox());
  if (!verdict.ok()) return Outcome::Raise(verdict.error());
  Json fields = std::move(open->second);
  unit->open_attempts().erase(open);
  fields.Set("verdict", std::move(*verdict));
  const std::size_t colon = id.find(':');
  const std::size_t mark = id.rfind('#');
  unit->SendRecord("attempts", id.substr(colon + 1, mark - colon - 1),
                   std::stoll(id.substr(mark + 1)), std::move(fields));
  return Outcome::None();
}

}  // namespace

std::vector<Entry> RecordEntries() {
  return {{"record", &Trampoline<Record>}, {"judged", &Trampoline<Judged>}};
}

}  // namespace hone
