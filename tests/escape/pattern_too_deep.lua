-- expect: invalid_argument pattern too complex
string.match(("a"):rep(300), ("(a"):rep(31) .. ("a?"):rep(300))
