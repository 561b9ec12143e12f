#include "script/record_fields.h"

namespace hone {

const std::vector<RecordTable>& RecordTables() {
  static const std::vector<RecordTable> tables = {
      {"task",
       "tasks",
       {{"name", "text"},
        {"origin", "text", true},
        {"text", "text", true},
        {"rubrics", "list", true},
        {"span_text", "text"},
        {"cluster", "text"},
        {"step", "integer"}}},
      {"attempt",
       "attempts",
       {{"task", "row:tasks"},
        {"skill", "row:skills"},
        {"answer", "text"},
        {"purpose", "text", true},
        {"step", "integer"},
        {"verdict", "table"},
        {"score", "number"},
        {"failure_class", "text"},
        {"infrastructure", "boolean"},
        {"unsafe", "boolean"},
        {"call", "text"}}},
      {"skill",
       "skills",
       {{"side", "text", true},
        {"text", "text", true},
        {"name", "text"},
        {"description", "text"},
        {"step", "integer"}}},
      {"edit",
       "edits",
       {{"before_skill", "row:skills"},
        {"after_skill", "row:skills"},
        {"action", "text", true},
        {"proposal", "table", true},
        {"status", "text"},
        {"call", "text"},
        {"step", "integer"}}},
      {"gate",
       "gates",
       {{"skill", "row:skills"},
        {"accepted", "boolean", true},
        {"rule", "text", true},
        {"scores", "any"},
        {"step", "integer"}}},
      {"probe",
       "probes",
       {{"set", "text", true}, {"task", "row:tasks", true}, {"step", "integer"}}},
      {"selection",
       "selections",
       {{"rule", "text", true}, {"index", "integer"}, {"skill", "row:skills"}, {"scores", "any"}}},
      {"metric",
       "metrics",
       {{"name", "text", true}, {"value", "number", true}, {"step", "integer"}}},
      {"step",
       "steps",
       {{"name", "text", true},
        {"action", "text"},
        {"skill", "row:skills"},
        {"record", "table"},
        {"epoch", "integer"},
        {"step", "integer"}}},
      {"skill_use",
       "skill_uses",
       {{"event", "text", true},
        {"name", "text", true},
        {"found", "boolean"},
        {"injected", "boolean"},
        {"attempt", "row:attempts"},
        {"step", "integer"}}},
      {"artifact", "artifacts", {{"name", "text", true}, {"text", "text", true}}},
      // Written by replay.select alone.
      {"",
       "replays",
       {{"probe", "row:probes"},
        {"candidate", "row:skills"},
        {"attempt", "row:attempts"},
        {"index", "integer", true},
        {"set", "text", true},
        {"correct", "boolean", true},
        {"valid", "boolean", true}}},
  };
  return tables;
}

const RecordTable* FindRecordTable(std::string_view table) {
  for (const RecordTable& entry : RecordTables()) {
    if (table == entry.table) return &entry;
  }
  return nullptr;
}

}  // namespace hone
