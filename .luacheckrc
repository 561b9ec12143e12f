-- luacheck's view of the sandbox: plain Lua 5.4 without what hone-script takes away, plus our globals.
std = {
  read_globals = {
    -- what is left of Lua
    "assert", "error", "ipairs", "math", "next", "pairs", "pcall", "print", "rawequal", "rawget",
    "rawlen", "rawset", "require", "select", "setmetatable", "getmetatable", "string", "table",
    "tonumber", "tostring", "type", "utf8", "_VERSION",
    -- files are values of one of these
    "recipe", "extend", "evaluator", "mapper", "converter", "experiment", "param", "data", "log_uniform",
    -- primitives
    "llm", "judge", "record", "replay", "edit", "skillset", "skill", "container", "workspace",
    "agent", "score", "stats", "modules", "search", "schedule", "text", "json", "re", "random", "parallel",
    "tree_reduce", "memo", "progress", "log",
  },
}
max_line_length = 120
-- A step or evaluator states its whole signature, also the arguments it does not need.
unused_args = false
