-- expect: script_limit instruction limit
string.find(("a"):rep(100000), ".-.-.-.-b")
