-- What became of the skills that recipes put into containers, in the newest experiment named :experiment (SkillForge): per
-- arm and purpose of attempts, the share that was offered an injected skill, that loaded one, that loaded any, and how
-- often those that loaded an injected one and those that did not were solved. Attempts that infrastructure ended are
-- left out.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
executed AS (
  SELECT a.position, a.name AS arm, ru.unit_id
  FROM arms a JOIN runs r ON r.arm_id = a.arm_id JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
  UNION
  SELECT a.position, a.name, ru.evaluate_unit_id
  FROM arms a JOIN runs r ON r.arm_id = a.arm_id JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
),
tried AS (
  SELECT e.position, e.arm, t.purpose, t.solved,
         coalesce(max(s.event = 'offer' AND s.injected), 0) AS offered,
         coalesce(max(s.event = 'load' AND s.injected AND s.found), 0) AS loaded,
         coalesce(max(s.event = 'load' AND s.found), 0) AS loaded_any
  FROM executed e
  JOIN attempts t ON t.unit_id = e.unit_id AND NOT t.infrastructure
  LEFT JOIN skill_uses s ON s.attempt_id = t.attempt_id
  WHERE e.unit_id IN (SELECT unit_id FROM skill_uses)
  GROUP BY e.position, t.attempt_id
)
SELECT arm, purpose, count(*) AS attempts, round(100.0 * avg(offered), 1) AS offered,
       round(100.0 * avg(loaded), 1) AS loaded, round(100.0 * avg(loaded_any), 1) AS loaded_any,
       round(100.0 * avg(CASE WHEN loaded THEN solved END), 1) AS solved_when_loaded,
       round(100.0 * avg(CASE WHEN NOT loaded THEN solved END), 1) AS solved_otherwise
FROM tried
GROUP BY position, purpose
ORDER BY position, purpose;
