-- expect: invalid_argument too many values
table.unpack({}, 1, 1e8)
