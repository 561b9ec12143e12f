-- The rubrics of report tasks that fail most often in the newest experiment named :experiment, over
-- all arms and replicates: the first 100.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
judged AS MATERIALIZED (
  SELECT ra.item, ra.task, v.n, count(*) AS verdicts, sum(v.status = 'no') AS failed,
         max(ra.task_id) AS task_id
  FROM report_attempts ra
  JOIN verdicts v ON v.attempt_id = ra.attempt_id
  WHERE ra.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY ra.item_position, ra.task, v.n
  ORDER BY 1.0 * failed / verdicts DESC, verdicts DESC, ra.item, ra.task, v.n
  LIMIT 100
)
SELECT j.item, j.task, j.n AS rubric, j.verdicts, j.failed,
       round(100.0 * j.failed / j.verdicts, 1) AS failed_percent, r.text
FROM judged j
LEFT JOIN rubrics r ON r.task_id = j.task_id AND r.n = j.n
ORDER BY failed_percent DESC, j.verdicts DESC, j.item, j.task, j.n;
