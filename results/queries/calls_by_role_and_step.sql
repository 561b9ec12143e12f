-- Which step of which role calls how often, in the newest experiment named :experiment: per arm, role
-- and step, how often calls were used, and how many calls that were (one call may serve several runs).
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
used AS (
  SELECT au.arm_position, au.part, us.role, us.step, us.call_id, count(*) AS uses
  FROM arm_units au
  JOIN uses us ON us.unit_id = au.unit_id
  WHERE au.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY us.call_id, au.arm_position, au.part, us.role, us.step
),
counted AS (
  SELECT arm_position, part, role, step, sum(uses) AS uses, count(*) AS calls
  FROM used
  GROUP BY arm_position, part, role, step
)
SELECT a.name AS arm, c.part, c.role, c.step, c.uses, c.calls
FROM counted c
JOIN arms a ON a.position = c.arm_position
  AND a.experiment_id = (SELECT experiment_id FROM current)
ORDER BY c.arm_position, c.part DESC, c.role, c.step;
