-- Tables: sorted pairs, stable sort, bounded functions.
local keys = {}
for k in pairs { b = 1, a = 1, [10] = 1, [9] = 1, [9.5] = 1, [true] = 1 } do keys[#keys + 1] = tostring(k) end
assert(table.concat(keys, " ") == "9 9.5 10 a b true")
local t = { 3, 1, 2 }
table.sort(t)
assert(table.concat(t) == "123")
table.sort(t, function(a, b) return a > b end)
assert(table.concat(t) == "321")
local people = { { "x", 1 }, { "y", 0 }, { "z", 1 }, { "w", 0 } }
table.sort(people, function(a, b) return a[2] < b[2] end)
local names = {}
for i, p in ipairs(people) do names[i] = p[1] end
assert(table.concat(names) == "ywxz", "equal items keep their order")
assert(not pcall(table.sort, { 1, "x" }))
local list = { "a", "b", "c" }
table.insert(list, "d")
table.insert(list, 1, "z")
assert(table.concat(list) == "zabcd" and table.remove(list, 1) == "z" and table.remove(list) == "d")
assert(table.remove({}) == nil and #list == 3)
assert(not pcall(table.insert, list, 9, "x"))
assert(table.concat({ 1, 2.5, "x" }, ", ", 2) == "2.5, x")
assert(select("#", table.unpack({ 1, nil, 3 }, 1, 3)) == 3 and table.pack(nil, nil).n == 2)
assert(table.concat(table.move({ 1, 2, 3 }, 1, 3, 2)) == "1123")
assert(next({}) == nil and next { x = 1 } == true and not pcall(next, {}, "x"))
for k in pairs(list) do list[k] = nil end
assert(next(list) == nil)
local ok, err = pcall(error, { code = "mine" })
assert(not ok and err.code == "mine")
local handled, shown = xpcall(function() error("inner", 0) end, function(e) return "handled " .. e end)
assert(not handled and shown == "handled inner")
local order = {}
do
  local first <close> = setmetatable({}, { __close = function() order[#order + 1] = "closed" end })
  order[#order + 1] = "used"
end
assert(table.concat(order, " ") == "used closed")
