-- expect: script_limit instruction limit
string.find(("a"):rep(30), ("a?"):rep(30) .. ("a"):rep(30))
