-- expect: result {"echo":"[{\"$part\":\"00\"}]"}
local r = llm.chat { role = "r", messages = { { role = "user", content = "x" } }, sampling = { x = { ["$part"] = ("0"):rep(64) } } }
return { echo = json.encode { { ["$part"] = "00" } } }
