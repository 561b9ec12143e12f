-- expect: invalid_argument keys of type table have no order
for k in pairs { [{}] = 1 } do end
