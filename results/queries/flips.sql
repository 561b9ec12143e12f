-- Report tasks of the newest experiment named :experiment on which the arm :arm and the arm :baseline
-- come out differently, the largest differences in rubrics first. change: 1 the arm solved it and the
-- baseline did not, -1 the reverse.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT x.category, x.item, x.task, x.replicate, x.solved - b.solved AS change,
       x.n_pass AS passed, b.n_pass AS baseline_passed, x.n_rubrics AS rubrics
FROM headline_attempts x
JOIN headline_attempts b ON b.experiment_id = x.experiment_id AND b.replicate = x.replicate
  AND b.item_position = x.item_position AND b.task = x.task AND b.arm = :baseline
WHERE x.experiment_id = (SELECT experiment_id FROM current) AND x.arm = :arm
  AND x.graded = 1 AND b.graded = 1 AND x.solved <> b.solved
ORDER BY change DESC, abs(x.n_pass - b.n_pass) DESC, x.category, x.item, x.task, x.replicate;
