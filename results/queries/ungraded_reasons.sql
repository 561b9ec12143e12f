-- Why attempts at report tasks of the newest experiment named :experiment have no usable judgement.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT arm, ungraded_reason AS reason, count(*) AS attempts
FROM report_attempts
WHERE experiment_id = (SELECT experiment_id FROM current) AND graded = 0
GROUP BY arm_position, ungraded_reason
ORDER BY arm_position, ungraded_reason;
