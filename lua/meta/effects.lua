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
---@field image string|asset the bytes in base64, padded, without line breaks; or a file of the data
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

---Waits. One model call, or a few when answers cannot be used; then the error has the last of them.
---@param options llm.chat.Options
---@return llm.chat.Answer?, { code: string, message: string, answer?: llm.chat.Answer }?
function llm.chat(options) end

---Waits. One call; the model is the role's own, else `models.embed`, else the offline embedding.
---@param options { role: string, texts: string[], dimensions?: integer, draw?: string }
---@return llm.Vectors?, { code: string, message: string }?
function llm.embed(options) end

---A prompt template of the recipe as messages, for a conversation that goes on from it.
---@param options { prompt: string, vars?: table<string, string|number> }
---@return llm.Message[]
function llm.messages(options) end

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

---@param fields { origin: string, text: string, rubrics: string[], name?: string, span_text?: string, cluster?: string, step?: integer }
---@return string id
function record.task(fields) end

---@param fields { purpose: "loop"|"replay"|"report", task?: string, skill?: string, answer?: string, step?: integer, verdict?: judge.Verdict, score?: number, failure_class?: string, infrastructure?: boolean, unsafe?: boolean, call?: string }
---@return string id
function record.attempt(fields) end

---@param fields { side: string, text: string, name?: string, description?: string, step?: integer }
---@return string id
function record.skill(fields) end

---@param fields { action: string, proposal: table, status?: string, before_skill?: string, after_skill?: string, call?: string, step?: integer }
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

-- == container: `uses = { "container" }` ==
-- Waits. Everything in a container is hostile; no network, no host path and no variable of ours is in it. A
-- container belongs to the path that opened it. Operational failures (image, engine, disk) are infrastructure:
-- nil and { code, message, infrastructure = true }; a command that fails or is killed is a result.

---A file or folder of the data, by content; opaque.
---@class asset

---@class container.Limits
---@field memory_mb? integer default 2048
---@field cpus? number default 1
---@field pids? integer default 256
---@field disk_mb? integer default 10240
---@field network? boolean default false
---@field time_s? number of all its commands together; then they end at once as timed_out

---@class container.Open exactly one of image, dockerfile
---@field image? string a base image of the user's, or what snapshot() returned
---@field dockerfile? asset a folder with a Dockerfile: built once per content
---@field build_network? boolean for RUN steps; default false
---@field build_timeout_s? number
---@field limits? container.Limits
---@field env? table<string, string>
---@field workdir? string default: the image's
---@field user? string default: the image's
---@field published_tests? asset put into /tests before anything runs: what order = "published" of verify is about

---@class container
container = {}

---@param options container.Open
---@return container.Handle?, table?
function container.open(options) end

---@class container.Handle closed by `local c <close> = ...` or c:close(), else when the fiber that opened it ends
---@field image_digest string
---@field workdir string
local handle = {}

---@class container.Result
---@field code integer exit code, 128 + signal, -1 when it was killed by a limit
---@field stdout string
---@field stderr string
---@field timed_out boolean
---@field truncated boolean one of the streams was longer than max_output_bytes
---@field killed_by? "time"|"memory"|"disk"

