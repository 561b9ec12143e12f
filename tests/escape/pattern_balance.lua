-- expect: script_limit instruction limit
string.gsub(("("):rep(200000), "%b()", "")
