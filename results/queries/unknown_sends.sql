-- Requests that left and brought no complete answer: they may have been billed. `reserved_usd` is the
-- worst case that was set aside for one of them; `answered` says whether the call was answered later.
SELECT lower(hex(c.key)) AS call, c.model, c.replicate, s.n AS send, s.outcome,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.started_at_ms / 1000, 'unixepoch') AS started,
       c.reserved_pico_usd / 1e12 AS reserved_usd, c.status = 'answered' AS answered, s.error
FROM sends s
JOIN calls c ON c.call_id = s.call_id
WHERE s.maybe_billed = 1
ORDER BY s.started_at_ms, c.key, s.n;
