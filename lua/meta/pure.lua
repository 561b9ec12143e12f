---@meta
-- Pure functions: no message, no wait.

---@class json
json = {}
---@return string
function json.encode(value) end
---Sorted keys and one form for each number: equal values give equal bytes.
---@return string
function json.canonical(value) end
---@return any value, string? problem nil and why when the text is no JSON
function json.decode(text) end
---Marks a table as a list, for when it is empty.
function json.array(t) end
---Marks a table as an object, for when it is empty.
function json.object(t) end
---Whether a value is JSON's null, as json.decode gives it.
---@return boolean
function json.is_null(value) end

---@class text
text = {}
---@return string
function text.trim(s) end
---@return string[]
function text.split(s, separator) end
---@return string[]
function text.lines(s) end
---How many words, as an editor counts them.
---@return integer
function text.words(s) end
---Words in lower case without punctuation, for comparing.
---@return string[]
function text.normal_words(s) end
---@return string[]
function text.sentences(s) end
---The first words or bytes: `text.clip(s, { words = 400 })`.
---@param options { words?: integer, bytes?: integer }
---@return string
function text.clip(s, options) end
---Every occurrence, as plain text.
---@return string
function text.replace(s, from, to) end
---@return boolean
function text.starts_with(s, prefix) end
---@return boolean
function text.ends_with(s, suffix) end
---SHA-256, 64 hexadecimal digits.
---@return string
function text.hash(s) end
---The nearest of several names, or nil when none is near.
---@return string?
function text.nearest(name, names) end

---Regular expressions of RE2, linear in the text; UTF-8.
---@class re
re = {}
---First and last byte of the first match, or nil.
function re.find(s, pattern) end
---The groups of the first match, or the whole match when there are none; nil without a match.
function re.match(s, pattern) end
---All matches: strings, or lists of groups with the whole at [0].
---@return table
function re.all(s, pattern) end
---Every match replaced; `\\1` is a group.
---@return string, integer
function re.gsub(s, pattern, replacement) end
---@return string[]
function re.split(s, pattern) end
---The text as a pattern that matches only it.
---@return string
function re.escape(s) end

---One stream per path: what another fiber draws changes nothing here.
---@class random
random = {}
---A whole number from low to high, both included.
---@return integer
function random.int(low, high) end
---From 0 to below 1.
---@return number
function random.float() end
function random.choice(list) end
---A new list in random order.
function random.shuffle(list) end
---Python's random.Random(seed), for published orders: int, float, choice, shuffle (a new list), sample.
---A seed is a whole number, or a text of decimal or 0x digits for 64 bits.
---@return { int: fun(self, low: integer, high: integer): integer, float: fun(self): number, choice: fun(self, list: table): any, shuffle: fun(self, list: table): table, sample: fun(self, list: table, count: integer): table }
function random.mt19937(seed) end

---@class log
log = {}
function log.debug(...) end
function log.info(...) end
function log.warn(...) end

---SKILL.md documents.
---@class skill
skill = {}
---Lenient: { name, description, body, other, metadata, has_frontmatter, warnings }.
function skill.parse(s) end
---@param document { name: string, description: string, body: string, other?: table, metadata?: table }
---@return string
function skill.render(document) end
---Strict: a list of { line, error, text }, empty when all is well.
function skill.check(s, folder) end
---A valid document from what a model gave: name slugged, description on one line, fences taken off.
---@return string
function skill.normalise(name, description, body) end
---@return string
function skill.slug(s) end
---The body shortened to a number of words, the frontmatter kept.
---@param options { words: integer }
---@return string
function skill.clip(s, options) end

