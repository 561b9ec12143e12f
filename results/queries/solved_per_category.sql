-- Solving rate per arm and category over the headline tasks of the newest experiment named :experiment (Ctx2Skill,
-- the columns of Table 1; with evaluate.by = "sub_category" Figure 4). An ungraded attempt is left out of
-- `rate_graded` and counts as not solved in `rate_all`.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT arm, category, count(*) AS attempted, sum(graded) AS graded, sum(solved) AS solved,
       round(100.0 * sum(solved) / nullif(sum(graded), 0), 1) AS rate_graded,
       round(100.0 * sum(solved) / count(*), 1) AS rate_all
FROM headline_attempts
WHERE experiment_id = (SELECT experiment_id FROM current)
GROUP BY arm_position, category
ORDER BY arm_position, category;
