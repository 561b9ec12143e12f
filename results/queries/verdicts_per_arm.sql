-- Rubric verdicts of the newest experiment named :experiment, per arm, on report tasks and in the
-- recipe's own loop: how many, and the share that passes.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
attempted AS (
  SELECT arm, arm_position, 'report' AS part, attempt_id FROM report_attempts
  WHERE experiment_id = (SELECT experiment_id FROM current)
  UNION ALL
  SELECT arm, arm_position, 'loop', attempt_id FROM loop_attempts
  WHERE experiment_id = (SELECT experiment_id FROM current)
),
judged AS (
  SELECT attempt_id, count(*) AS verdicts, sum(status = 'yes') AS passed
  FROM verdicts
  GROUP BY attempt_id
)
SELECT t.arm, t.part, sum(j.verdicts) AS verdicts,
       round(100.0 * sum(j.passed) / sum(j.verdicts), 1) AS passed_percent
FROM attempted t
JOIN judged j ON j.attempt_id = t.attempt_id
GROUP BY t.arm_position, t.part
ORDER BY t.arm_position, t.part DESC;