---@param options { argv?: string[], shell?: string, env?: table<string, string>, workdir?: string, user?: string, stdin?: string, timeout_s?: number, max_output_bytes?: integer } argv, or shell for `sh -c`; timeout 60 s
---@return container.Result?, table?
function handle:exec(options) end
---@class container.File
---@field path string relative to `to` (put) or to the path that was asked for (get)
---@field text? string one of text, base64, link
---@field base64? string where it is no UTF-8
---@field link? string a symbolic link's target
---@field mode? integer default 420 (0644)
---@param options { to: string, files?: container.File[], asset?: asset }
function handle:put(options) end
---@param options { path: string, max_bytes?: integer } a file or a folder, default 16 MiB
---@return { files: container.File[], left_out: string[] }?, table?
function handle:get(options) end
---@return string? image, table?
function handle:snapshot() end
---@class container.Verdict
---@field reward number 0 to 1
---@field passed boolean reward >= 1
---@field class string "none" when passed, "reward_missing", "reward_parse_error", "verifier_timeout", "verifier_fail"
---@field code integer
---@field stdout string standard output and error in one, the end of it
---@field ctrf? table the parsed report, { summary, tests = { { name, status, message?, trace? } } }
---@field rewards? table<string, number> of reward.json
---@field left_out string[] start-up hooks and the like that did not come along; system folders never do, unnamed
---@field unsafe boolean
---Ends the container. `tests` goes to /tests (or `tests_dir`), the reward is read from /logs/verifier; the command
---is `bash /tests/test.sh` as root in the image's folder, for 600 s. With zero_on_exit another code than 0 is
---reward 0, whatever was written. order = "published" runs it where the solver was and is marked unsafe.
---@param options { tests: asset, argv?: string[], tests_dir?: string, env?: table<string, string>, workdir?: string, user?: string, timeout_s?: number, order?: "after"|"published", zero_on_exit?: boolean }
---@return container.Verdict?, table?
function handle:verify(options) end
---A shell in a pseudo-terminal that stays.
---@param options? { argv?: string[], rows?: integer, columns?: integer, env?: table<string, string>, workdir?: string, user?: string }
---@return { send: fun(self, options: { keys?: string, wait_s?: number, timeout_s?: number, max_output_bytes?: integer }): { output: string, ended: boolean, truncated: boolean, timed_out: boolean }?, table?, screen: fun(self): { text: string, ended: boolean }?, table? }?, table?
function handle:terminal(options) end
---A program that answers a line with a line.
---@param options { argv: string[], env?: table<string, string>, workdir?: string, user?: string }
---@return { ask: fun(self, options: { line?: string, timeout_s?: number, max_bytes?: integer }): { line?: string, ended: boolean, timed_out: boolean, truncated: boolean }?, table? }?, table?
function handle:process(options) end
---Seconds of limits.time_s that are left for commands; nil without such a limit.
---@return number?
function handle:time_left() end
function handle:close() end

-- == workspace: `uses = { "workspace" }` ==

---A folder under git: every commit is a row.
---@class workspace
workspace = {}
---@param options { seed?: string, files?: container.File[] } seed: a parameter made by param.workspace
---@return workspace.Handle
function workspace.open(options) end
---@class workspace.Handle
local folder = {}
---@return string? text nil when it is not there
function folder:read(path) end
---@return string[] paths, sorted
function folder:list(prefix) end
function folder:write(path, content) end
function folder:remove(path) end
---All files, as container:put takes them.
---@return container.File[]
function folder:files(prefix) end
---Makes the folder below `prefix` what `files` says: what is not named is removed.
---@param files container.File[]
---@return { added: string[], changed: string[], removed: string[] }
function folder:replace(files, prefix) end
---Nothing to commit makes no commit, but the tag all the same. A tag never moves: one that is there is an error.
---@param options { message: string, tag?: string }
---@return { hash: string, added: string[], changed: string[], removed: string[] }
function folder:commit(options) end
---@return string unified diff
function folder:diff(from, to) end
---Files as they were at a commit or tag, as a new commit.
---@return string hash
function folder:rollback(ref, message) end
---@return { hash: string, message: string, tag?: string }[] newest first
function folder:log() end

-- == search: `uses = { "search" }` ==

---A question to the search service of the user's configuration ([search.NAME] url, key_env).
---@class search
search = {}
---@param options { service: string, query: string, max_results?: integer, provider?: string, timeout_s?: number }
---@return { status: integer, body: any }?, table?
function search.query(options) end

---@param fields { name: string, action?: string, skill?: string, record?: table, epoch?: integer, step?: integer }
---@return string id
function record.step(fields) end
---@param fields { event: "offer"|"list"|"load"|"reference", name: string, found?: boolean, injected?: boolean, attempt?: string, step?: integer }
---@return string id
function record.skill_use(fields) end
---@param fields { name: string, text: string }
---@return string id
function record.artifact(fields) end
