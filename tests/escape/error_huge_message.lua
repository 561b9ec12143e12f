-- expect: invalid_argument xxxxxxxx
error(("x"):rep(10000000), 0)
