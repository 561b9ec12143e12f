-- expect: refused 'load' does not exist in a recipe
load("return 1")()
