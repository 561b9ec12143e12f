---@meta
-- What a file returns: recipe, extend, evaluator, mapper, experiment; and what stands inside them.

---@class param
param = {}

---@class param.Options
---@field [1] any the default; without one the parameter is required
---@field min? number
---@field max? number
---@field doc? string

---A whole number: `param.int { 5, min = 1, doc = "self-play iterations" }`.
---@param options param.Options
function param.int(options) end

---@param options param.Options
function param.number(options) end

---@param options param.Options
function param.bool(options) end

---@param options param.Options
function param.string(options) end

---One of several strings; the first is the default: `param.choice { "replay", "last" }`.
---@param options table
function param.choice(options) end

---A list of plain values; the first entry is the default.
---@param options param.Options
function param.list(options) end

---@class recipe.Spec
---@field name string
---@field doc? string
---@field unit? string what one call of run() gets (default "context")
---@field uses? string[] capabilities: "llm", "judge", "replay"; anything else does not exist
---@field params? table<string, table> made by param.*
---@field prompts? table<string, string> name -> file put in the place of a prompt
---@field steps? table<string, function> named steps that other recipes may vary
---@field run fun(unit: context, p: table, step: table): table? returns { skill = text }
---@field presets? table<string, table> named sets of values: `preset = "name"` applies one under other settings
---@field bound? fun(p: table, unit: table): integer|table<string, integer> the most calls one unit makes, as one
---number or by part, as in { loop = 75, replay = 100, retries = 200 }; `unit.context_bytes` is of the largest context
---@field config? fun(values: table): table a published system's configuration file -> { params, experiment, notes,
---unknown, files }
---@field layout? table<string, fun(rows: table[]): table[]> name -> rows of units to { path, text } files

---@param spec recipe.Spec
function recipe(spec) end

---A recipe that varies another: `extend "ctx2skill" { name = "x", steps = { generate = function(base, ...) end } }`.
---@param base string
---@return fun(spec: table)
function extend(base) end

---@class evaluator.Spec
---@field name string
---@field doc? string
---@field uses? string[]
---@field params? table<string, table>
---@field attempt fun(item: evaluator.Item, skill: string?, p: table) runs for every report item, side by side

---@class evaluator.Item
---@field id string
---@field task string
---@field rubrics string[]
---@field category? string
---@field context context

---@param spec evaluator.Spec
function evaluator(spec) end

---@class mapper.Spec
---@field name string
---@field doc? string
---@field params? table<string, table>
---@field reader fun(p: table): table { kind = "documents", ... }: the reader and its options
---@field unit fun(row: table, p: table): table? one unit, a list of units, or nothing
---@field finish? fun(p: table): table? units that are known only after the last row

---@param spec mapper.Spec
function mapper(spec) end

---@class experiment.Spec
---@field name string
---@field doc? string
---@field data table made by data.*
---@field models table<string, string> role -> "provider/model@endpoint"; `default` for roles not named
---@field seeds? (integer|string)[] labels of replicates
---@field base? table settings of every arm
---@field arms? table[] { "Name", key = value, ... }
---@field evaluate? table { with = "rubrics", judge = "provider/model", by = "category" }
---@field table? table { baseline = "Name", reference = "file.csv" }
---@field budget? table { usd = 200 } or { calls = 1000 }
---@field epoch? string a label that buys every answer afresh
---@field prompts? table<string, string>

---Values only, no functions.
---@param spec experiment.Spec
function experiment(spec) end

---Mappers by name, in experiments only: `data.documents { path = "folder" }` is lua/hone/data/documents.lua;
---`data.file { "my_mapper.lua", ... }` is a file of your own.
---@type table<string, fun(params?: table): table>
data = {}

---A range of a sweep, drawn evenly.
---@param low number
---@param high number
function uniform(low, high) end

---A range of a sweep, drawn evenly in the logarithm.
---@param low number
---@param high number
function log_uniform(low, high) end

---@class context
---@field id string
---@field cluster? string
---@field category? string
---@field tasks? table[] tasks of the splits that the recipe may see
local context = {}

---The whole text; a conversation is written as "[role]: ..." lines.
---@return string
function context:text() end

---Messages that ask a task over the context, with the skill in its place.
---@param options { task?: string, skill?: string, position?: "append"|"prepend" }
---@return llm.Message[]
function context:messages(options) end
