// skill.*: SKILL.md documents read, written and checked (skill/skill_document.h).
#include "script/api_table.h"
#include "script/arg_reader.h"
#include "script/convert.h"
#include "script/sandbox_globals.h"
#include "skill/skill_document.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

Json FieldsToJson(const std::vector<SkillField>& fields) {
  Json out = Json::MakeObject();
  for (const SkillField& field : fields) out.Set(field.key, Json(field.value));
  return out;
}

std::vector<SkillField> FieldsFromJson(const Json& value) {
  std::vector<SkillField> out;
  for (const auto& [key, member] : value.members()) out.push_back({key, member.AsString()});
  return out;
}

// skill.parse(text) -> {name, description, body, other, metadata, has_frontmatter, warnings}
Outcome Parse(Call& call) {
  ArgReader args(&call, "skill.parse");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size());
  const Result<SkillReading> reading = ParseSkill(text);
  if (!reading.ok()) return Outcome::Raise(reading.error().With("skill.parse"));
  const SkillDocument& document = reading.value().document;
  Json out = Json::MakeObject({{"name", document.name},
                               {"description", document.description},
                               {"body", document.body},
                               {"has_frontmatter", reading.value().has_frontmatter},
                               {"other", FieldsToJson(document.other)},
                               {"metadata", FieldsToJson(document.metadata)}});
  Json warnings = Json::MakeArray();
  for (const std::string& warning : reading.value().warnings) warnings.Append(warning);
  out.Set("warnings", std::move(warnings));
  PushJson(call.L, out);
  return Outcome::Values(1);
}

void PushSpec(lua_State* L) {
  lua_newtable(L);
  for (const char* name : {"name", "description", "body"}) {
    PushText(L, "string");
    lua_setfield(L, -2, name);
  }
  for (const char* name : {"other", "metadata", "warnings"}) {
    PushText(L, "table?");
    lua_setfield(L, -2, name);
  }
  PushText(L, "boolean?");
  lua_setfield(L, -2, "has_frontmatter");
}

// skill.render{name, description, body, other, metadata} -> text
Outcome Render(Call& call) {
  PushSpec(call.L);
  const std::string problem = FieldProblem(call.L, 1, -1, "skill.render");
  if (!problem.empty()) return Outcome::Raise(problem);
  Result<Json> value = JsonFromLua(call.L, 1, "skill.render:");
  if (!value.ok()) return Outcome::Raise(value.error());
  SkillDocument document;
  document.name = (*value)["name"].AsString();
  document.description = (*value)["description"].AsString();
  document.body = (*value)["body"].AsString();
  document.other = FieldsFromJson((*value)["other"]);
  document.metadata = FieldsFromJson((*value)["metadata"]);
  PushText(call.L, RenderSkill(document));
  return Outcome::Values(1);
}

// skill.check(text) -> list of {line, error, text}; empty when all is well
Outcome Check(Call& call) {
  ArgReader args(&call, "skill.check");
  const std::string_view text = args.Text(1, "text");
  const std::string_view folder = args.TextOr(2, "folder", "");
  if (args.failed()) return args.Raise();
  call.vm.Charge(text.size());
  Json out = Json::MakeArray();
  for (const SkillProblem& problem : CheckSkill(text, folder)) {
    out.Append(Json::MakeObject(
        {{"line", problem.line}, {"error", problem.is_error}, {"text", problem.text}}));
  }
  PushJson(call.L, out);
  return Outcome::Values(1);
}

// skill.normalise(name, description, body) -> text of a valid document
Outcome Normalise(Call& call) {
  ArgReader args(&call, "skill.normalise");
  const std::string_view name = args.TextOr(1, "name", "");
  const std::string_view description = args.TextOr(2, "description", "");
  const std::string_view body = args.Text(3, "body");
  if (args.failed()) return args.Raise();
  call.vm.Charge(body.size());
  PushText(call.L, RenderSkill(NormaliseSkill(name, description, body)));
  return Outcome::Values(1);
}

Outcome Slug(Call& call) {
  ArgReader args(&call, "skill.slug");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  PushText(call.L, Slugify(text));
  return Outcome::Values(1);
}

// skill.clip(text, {words = n}): the body shortened, the frontmatter kept
Outcome Clip(Call& call) {
  lua_State* L = call.L;
  ArgReader args(&call, "skill.clip");
  const std::string_view text = args.Text(1, "text");
  if (args.failed()) return args.Raise();
  lua_newtable(L);
  PushText(L, "integer");
  lua_setfield(L, -2, "words");
  const std::string problem = FieldProblem(L, 2, -1, "skill.clip");
  if (!problem.empty()) return Outcome::Raise(problem);
  lua_getfield(L, 2, "words");
  const auto words = static_cast<std::size_t>(std::max<lua_Integer>(lua_tointeger(L, -1), 0));
  call.vm.Charge(text.size());
  Result<SkillReading> reading = ParseSkill(text);
  if (!reading.ok()) return Outcome::Raise(reading.error().With("skill.clip"));
  SkillDocument document = reading->document;
  document.body = std::string(FirstWords(document.body, words));
  PushText(L, reading->has_frontmatter ? RenderSkill(document) : document.body);
  return Outcome::Values(1);
}

}  // namespace

std::vector<Entry> SkillEntries() {
  return {{"parse", &Trampoline<Parse>}, {"render", &Trampoline<Render>},
          {"check", &Trampoline<Check>}, {"normalise", &Trampoline<Normalise>},
          {"slug", &Trampoline<Slug>},   {"clip", &Trampoline<Clip>}};
}

}  // namespace hone
