-- expect: invalid_argument 'math.random' does not exist
math.random()
