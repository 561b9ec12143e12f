-- expect: invalid_argument the global 'x' cannot be assigned
x = 1
