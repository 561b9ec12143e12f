-- expect: invalid_argument table.concat: item 1 is a nil
table.concat({}, "", 1, math.maxinteger)
