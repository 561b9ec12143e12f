-- expect: invalid_argument this table is read-only
table.insert(string, "x")
