// LedgerReader::SpendOf: what arms, providers and units have spent so far.
#include "store/ledger_reader.h"

namespace hone {

Result<std::vector<SpendRow>> LedgerReader::SpendOf(const std::string& experiment_name) {
  // min(position) with a bare unit_id and arm: SQLite takes them from the row of the minimum.
  HONE_ASSIGN(
      Statement row,
      db_->Prepare(
          "WITH cells AS (SELECT a.position, a.name AS arm, ru.unit_id, ru.evaluate_unit_id, "
          "    ru.select_unit_id FROM experiments e "
          "  JOIN arms a ON a.experiment_id = e.experiment_id JOIN runs r ON r.arm_id = a.arm_id "
          "  JOIN run_units ru ON ru.run_id = r.run_id WHERE e.name = ?), "
          "used AS (SELECT position, arm, unit_id FROM cells UNION "
          "  SELECT position, arm, evaluate_unit_id FROM cells UNION "
          "  SELECT position, arm, select_unit_id FROM cells), "
          "mine AS (SELECT us.call_id, used.arm, used.unit_id, min(used.position) FROM used "
          "  JOIN uses us ON us.unit_id = used.unit_id GROUP BY us.call_id), "
          "graded AS (SELECT mine.arm, mine.unit_id, c.model, c.status = 'answered' AS answered, "
          "  c.cost_pico_usd AS cost, c.reserved_pico_usd AS reserved, "
          "  (SELECT count(*) FROM sends s WHERE s.call_id = c.call_id AND s.maybe_billed = 1) "
          "    AS unknown FROM mine JOIN calls c ON c.call_id = mine.call_id) "
          "SELECT g.arm, g.model, u.unit_key, sum(answered OR unknown > 0), "
          "  coalesce(sum(CASE WHEN answered THEN cost END), 0) + coalesce(sum(unknown * "
          "reserved), 0) "
          "FROM graded g JOIN units u ON u.unit_id = g.unit_id "
          "GROUP BY g.arm, g.model, u.unit_key ORDER BY 1, 2, 3"));
  row.Bind(1, experiment_name);
  std::vector<SpendRow> out;
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) return out;
    SpendRow spend;
    spend.arm = row.String(0);
    spend.model = row.String(1);
    spend.unit_key = row.HashAt(2);
    spend.calls = row.Int(3);
    spend.spent = PicoUsd{row.Int(4)};
    out.push_back(std::move(spend));
  }
}

}  // namespace hone
