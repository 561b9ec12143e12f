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
  GROUP BY au.arm_position, au.part, us.role, us.step, us.call_id
)
SELECT a.name AS arm, u.part, u.role, u.step, sum(u.uses) AS uses, count(*) AS calls
FROM used u
JOIN arms a ON a.position = u.arm_position
  AND a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY u.arm_position, u.part, u.role, u.step
ORDER BY u.arm_position, u.part DESC, u.role, u.step;
