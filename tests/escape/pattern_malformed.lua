-- expect: invalid_argument malformed pattern (missing ']')
string.find("x", "[a")
