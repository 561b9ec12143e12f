-- expect: invalid_argument re.find: pattern:
re.find("x", "((((x{100}){100}){100}){100})")
