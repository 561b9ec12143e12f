-- post.lua's request, asking for a stream.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"canned","messages":[{"role":"user","content":"' .. string.rep("x", 2000) .. '"}],"seed":12345,"stream":true}'
