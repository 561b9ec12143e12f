-- expect: refused 'dofile' does not exist in a recipe
dofile("/etc/passwd")
