-- Solving rate per arm of the newest experiment named :experiment, over report tasks.
-- An ungraded attempt is left out of `rate_graded` and counts as not solved in `rate_all`. Tasks that
-- could not be cut out of their context (separation 'none') are left out: see `exposed`.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
planned AS (
  SELECT a.arm_id, count(DISTINCT r.run_id) AS runs,
         sum(CASE WHEN ru.separation <> 'none' THEN ru.report_tasks ELSE 0 END) AS tasks,
         sum(CASE WHEN ru.separation = 'none' THEN ru.report_tasks ELSE 0 END) AS exposed
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY a.arm_id
),
measured AS (
  SELECT arm_id, count(*) AS attempted, sum(graded) AS graded, sum(solved) AS solved
  FROM report_attempts
  WHERE experiment_id = (SELECT experiment_id FROM current) AND separation <> 'none'
  GROUP BY arm_id
)
SELECT a.name AS arm, p.runs, p.tasks, coalesce(m.attempted, 0) AS attempted,
       coalesce(m.graded, 0) AS graded, coalesce(m.solved, 0) AS solved,
       round(100.0 * m.solved / nullif(m.graded, 0), 1) AS rate_graded,
       round(100.0 * m.solved / nullif(m.attempted, 0), 1) AS rate_all,
       p.tasks - coalesce(m.attempted, 0) AS missing, p.exposed
FROM arms a
JOIN planned p ON p.arm_id = a.arm_id
LEFT JOIN measured m ON m.arm_id = a.arm_id
ORDER BY a.position;
