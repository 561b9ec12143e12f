-- expect: invalid_argument table.move: the bounds are too large
table.move({}, 1, math.maxinteger - 1, 2)
