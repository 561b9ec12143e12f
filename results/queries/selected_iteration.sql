-- Which iteration's skill was selected in the newest experiment named :experiment (Ctx2Skill, Figure 3): per arm
-- the number and the share of contexts.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
cells AS (
  SELECT a.position, a.name AS arm, ru.unit_id
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
)
SELECT arm, s.candidate AS iteration, count(*) AS contexts,
       round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY position), 1) AS share
FROM cells
JOIN selections s USING (unit_id)
GROUP BY position, s.candidate
ORDER BY position, s.candidate;
