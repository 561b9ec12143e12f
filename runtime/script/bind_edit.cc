// edit.*: edits on texts and differences between them (skill/text_edits.h).
#include "base/text.h"
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "skill/text_edits.h"

namespace hone {
namespace {

void PushSpec(lua_State* L) {
  lua_newtable(L);
  const std::pair<const char*, const char*> fields[] = {{"text", "string"},
                                                        {"edits", "list"},
                                                        {"semantics", "string?"},
                                                        {"protected", "list?"},
                                                        {"dry_run", "boolean?"}};
  for (const auto& [name, type] : fields) {
    PushText(L, type);
    lua_setfield(L, -2, name);
  }
}

// A model wrote these edits: what is wrong with one of them is that edit's status, not an error.
TextEdit EditFrom(const Json& value) {
  TextEdit edit;
  if (!value.is_object()) {
    edit.problem =
        "an edit is a table {op, target, content}, got " + std::string(value.type_name());
    return edit;
  }
  edit.op = value["op"].AsString();
  edit.exact = value["exact"].AsBool();
  for (const auto& [field, to] : {std::pair("target", &edit.target), {"content", &edit.content}}) {
    const Json* member = value.Find(field);
    if (member == nullptr) continue;
    const bool none = member->is_null() && to == &edit.target;
    if (!member->is_string() && !none && edit.problem.empty()) {
      edit.problem = std::string(field) + " must be text, got " + std::string(member->type_name());
    }
    *to = member->AsString();
  }
  return edit;
}

std::string ReadEdits(lua_State* L, std::vector<TextEdit>* edits) {
  lua_getfield(L, 1, "edits");
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, -1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, -1, i);
    const std::string what = "edit.apply: edits[" + std::to_string(i) + "]";
    const Result<Json> value = JsonFromLua(L, -1, what);
    if (!value.ok()) return value.error().message;
    edits->push_back(EditFrom(*value));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return "";
}

std::string ReadMarks(lua_State* L, std::vector<ProtectedMarks>* marks) {
  if (lua_getfield(L, 1, "protected") == LUA_TNIL) return "";
  const Result<Json> value = JsonFromLua(L, -1, "edit.apply: protected");
  if (!value.ok()) return value.error().message;
  for (const Json& pair : value->items()) {
    if (pair.items().size() != 2 || pair.items()[0].AsString().empty() ||
        pair.items()[1].AsString().empty()) {
      return "edit.apply: protected[" + std::to_string(marks->size() + 1) +
             "] must be a pair of texts { first mark, last mark }";
    }
    marks->push_back({pair.items()[0].AsString(), pair.items()[1].AsString()});
  }
  return "";
}

Json ReportToJson(const EditReport& report) {
  Json out = Json::MakeObject({{"index", static_cast<int64_t>(report.index)},
                               {"op", report.op},
                               {"target", report.target},
                               {"content_preview", report.content_preview},
                               {"status", report.status}});
  if (!report.problem.empty()) out.Set("problem", report.problem);
  if (report.other != 0) out.Set("other", static_cast<int64_t>(report.other));
  if (report.places.empty()) return out;
  Json places = Json::MakeArray();
  for (const EditPlace& place : report.places) {
    places.Append(
        Json::MakeObject({{"line", static_cast<int64_t>(place.line)}, {"text", place.text}}));
  }
  out.Set("places", std::move(places));
  return out;
}

// edit.apply{text, edits, semantics?, protected?, dry_run?} -> {text, applied, skipped, errors,
// total, report}
Outcome Apply(Call& call) {
  lua_State* L = call.L;
  PushSpec(L);
  const std::string wrong = FieldProblem(L, 1, -1, "edit.apply");
  if (!wrong.empty()) return Outcome::Raise(wrong);
  lua_pop(L, 1);
  std::vector<TextEdit> edits;
  std::vector<ProtectedMarks> marks;
  std::string problem = ReadEdits(L, &edits);
  if (problem.empty()) problem = ReadMarks(L, &marks);
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_getfield(L, 1, "semantics");
  const std::string semantics(lua_isnil(L, -1) ? "sound" : TextAt(L, -1));
  if (semantics != "sound" && semantics != "published") {
    return Outcome::Raise("edit.apply: no semantics is called '" + OneLine(semantics, 60) + "'" +
                          NameHint(semantics, {"sound", "published"}));
  }
  lua_getfield(L, 1, "dry_run");
  const bool dry_run = lua_toboolean(L, -1) != 0;
  lua_getfield(L, 1, "text");
  const std::string_view text = TextAt(L, -1);
  // The worst case looks through the whole text for every edit.
  call.vm.Charge(text.size() + edits.size() * (500 + text.size() / 64));
  const EditResult result = ApplyEdits(
      text, edits, semantics == "sound" ? EditSemantics::kSound : EditSemantics::kPublished, marks);
  Json report = Json::MakeArray();
  for (const EditReport& one : result.reports) report.Append(ReportToJson(one));
  lua_createtable(L, 0, 6);
  PushText(L, dry_run ? text : std::string_view(result.text));
  lua_setfield(L, -2, "text");
  const std::pair<const char*, std::size_t> counts[] = {{"applied", result.applied},
                                                        {"skipped", result.skipped},
                                                        {"errors", result.errors},
                                                        {"total", edits.size()}};
  for (const auto& [name, count] : counts) {
    lua_pushinteger(L, static_cast<lua_Integer>(count));
    lua_setfield(L, -2, name);
  }
  PushJson(L, report);
  lua_setfield(L, -2, "report");
  return Outcome::Values(1);
}

// edit.diff(before, after) -> list of {op, target, content, exact}
Outcome Diff(Call& call) {
  ArgReader args(&call, "edit.diff");
  const std::string_view before = args.Text(1, "before");
  const std::string_view after = args.Text(2, "after");
  if (args.failed()) return args.Raise();
  call.vm.Charge((before.size() + after.size()) * 8);
  const std::vector<TextEdit> edits = DiffEdits(before, after);
  lua_createtable(call.L, static_cast<int>(edits.size()), 0);
  lua_Integer n = 0;
  for (const TextEdit& edit : edits) {
    lua_createtable(call.L, 0, 4);
    PushText(call.L, edit.op);
    lua_setfield(call.L, -2, "op");
    PushText(call.L, edit.target);
    lua_setfield(call.L, -2, "target");
    PushText(call.L, edit.content);
    lua_setfield(call.L, -2, "content");
    lua_pushboolean(call.L, edit.exact ? 1 : 0);
    lua_setfield(call.L, -2, "exact");
    lua_rawseti(call.L, -2, ++n);
  }
  if (n == 0) MarkArray(call.L);
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> EditEntries() {
  return {{"apply", &Trampoline<Apply>}, {"diff", &Trampoline<Diff>}};
}

}  // namespace hone
