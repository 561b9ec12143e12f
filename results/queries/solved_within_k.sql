-- Grinding in the newest experiment named :experiment (SkillForge): per arm and k, how many of the loop's tasks one of
-- their first k attempts solved, over all replicates. It is no pass rate: a task's own tests told what was wrong in
-- between. Tasks of which every attempt was ended by infrastructure are counted apart, and so are attempts whose tests
-- the solver could reach (unsafe).
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
tried AS (
  SELECT a.position, a.name AS arm, r.run_id, k.task_id,
         min(CASE WHEN t.solved THEN t.step END) AS solved_at,
         max(NOT t.infrastructure) AS graded, sum(t.unsafe) AS unsafe
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  JOIN tasks k ON k.unit_id = ru.unit_id AND k.origin = 'train'
  JOIN attempts t ON t.task_id = k.task_id AND t.unit_id = ru.unit_id AND t.purpose = 'loop'
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY a.arm_id, r.run_id, k.task_id
),
ks AS (
  SELECT DISTINCT a.position, t.step AS k
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  JOIN tasks task ON task.unit_id = ru.unit_id AND task.origin = 'train'
  JOIN attempts t ON t.task_id = task.task_id AND t.purpose = 'loop'
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
)
SELECT arm, k, count(DISTINCT run_id) AS replicates, count(*) AS tasks,
       coalesce(sum(solved_at <= k), 0) AS solved,
       round(100.0 * coalesce(sum(solved_at <= k), 0) / count(*), 1) AS solved_within_k,
       sum(NOT graded) AS infrastructure, sum(unsafe) AS unsafe_attempts
FROM tried JOIN ks USING (position)
GROUP BY position, k
ORDER BY position, k;
