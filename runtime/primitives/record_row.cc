#include "primitives/record_row.h"

#include "skill/text_measure.h"

namespace hone {
namespace {

// attempts: the value of judge.rubrics, spread over the columns. Where the world failed and not the
// solver, no judgement stands.
void SpreadVerdict(Json* fields) {
  Json verdict = (*fields)["verdict"];
  fields->Erase("verdict");
  if ((*fields)["infrastructure"].AsBool()) {
    const std::string& why = (*fields)["failure_class"].AsString();
    verdict = Json::MakeObject(
        {{"n_rubrics", verdict["n_rubrics"]},
         {"why", Json(why.empty() ? "infrastructure" : "infrastructure: " + why)}});
    fields->Erase("score");
  }
  fields->Set("graded", Json(verdict["graded"].AsBool() ? 1 : 0));
  fields->Set("solved", Json(verdict["solved"].AsBool() ? 1 : 0));
  fields->Set("n_pass", Json(verdict["n_pass"].AsInt()));
  fields->Set("n_rubrics", Json(verdict["n_rubrics"].AsInt()));
  fields->Set("ungraded_reason",
              Json(verdict.is_null() ? "was not judged" : verdict["why"].AsString()));
  Json verdicts = Json::MakeArray();
  for (std::size_t i = 0; i < verdict["status"].size(); ++i) {
    const Json::Array& reasons = verdict["reasons"].items();
    verdicts.Append(Json::MakeObject({{"status", verdict["status"].items()[i]},
                                      {"reason", i < reasons.size() ? reasons[i] : Json("")}}));
  }
  fields->Set("verdicts", std::move(verdicts));
  const Json::Array& calls = verdict["calls"].items();
  if (!calls.empty()) fields->Set("judge_call", calls.back());
}

// replays: what replay.select sends, under the names of the columns.
void NameReplayColumns(Json* fields) {
  Json row = Json::MakeObject();
  row.Set("candidate", (*fields)["index"]);
  row.Set("valid", (*fields)["valid"]);
  row.Set("solved", (*fields)["correct"]);
  if (fields->Has("probe")) row.Set("probe", (*fields)["probe"]);
  if (fields->Has("attempt")) row.Set("attempt", (*fields)["attempt"]);
  if (fields->Has("candidate")) row.Set("skill", (*fields)["candidate"]);
  *fields = std::move(row);
}

}  // namespace

Result<PutRow> ReadRecord(const Json& body, const Hash& unit_key, const PartReceiver& parts) {
  PutRow row;
  row.unit_key = unit_key;
  row.table = body["table"].AsString();
  row.path = body["path"].AsString();
  row.n = body["n"].AsInt();
  HONE_ASSIGN(row.fields, parts.Resolve(body["fields"]));
  Json& fields = row.fields;
  if (row.table == "attempts") SpreadVerdict(&fields);
  if (row.table == "replays") NameReplayColumns(&fields);
  if (row.table == "tasks" && fields["name"].AsString().empty()) {
    fields.Set("name", Json(row.path + "#" + std::to_string(row.n)));
  }
  if (row.table == "skills")
    fields.Set("words", Json(static_cast<int64_t>(WordCount(fields["text"].AsString()))));
  if (row.table == "selections" && fields.Has("index")) {
    fields.Set("candidate", fields["index"]);
    fields.Erase("index");
  }
  if (row.table == "probes" && fields.Has("set")) {
    fields.Set("probe_set", fields["set"]);
    fields.Erase("set");
  }
  return row;
}

}  // namespace hone
