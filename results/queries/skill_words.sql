-- Length in words of the reasoner's skill in the newest experiment named :experiment (Ctx2Skill, Table 10), per
-- arm and iteration, and of the versions that were selected.
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
  SELECT unit_id, step AS iteration, words AS value
  FROM skills
  WHERE side = 'reasoner' AND unit_id IN (SELECT unit_id FROM cells)
  UNION ALL
  SELECT s.unit_id, 'selected', k.words
  FROM selections s
  JOIN skills k USING (skill_id)
  WHERE s.unit_id IN (SELECT unit_id FROM cells)
),
ranked AS (
  SELECT position, arm, iteration, value,
         row_number() OVER (PARTITION BY position, iteration ORDER BY value) AS n,
         count(*) OVER (PARTITION BY position, iteration) AS total
  FROM cells JOIN measured USING (unit_id)
)
SELECT arm, iteration, count(*) AS skills, min(value) AS min, max(value) AS max,
       round(avg(value), 1) AS mean,
       round(avg(CASE WHEN n IN ((total + 1) / 2, (total + 2) / 2) THEN value END), 1) AS median
FROM ranked
GROUP BY position, iteration
ORDER BY position, iteration;
