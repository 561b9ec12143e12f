-- Quality of the skills in the newest experiment named :experiment that was evaluated with "quality" (Ctx2Skill,
-- Table 2), per arm: mean of each dimension over contexts and replicates, 0 to 100, and how many were graded.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
cells AS (
  SELECT a.position, a.name AS arm, ru.evaluate_unit_id AS unit_id, ru.run_id, ru.position AS item
  FROM arms a
  JOIN runs r ON r.arm_id = a.arm_id
  JOIN run_units ru ON ru.run_id = r.run_id
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
),
scores AS (
  SELECT c.position, c.arm, c.run_id, c.item, m.name, m.value
  FROM cells c JOIN metrics m USING (unit_id)
  WHERE m.name LIKE 'quality.%'
)
SELECT arm,
       count(DISTINCT CASE WHEN name = 'quality.average' THEN run_id || '/' || item END) AS skills,
       count(CASE WHEN name = 'quality.ungraded' THEN 1 END) AS ungraded,
       round(avg(CASE WHEN name = 'quality.conciseness' THEN value END), 1) AS conc,
       round(avg(CASE WHEN name = 'quality.faithfulness' THEN value END), 1) AS faith,
       round(avg(CASE WHEN name = 'quality.clarity' THEN value END), 1) AS clar,
       round(avg(CASE WHEN name = 'quality.effectiveness' THEN value END), 1) AS eff,
       round(avg(CASE WHEN name = 'quality.reusability' THEN value END), 1) AS reus,
       round(avg(CASE WHEN name = 'quality.average' THEN value END), 1) AS avg
FROM scores
GROUP BY position
ORDER BY position;
