-- What each arm of the newest experiment named :experiment consumed, and what it cost.
-- alone: what a fresh run of this arm only would buy. exclusive: used by no other arm. shared: used by
-- others, too. first: calls whose first user in file order is this arm; these add up to the total.
-- A price is null when a call of a model without a price is in it.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
used AS (
  SELECT DISTINCT rc.arm_id, rc.arm_position, rc.call_id
  FROM run_calls rc
  WHERE rc.experiment_id = (SELECT experiment_id FROM current)
),
users AS (
  SELECT call_id, count(*) AS arms, min(arm_position) AS first_position FROM used GROUP BY call_id
),
priced AS (
  SELECT u.arm_id, u.arm_position, n.arms, n.first_position, c.cost_pico_usd AS cost
  FROM used u
  JOIN users n ON n.call_id = u.call_id
  JOIN calls c ON c.call_id = u.call_id AND c.status = 'answered'
)
SELECT a.name AS arm, count(p.arm_id) AS alone,
       coalesce(sum(p.arms = 1), 0) AS exclusive,
       coalesce(sum(p.arms > 1), 0) AS shared,
       coalesce(sum(p.first_position = p.arm_position), 0) AS first,
       CASE WHEN count(p.arm_id) = count(p.cost) THEN coalesce(sum(p.cost), 0) / 1e12 END
         AS alone_usd,
       CASE WHEN count(p.arm_id) = count(p.cost)
            THEN coalesce(sum(CASE WHEN p.first_position = p.arm_position THEN p.cost END), 0) / 1e12
            END AS first_usd
FROM arms a
LEFT JOIN priced p ON p.arm_id = a.arm_id
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id
ORDER BY a.position;
