-- What became of the edits of the newest experiment named :experiment: per arm, kind of edit and status, how many
-- there were, and how many of them stand in a version that a gate accepted or rejected at their step. Edits of steps
-- without a gate are in neither.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
decisions AS (
  SELECT unit_id, step, max(accepted) AS accepted
  FROM gates
  GROUP BY unit_id, step
)
SELECT a.name AS arm, e.action, e.status, count(*) AS edits, coalesce(sum(d.accepted), 0) AS accepted,
       coalesce(sum(1 - d.accepted), 0) AS rejected
FROM arms a
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN edits e ON e.unit_id = ru.unit_id
LEFT JOIN decisions d ON d.unit_id = e.unit_id AND d.step = e.step
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, e.action, e.status
ORDER BY a.position, e.action, e.status;
