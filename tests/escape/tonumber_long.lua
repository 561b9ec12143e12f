-- expect: result {"n":"nil"}
return { n = tostring(tonumber(("9"):rep(5000000) .. "x")) }
