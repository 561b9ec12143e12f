-- Length in words of the self-play tasks of the newest experiment named :experiment (Ctx2Skill, Table 8), per
-- arm and iteration, and over all of them.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
cells AS (
  SELECT a.position, a.name AS arm, ru.unit_id
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
),
measured AS (
  SELECT unit_id, step, coalesce(words, hone_words(text)) AS value
  FROM tasks
  WHERE origin = 'self_play' AND unit_id IN (SELECT unit_id FROM cells)
),
counted AS MATERIALIZED (
  SELECT position, arm, step AS iteration, value, count(*) AS n
  FROM cells JOIN measured USING (unit_id) 
  GROUP BY position, step, value
),
every AS (
  SELECT position, arm, iteration, value, n FROM counted
  UNION ALL
  SELECT position, arm, 'overall', value, sum(n) FROM counted GROUP BY position, value
),
ranked AS (
  SELECT *, sum(n) OVER (PARTITION BY position, iteration ORDER BY value) AS upto,
         sum(n) OVER (PARTITION BY position, iteration) AS total
  FROM every
)
SELECT arm, iteration, total AS tasks, min(value) AS min, max(value) AS max,
       round(1.0 * sum(value * n) / total, 1) AS mean,
       round((min(CASE WHEN upto >= (total + 1) / 2 THEN value END) +
              min(CASE WHEN upto >= (total + 2) / 2 THEN value END)) / 2.0, 1) AS median
FROM ranked
GROUP BY position, iteration
ORDER BY position, iteration;
