-- expect: invalid_argument is not valid UTF-8
llm.chat { role = "r", messages = { { role = "user", content = "\xff\xfe" } } }
