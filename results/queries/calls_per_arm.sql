-- What each arm of the newest experiment named :experiment consumed, and what it cost.
-- alone: what a fresh run of this arm only would buy. exclusive: used by no other arm. shared: used by
-- others, too. first: calls whose first user in file order is this arm; these add up to the total.
-- A price is null when a call of a model without a price is in it.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
used AS MATERIALIZED (
  SELECT us.call_id, au.arm_position
  FROM arm_units au
  JOIN uses us ON us.unit_id = au.unit_id
  WHERE au.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY us.call_id, au.arm_position
),
users AS MATERIALIZED (
  SELECT u.call_id, count(*) AS arms, min(u.arm_position) AS first_position, c.cost_pico_usd AS cost
  FROM used u
  JOIN calls c ON c.call_id = u.call_id AND c.status = 'answered'
  GROUP BY u.call_id
),
per_arm AS (
  SELECT u.arm_position, count(*) AS alone, sum(n.arms = 1) AS exclusive, sum(n.arms > 1) AS shared,
         sum(n.first_position = u.arm_position) AS first, count(n.cost) AS priced,
         sum(n.cost) AS cost,
         sum(CASE WHEN n.first_position = u.arm_position THEN n.cost END) AS first_cost
  FROM used u
  JOIN users n ON n.call_id = u.call_id
  GROUP BY u.arm_position
)
SELECT a.name AS arm, coalesce(p.alone, 0) AS alone, coalesce(p.exclusive, 0) AS exclusive,
       coalesce(p.shared, 0) AS shared, coalesce(p.first, 0) AS first,
       CASE WHEN coalesce(p.alone, 0) = coalesce(p.priced, 0) THEN coalesce(p.cost, 0) / 1e12 END
         AS alone_usd,
       CASE WHEN coalesce(p.alone, 0) = coalesce(p.priced, 0) THEN coalesce(p.first_cost, 0) / 1e12
            END AS first_usd
FROM arms a
LEFT JOIN per_arm p ON p.arm_position = a.position
WHERE a.experiment_id = (SELECT experiment_id FROM current)
ORDER BY a.position;
