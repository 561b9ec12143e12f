-- Every decision of a gate in the newest experiment named :experiment: which version was weighed at which step, by
-- which rule, against which score, and what became of it. Scores are null where the rule has none of that name.
WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
)
SELECT a.name AS arm, r.replicate, ru.name AS item, g.step, g.rule, g.accepted,
       s.name AS version, s.words,
       iif(g.scores_json = '', NULL, g.scores_json ->> '$.score') AS score,
       iif(g.scores_json = '', NULL, g.scores_json ->> '$.current_score') AS current_score,
       iif(g.scores_json = '', NULL, g.scores_json ->> '$.test.p') AS p
FROM arms a
JOIN runs r ON r.arm_id = a.arm_id
JOIN run_units ru ON ru.run_id = r.run_id
JOIN gates g ON g.unit_id = ru.unit_id
LEFT JOIN skills s ON s.skill_id = g.skill_id
WHERE a.experiment_id = (SELECT experiment_id FROM current)
ORDER BY a.position, length(r.replicate), r.replicate, ru.position, g.step, g.gate_id;
