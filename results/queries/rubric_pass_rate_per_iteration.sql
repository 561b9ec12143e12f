-- Rubrics of the self-play tasks of the newest experiment named :experiment (Ctx2Skill, Table 6): per
-- arm and iteration, the share of rubrics that passed and the mean number of rubrics a task. Graded
-- tasks only.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT a.name AS arm, t.step AS iteration, count(*) AS tasks,
       round(100.0 * sum(t.n_pass) / nullif(sum(t.n_rubrics), 0), 1) AS pass_rate,
       round(1.0 * sum(t.n_rubrics) / count(*), 2) AS rubrics_per_task
FROM arms a
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN attempts t ON t.unit_id = ru.unit_id AND t.purpose = 'loop' AND t.graded = 1
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, t.step
ORDER BY a.position, t.step;
