-- wrk's request: the bytes that one call of the benchmark sends, near enough.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"canned","messages":[{"role":"user","content":"' .. string.rep("x", 2000) .. '"}],"seed":12345}'
