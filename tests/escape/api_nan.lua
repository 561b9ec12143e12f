-- expect: invalid_argument sampling.temperature is NaN or infinite
llm.chat { role = "r", messages = { { role = "user", content = "x" } }, sampling = { temperature = 0 / 0 } }
