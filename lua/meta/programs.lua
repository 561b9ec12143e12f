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

---Any plain value, or none: for a parameter that somebody else declares and checks.
---@param options { [1]: any, doc?: string }
function param.any(options) end

---@class modules
modules = {}

---Names of the modules directly below a folder, sorted: `modules.below("benchmarks")`.
---@param prefix string
---@return string[]
function modules.below(prefix) end

---The name of a folder of seed_workspaces/, whose files workspace.open{ seed = } begins with.
---@param options param.Options
function param.workspace(options) end

---@class recipe.Given
---@field layers { file: string, values: table }[] the configuration file, then what it builds on, nearest first
---@field overrides string[] "key=value" as typed, in their order

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
---number or by part, as in { loop = 75, replay = 100, retries = 200 }; `unit.context_bytes` and `unit.fields` (id,
---category, plain values of its metadata) are of the item with the largest context
---@field sweep? table<string, table> what `hone sweep` tries when nobody says otherwise: lists and ranges
---@field config? fun(values: table, given: recipe.Given): table a published system's configuration file -> { params,
---experiment, notes, unknown, errors, files, paths }, or { needs = path } for a file that it builds on
---@field layout? table<string, fun(rows: table[]): table[]> name -> rows of units to { path, text } files
---@field import? table<string, fun(files: table[]): table> the way back: { path, text } files to { units = rows }

---@param spec recipe.Spec
function recipe(spec) end

---A recipe that varies another: `extend "ctx2skill" { name = "x", steps = { generate = function(base, ...) end } }`.
---Its `bound(p, unit, base)` gets the base's bound.
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
---@field messages? llm.Message[] the task's own conversation, where the data has one
---@field context context

---@param spec evaluator.Spec
function evaluator(spec) end

---@class mapper.Spec
---@field name string
---@field doc? string
---@field params? table<string, table>
---@field shape? string[] fields of the top of a row by which `hone eval FILE` knows that the data is for this mapper
---@field reader fun(p: table): table { kind = "documents", ... }: the reader and its options
---@field unit fun(row: table, p: table): table?, table[]? one unit, a list of units, or nothing; then rows that cannot
---be used, { where, why } each
---@field finish? fun(p: table): table?, table[]? units that are known only after the last row

---@param spec mapper.Spec
function mapper(spec) end

---@class converter.Spec
---@field name string
---@field doc? string
---@field params? table<string, table> beside `path`, which is the input
---@field writes "file"|"folder"
---@field reader fun(p: table): table the reader of the input and its options, as a mapper's
---@field row fun(row: table, p: table): table[]?, table[]? { path?, text } each: `path` in an output folder; then rows
---that cannot be used, { where, why } each
---@field finish? fun(p: table): table[]?, table[]? the same, after the last row

---Files of one system as files of another, for `hone convert`.
---@param spec converter.Spec
function converter(spec) end

---@class experiment.Reference published numbers beside the measured ones
---@field file string columns table, block, backbone, method_or_row, column, value; relative to the experiment
---@field table? string
---@field block? string
---@field backbone? string
---@field backbones? table<string, string> model of the matrix -> backbone of the reference
---@field rows? table<string, string> arm -> row of the reference
---@field match? { data?: boolean, models?: boolean|table<string, string>, protocol?: boolean } a difference only where all match

---@class experiment.Spec
---@field name string
---@field doc? string
---@field data table made by data.*
---@field models table<string, string> role -> "provider/model@endpoint"; `default` for roles not named
---@field seeds? (integer|string)[] labels of replicates
---@field replicates? integer instead of seeds: 3 is { 1, 2, 3 }
---@field base? table settings of every arm
---@field arms? table[] { "Name", key = value, ... }: settings of its recipe, and the fields of experiment.Arm
---@field matrix? experiment.Matrix every arm once for each model and each slice of the data
---@field sweep? table<string, table> { iterations = { 1, 3, 5 }, weight = log_uniform(0.1, 10) }; with `search`
---alone the recipe's own sweep is taken
---@field search? string|experiment.Search how the candidates of the sweep are made and dropped
---@field where? table[] constraints between parameters: { { "fixed_iteration", "<=", "iterations" }, ... }
---@field evaluate? table { with = "rubrics", judge = "provider/model", by = "category" }
---@field table? { baseline?: string, rows?: (string|{ arm: string, label?: string })[], columns?: string[], group?: "model"|"slice"|"recipe"|"none", by?: "category"|"none", reference?: string|experiment.Reference }
---@field budget? table { usd = 200 } or { calls = 1000 }
---@field epoch? string a label that buys every answer afresh
---@field on_interruption? "suspend"|"record" suspend (default): an interrupted call suspends its unit; record: the recipe gets nil, err with infrastructure = true, on record until --retry-recorded
---@field sets? table<string, table<string, table>> named alternatives: with sets = { models = { offline = {...} } }
---the override models=offline puts that table's fields in the place of the experiment's own
---@field prompts? table<string, string>

---@class experiment.Arm
---@field recipe? string
---@field models? table<string, string> on top of the experiment's
---@field prompts? table<string, string> prompt -> file put in its place
---@field baseline? string|experiment.ArmName the arm it is compared with; "": none
---@field skills_from? string|experiment.ArmName takes the skills of that arm instead of making its own
---@field skill_map? "own"|"another_unit"|"unrelated_text" controls: whose skill an item gets
---@field independent? boolean its own draws: the same settings as another arm give an A/A arm
---@field only? { model?: string|string[], slice?: string|string[] } the places of the matrix that have the arm

---Names of arms are looked up in the same place of the matrix first; a table names another place.
---@class experiment.ArmName
---@field arm string
---@field model? string
---@field slice? string

---@class experiment.Matrix
---@field models? table[] { "GPT-4.1", default = "provider/model", judge = "provider/model" }, ...
---@field slices? table[] { "Rules", category = "Rule System Application" }, ...: a field of the items (items =
---{ ids }, cluster, category, any metadata) with a value or a list of values

---Candidates are compared on selection tasks only; the winner and the varied arm are then evaluated on the report
---tasks. Decisions are functions of recorded results: a search that was killed goes on with the same command.
---@class experiment.Search
---@field method? "grid"|"random"|"halving"|"racing"
---@field arm? string the arm that is varied; default: the first that runs base's recipe
---@field trials? integer random candidates (default 16 where a range is swept)
---@field select? number share of the clusters set aside for choosing, where the data has no selection tasks
---@field seed? integer|string of random candidates, of the set-aside and of the order of items
---@field eta? integer halving: one in eta goes on to eta times as many items (default 3)
---@field rung? integer items of the first rung (halving), of each rung (racing); steps for a recipe of one unit
---@field level? number racing: the chance that the best candidate is dropped, at most (default 0.05)

---Values only, no functions. Files beside it may be required: "experiment.x" is x.lua of the same folder.
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
---@field hints? string[] rubrics of the source, where the data was asked for them
---@field given? table<string, string> skills that were made elsewhere, by name
local context = {}

---The whole text; a conversation is written as "[role]: ..." lines.
---@return string
function context:text() end

---Messages that ask a task over the context, with the skill in its place. `turns` are a conversation of their own
---that holds its task, as items of multi-turn data have one.
---@param options { task?: string, skill?: string, position?: "append"|"prepend", turns?: llm.Message[] }
---@return llm.Message[]
function context:messages(options) end
