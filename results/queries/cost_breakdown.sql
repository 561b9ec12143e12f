-- Where the money of the newest experiment named :experiment goes: per arm, role and model, the calls
-- that the arm consumed (each once), their tokens and their price. `estimated`: calls whose tokens are
-- an estimate, because the provider reported none. A price is null when a call has none.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
used AS MATERIALIZED (
  SELECT us.call_id, au.arm_position, us.role
  FROM arm_units au
  JOIN uses us ON us.unit_id = au.unit_id
  WHERE au.experiment_id = (SELECT experiment_id FROM current)
  GROUP BY us.call_id, au.arm_position, us.role
),
priced AS (
  SELECT u.arm_position, u.role, c.model, count(*) AS calls, sum(c.input_tokens) AS input_tokens,
         sum(c.cached_tokens) AS cached_tokens, sum(c.output_tokens) AS output_tokens,
         sum(c.tokens_source = 'estimate') AS estimated, count(c.cost_pico_usd) AS with_price,
         sum(c.cost_pico_usd) AS cost
  FROM used u
  JOIN calls c ON c.call_id = u.call_id AND c.status = 'answered'
  GROUP BY u.arm_position, u.role, c.model
)
SELECT a.name AS arm, p.role, p.model, p.calls, p.input_tokens, p.cached_tokens, p.output_tokens,
       p.estimated, CASE WHEN p.calls = p.with_price THEN p.cost / 1e12 END AS usd
FROM priced p
JOIN arms a ON a.position = p.arm_position
  AND a.experiment_id = (SELECT experiment_id FROM current)
ORDER BY p.arm_position, p.role, p.model;
