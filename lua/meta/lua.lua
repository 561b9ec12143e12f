---@meta
-- What is left of Lua's own library, and where it differs. Gone: io, os, debug, package, coroutine, load,
-- dofile, collectgarbage, rawset, rawget, string.dump and pack, math.random.

---Raises `message` when `v` is false or nil; else returns its arguments.
function assert(v, message, ...) end

---Raises `message`. Aborts (limits, cancellation, budget) pass any pcall.
---@param message any
---@param level? integer
function error(message, level) end

function getmetatable(object) end
function ipairs(t) end

---Tells whether `t` is empty: nil, or true. Not for going through a table.
---@param t table
---@return true?
function next(t) end

---Goes through `t` in sorted order: numbers, then strings by bytes, then false and true. Other keys are an
---error, for they have no order that repeats.
---@param t table
function pairs(t) end

---@return boolean ok, any result
function pcall(f, ...) end

---Writes a line to the log of the unit.
function print(...) end

function rawequal(a, b) end
function rawlen(v) end

---A module: `hone.*`, `benchmarks.*` or a sibling in the recipe's own folder.
---@param name string
function require(name) end

function select(n, ...) end

---`__gc` and `__mode` are refused.
---@generic T: table
---@param t T
---@param metatable? table
---@return T
function setmetatable(t, metatable) end

function tonumber(e, base) end

---Without addresses: a table is "table", a function is "function".
---@return string
function tostring(v) end

---@return string
function type(v) end

---The handler runs after the error, with the stack unwound.
function xpcall(f, handler, ...) end

---@class mathlib
math = {}
math.pi = 3.141592653589793
math.huge = 1 / 0
math.maxinteger = 9223372036854775807
math.mininteger = -9223372036854775807 - 1
function math.abs(x) end
function math.acos(x) end
function math.asin(x) end
function math.atan(y, x) end
function math.ceil(x) end
function math.cos(x) end
function math.deg(x) end
function math.exp(x) end
function math.floor(x) end
function math.fmod(x, y) end
function math.log(x, base) end
function math.max(x, ...) end
function math.min(x, ...) end
function math.modf(x) end
function math.rad(x) end
function math.sin(x) end
function math.sqrt(x) end
function math.tan(x) end
function math.tointeger(x) end
function math.type(x) end
function math.ult(m, n) end

---@class stringlib
string = {}
function string.byte(s, i, j) end
function string.char(...) end
function string.find(s, pattern, init, plain) end
---`%p` is refused.
function string.format(format, ...) end
function string.gmatch(s, pattern, init) end
function string.gsub(s, pattern, repl, n) end
function string.len(s) end
function string.lower(s) end
function string.match(s, pattern, init) end
---At most 256 MiB.
function string.rep(s, n, sep) end
function string.reverse(s) end
function string.sub(s, i, j) end
function string.upper(s) end

---@class tablelib
table = {}
function table.concat(list, sep, i, j) end
function table.insert(list, pos, value) end
function table.move(a1, f, e, t, a2) end
function table.pack(...) end
function table.remove(list, pos) end
---Stable: equal items keep their order.
function table.sort(list, comp) end
function table.unpack(list, i, j) end

---@class utf8lib
utf8 = {}
utf8.charpattern = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*"
function utf8.char(...) end
function utf8.codepoint(s, i, j) end
function utf8.codes(s) end
function utf8.len(s, i, j) end
function utf8.offset(s, n, i) end
