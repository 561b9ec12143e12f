-- Self-play dynamics of the newest experiment named :experiment (Ctx2Skill, Table 5): per arm and
-- iteration, the mean number of tasks a context solved and failed, and the share solved. Every context
-- of every run weighs alike. Ungraded tasks count as failed, as in the loop itself.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
contexts AS (
  SELECT a.arm_id, a.name AS arm, a.position, r.run_id, ru.position AS item, t.step,
         sum(t.solved) AS solved, sum(1 - t.solved) AS failed
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  JOIN attempts t ON t.unit_id = ru.unit_id AND t.purpose = 'loop'
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY a.arm_id, r.run_id, ru.position, t.step
)
SELECT arm, step AS iteration, count(*) AS contexts, round(avg(solved), 2) AS solved,
       round(avg(failed), 2) AS failed, round(100.0 * sum(solved) / sum(solved + failed), 1) AS rate
FROM contexts
GROUP BY arm_id, step
ORDER BY position, step;
