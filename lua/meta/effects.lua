---@meta
-- Calls that leave the process, and rows. llm, judge and replay exist only where `uses` names them. A failed
-- call returns nil and { code, message }; misuse raises; limits and the budget end the unit.

---@class llm.Message
---@field role "system"|"user"|"assistant"|"tool"
---@field content string|(string|llm.Image)[] text, or parts that are joined without anything between
---@field tool_calls? table[] of an assistant message, as llm.chat returned them
---@field tool_call_id? string of a tool message: the call it answers
---@field name? string

---@class llm.Image
---@field image string the bytes in base64, padded, without line breaks
---@field media_type "image/png"|"image/jpeg"|"image/webp"|"image/gif"

---@class llm.chat.Options
---@field role string who speaks; the experiment maps roles to models
---@field messages? llm.Message[]
---@field prompt? string a prompt template of the recipe, instead of messages
---@field vars? table<string, string|number> its variables
---@field tools? table[] OpenAI form
---@field format? { name: string, schema?: table } a JSON answer is asked for
---@field accept? fun(r: llm.chat.Answer): any, string? its value, or nil and why the answer is no use
---@field tries? integer how often an unusable answer is asked again, each a new draw (default 3)
---@field sampling? table temperature, top_p, max_tokens, stop, reasoning_effort, seed
---@field draw? string a label: the same request with the same label is the same answer

---@class llm.chat.Answer
---@field text string
---@field json? any what was extracted from the text when a format was asked for
---@field value? any what accept returned
---@field finish_reason string
---@field tool_calls? table[] what the model wants called, OpenAI form
---@field usage table
---@field call string the key of the call

---@class llm.Vectors
---@field vectors number[][] one per text, all of one length
---@field usage { input: integer }
---@field call string the key of the call

---@class llm
llm = {}

---Waits. One model call, or a few when answers cannot be used.
---@param options llm.chat.Options
---@return llm.chat.Answer?, { code: string, message: string }?
function llm.chat(options) end

---Waits. One call; the model is the role's own, else `models.embed`, else the offline embedding.
---@param options { role: string, texts: string[], dimensions?: integer, draw?: string }
---@return llm.Vectors?, { code: string, message: string }?
function llm.embed(options) end

---@class judge.Verdict
---@field status ("yes"|"no")[] per rubric
---@field reasons string[]
---@field solved boolean every rubric passes
---@field graded boolean false: no usable judgement, `why` says the reason
---@field n_pass integer
---@field n_rubrics integer
---@field why? string

---@class judge
judge = {}

---Waits. Strict, all or nothing; an unusable judgement is asked again and then kept as ungraded.
---@param options { rubrics: string[], answer: string, task?: string, context?: string|context, sees?: ("task"|"context")[], role?: string, attempt?: string, tries?: integer, draw?: string }
---@return judge.Verdict?, table?
function judge.rubrics(options) end

---@class replay
replay = {}

---Waits. Every probe answered under every candidate; the exact score picks, the earliest wins among equals.
---`answer` may give the key of its call second. `weights` (0 to 1, three decimals) goes with "weighted".
---@param options { candidates: { text: string, id?: string, step?: integer }[], probes: { hard?: table[], easy?: table[] }, answer: fun(probe: table, candidate: table): string?, string?, judge: fun(probe: table, answer: string, candidate: table): judge.Verdict?, smoothing?: "n_plus_1"|"n_plus_2"|"none", empty?: "one"|"zero"|"skip", combine?: "product"|"sum"|"hard"|"easy"|"weighted", weights?: { hard: number, easy: number }, limit?: integer }
---@return { index: integer, scores: table[] }
function replay.select(options) end

---Rows of the results database; each returns the row's id, for other rows to refer to.
---@class record
record = {}

---@param fields { origin: string, text: string, rubrics: string[], name?: string, span_text?: string, step?: integer }
---@return string id
function record.task(fields) end

---@param fields { purpose: "loop"|"replay"|"report", task?: string, skill?: string, answer?: string, step?: integer, verdict?: judge.Verdict, call?: string }
---@return string id
function record.attempt(fields) end

---@param fields { side: string, text: string, name?: string, description?: string, step?: integer }
---@return string id
function record.skill(fields) end

---@param fields { action: string, proposal: table, before_skill?: string, after_skill?: string, call?: string, step?: integer }
---@return string id
function record.edit(fields) end

---@param fields { accepted: boolean, rule: string, skill?: string, scores?: any, step?: integer }
---@return string id
function record.gate(fields) end

---@param fields { set: "hard"|"easy", task: string, step?: integer }
---@return string id
function record.probe(fields) end

---@param fields { rule: string, index?: integer, skill?: string, scores?: any }
---@return string id
function record.selection(fields) end

---@param fields { name: string, value: number, step?: integer }
---@return string id
function record.metric(fields) end

---@class parallel
parallel = {}

---Waits. Runs `fn` on every item at the same time, at most `limit` of them; results in the order of the list,
---false for nil. On failure the error of the lowest failing item is raised, after all started ones ended.
---@param list any[]
---@param fn fun(item: any, index: integer): any
---@param options? { limit?: integer }
---@return any[]
function parallel.map(list, fn, options) end

---Waits. The value of `fn()`, computed once per unit and key, on a path of its own.
---@param key string|integer
---@param fn fun(): any
function memo(key, fn) end

---Waits. Joins groups of `width` neighbours with `fn` until one value is left.
---@param list any[]
---@param width integer at least 2
---@param fn fun(group: any[]): any
function tree_reduce(list, width, fn) end

---Lets a sweep judge a run before its end; recorded as the metric "progress".
---@param options { step: integer, score: number }
function progress(options) end