---@class stats
stats = {}
---@return number?
function stats.mean(values) end
---Sample standard deviation.
---@return number?
function stats.sd(values) end
---@return number?
function stats.quantile(values, p) end
---95 % interval of a proportion: low, high.
---@return number, number
function stats.wilson(successes, trials) end
---95 % interval of a mean of scores, for items that share documents. A score is 0 to 1 or a boolean;
---`clusters` names each item's document, by default each item is its own. No interval of one cluster.
---@param options { values: (number|boolean)[], clusters?: (string|integer)[] }
---@return { value: number?, low: number?, high: number?, n: integer, clusters: integer }
function stats.interval(options) end
---Whether `a` beats `b` on the same items by more than the luck of the documents: a sign-flip test on
---cluster means, two-sided. Below 10 clusters there is no `p`, and `note` says so.
---@param options { a: (number|boolean)[], b: (number|boolean)[], clusters?: (string|integer)[] }
---@return { difference: number?, low: number?, high: number?, p: number?, exact: boolean, clusters: integer, note: string }
function stats.paired_test(options) end
---Whether a gate may take `candidate` for `current`: higher over the same items by more than the noise of their
---evaluations (a one-sided sign-flip test; give an item's mean where it was evaluated several times). Candidates that
---are no better are taken in a share of `level` (default 0.05) of decisions at most; with fewer than five items that
---changed none is taken at 0.05.
---@param options { candidate: (number|boolean)[], current: (number|boolean)[], clusters?: (string|integer)[], level?: number }
---@return { accept: boolean, difference: number?, p: number, exact: boolean, clusters: integer, changed: integer }
function stats.gate(options) end
---Cohen's kappa of two judges; no `kappa` when nobody ever said anything else.
---@param options { a: any[], b: any[], clusters?: (string|integer)[] }
---@return { kappa: number?, low: number?, high: number?, observed: number, expected: number }
function stats.kappa(options) end
---McNemar's test over single items: exact p-value, mid-p.
---@param gained integer
---@param lost integer
---@return number, number
function stats.mcnemar(gained, lost) end
---p-values corrected after Holm, in their order.
---@param p_values number[]
---@return number[]
function stats.holm(p_values) end

---@class schedule
schedule = {}
---@param options { from: number, to: number, step: integer, steps: integer } step from 1
---@return number
function schedule.linear(options) end
---@param options { from: number, to: number, step: integer, steps: integer } step from 1
---@return number
function schedule.cosine(options) end

---Edits on texts by exact anchors, and differences between texts.
---@class edit
edit = {}
---Semantics "sound" (default): every edit is located in the one given text; an anchor must occur once
---outside protected regions, refused edits say why. "published": one after the other, first occurrence.
---`protected` holds pairs of marks { { first, last }, ... }. A dry run returns the text as it was.
---@param options { text: string, edits: { op: string, target?: string, content?: string, exact?: boolean }[], semantics?: string, protected?: string[][], dry_run?: boolean }
---@return { text: string, applied: integer, skipped: integer, errors: integer, total: integer, report: { index: integer, op: string, target: string, content_preview: string, status: string, problem?: string, places?: { line: integer, text: string }[], other?: integer }[] }
function edit.apply(options) end
---Edits that turn one text into the other: `edit.apply{ text = a, edits = edit.diff(a, b) }.text == b`.
---@return { op: string, target: string, content: string, exact: boolean }[]
function edit.diff(before, after) end

---Answers compared with the right ones; `answers` is a text or a list, the best counts. Forms:
---"words" (no ASCII punctuation, no a/an/the), "figures" (keeps . - %, no million, dollar, ...), "folded".
---@class score
score = {}
---@return integer 1 or 0
function score.exact_match(prediction, answers, form) end
---@return number
function score.token_f1(prediction, answers, form) end
---Whether one occurs in the other.
---@return integer 1 or 0
function score.contains_match(prediction, answers, form) end
---Average normalised Levenshtein similarity of one question; threshold 0.5 unless given.
---@return number
function score.anls(prediction, answers, threshold) end
---@return string
function score.normal(s, form) end
---Levenshtein's, over characters.
---@return integer
function score.edit_distance(a, b) end
---Two cells of a sheet: nil, booleans, numbers, texts, { time = "HH:MM:SS" }, { datetime = days }.
---@return boolean
function score.same_cell(prediction, answer) end
---The label of the choice that an answer names: its label, the text of a choice, or a first word that is a label;
---else what the answer would be as a label.
---@param choices { label: string, text: string }[]
---@return string
function score.choice_label(answer, choices) end
---Two workbooks in the cells of a position such as "A1:B3,'Other sheet'!C2". Workbooks are JSON texts, { sheets =
---{ { name, cells = { B2 = value } } } } in order, with values as in same_cell.
---@param prediction string
---@param answer string
---@param position string
---@return { same: boolean, cells: integer, right: integer, wrong: { sheet: string, cell: string, prediction: any }[], problem: string? }
function score.cell_ranges(prediction, answer, position) end
