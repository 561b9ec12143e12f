-- The learning curve of the newest experiment named :experiment: per arm, metric and step, the mean over items and
-- replicates of what the recipe recorded, and how far they lie apart.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT a.name AS arm, m.name AS metric, m.step, count(*) AS n, round(avg(m.value), 4) AS mean,
       round(min(m.value), 4) AS lowest, round(max(m.value), 4) AS highest
FROM arms a
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN metrics m ON m.unit_id = ru.unit_id AND m.step IS NOT NULL
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, m.name, m.step
ORDER BY a.position, m.name, m.step;
