-- The stages of a training or evolution loop in the newest experiment named :experiment: per arm, stage and how it
-- ended, how often, between which steps, and in how many runs.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT arm, name AS stage, action, count(*) AS times, min(step) AS first_step, max(step) AS last_step,
       count(DISTINCT run_id) AS runs
FROM loop_steps
WHERE experiment_id = (SELECT experiment_id FROM current)
GROUP BY arm_id, name, action
ORDER BY arm_position, min(step_id), name, action;
