-- expect: invalid_argument mixes list items and named fields
llm.chat { role = "r", messages = { { role = "user", content = "x" } }, sampling = { 1, a = 2 } }
