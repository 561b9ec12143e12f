// clang-format off
// The shapes inside the messages of frame.h: arguments and answers of effects, rows, descriptions and
// experiment values. A documentation header: engine and script both write against it. "text" is a JSON
// string (1 KB or more: a {"$part"}); a field marked ? is absent when not given; null is never sent for
// "absent".
//
// == kEffect "llm.chat" ==========================================================================
//   args  {role: "reasoner",
//          messages: [{role: "system"|"user"|"assistant"|"tool",
//                      content: [text | {image: text | asset, media_type: "image/png"}, ...],
//                      tool_calls?: [...], tool_call_id?: "...", name?: "..."}, ...],
//          tools?: [...],                    OpenAI form
//          format?: {name, schema},
//          sampling?: {temperature, top_p, max_tokens, stop, reasoning_effort, seed, ...},
//          draw?: "label"}                   absent: the engine uses path#n of this request
//   `content` is always a list of parts; an image's text is its bytes in base64 (padded, no line
//   breaks), or an asset of the data, {"$asset": hash, ...}, of the kind "file": the engine reads it.
//   Media types are image/png, image/jpeg, image/webp and image/gif.
//   Prompt templates (`prompt` + `vars`) are rendered by the script before: the engine sees messages only. Asking again because `accept` refused an answer (or
//   JSON was missing) is another kEffect: without `draw` the same args again (the engine counts the
//   occurrence), with draw "x" the labels are "x", "x#2", "x#3".
//   value {text, tool_calls?: [...], finish_reason, usage: {input, cached_input, output, reasoning},
//          call: "<key, 64 hex digits>"}
//   The script adds `json` (extracted from text when a format was asked for) and `value`.
//
// == kEffect "llm.embed" =========================================================================
//   args  {role: "retriever", texts: [text, ...],   1 to 2048 texts, none empty
//          dimensions?: 256, draw?: "label"}
//   value {vectors: [[number, ...], ...], usage: {input}, call: "<key>"}
//   The model is the role's own, else models.embed, else offline/hash-embedding; never the default.
//
// == kEffect "judge.rubrics" =====================================================================
//   args  {role: "judge", rubrics: [text, ...], answer: text, task?: text, context?: text,
//          sees: ["task", "context"],        only what is listed may enter the prompt; maybe []
//          attempt?: "attempts:3#1",         row the verdicts belong to, recorded before
//          tries: 3, draw?: "label"}
//   value {status: ["yes"|"no", ...], reasons: [text, ...], graded: bool, solved: bool, n_pass,
//          n_rubrics, why?: text,            why it is ungraded
//          calls: ["<key>", ...]}            all tries, in order
//   Ungraded: graded=false, solved=false, n_pass=0, status=[], reasons=[], why set.
//
// == kEffect "container.*", "workspace.*", "search.query" ========================================
//   Containers and search are journaled by place, workspaces made again (decisions/0015). Arguments and values are those of lua/meta/effects.lua, with
//   `container`, `workspace`, `terminal`, `process`: the handle that the opening effect gave, a text.
//     container.open {image | dockerfile, build_network?, build_timeout_s?, limits?, env?, workdir?, user?}
//                    -> {container, image_digest, workdir}
//     container.exec {container, argv | shell, env?, workdir?, user?, stdin?, timeout_s?, max_output_bytes?}
//     container.put {container, to, files? | asset?}        container.get {container, path, max_bytes?}
//     container.snapshot {container} -> {image}             container.verify {container, tests, ...}
//     container.terminal {container, ...} -> {terminal}     container.send {container, terminal, keys?, ...}
//     container.screen {container, terminal}                container.process {container, ...} -> {process}
//     container.ask {container, process, line?, ...}        container.time_left {container} -> {seconds?}
//     container.close {container}, container.path_ended {path}: told, not asked; a container ends with the
//                    fiber that opened it
//     workspace.open {seed?, files?} -> {workspace, hash}   workspace.read, list, write, remove, files,
//     replace, commit, diff, rollback, log {workspace, ...}
//     search.query {service, query, max_results?, provider?, timeout_s?} -> {status, body}
//   An operational failure is an answer with error {code, message, infrastructure: true}: nil, err.
//
// == kAnswer with error {code, message} ==========================================================
//   invalid_argument, not_found, refused, internal, credentials: raised at the call, catchable by
//       pcall (the message gets the recipe's file:line in front).
//   cancelled, over_budget, script_limit, conflict: end the unit past any pcall; kUnitFailed follows
//       with that code and message.
//   any other code: the recipe gets `nil, err` with err = {code, message}.
//
// == kRecord =====================================================================================
//   `table` is the plural name in the database: tasks attempts skills edits gates probes replays
//   selections metrics. `n` counts along (path, table) from 1; the row's id is "<table>:<path>#<n>",
//   e.g. "tasks:3.2#1", at the root "tasks:#1". Fields by table: script/record_fields.cc. Notable:
//   attempts.verdict  the value of judge.rubrics as above; attempts.call / edits.call  a key
//   tasks.rubrics     [text, ...]
//   selections.scores [{hard: {correct, valid}, easy: {correct, valid}, score: "3/4"}, ...]
//   replays           {probe?, candidate?: skill id, attempt, index, set, correct, valid}: one per probe
//                     and distinct candidate text, written by replay.select with the selections row after
//   A row may come twice with the same (table, path, n): an attempt that was recorded before its
//   judgement comes again, complete, with the verdict (judge.rubrics{attempt = id}). It is an upsert.
//
// == paths =======================================================================================
//   "3.2": item 2 of a parallel.map inside item 3. memo(key, fn) runs fn on the path "@<key>" (or the
//   first 12 hex digits of the key's SHA-256 when the key is not [A-Za-z0-9_-]{1,48}), whoever asks
//   first; maps inside it are "@<key>.1" and so on.
//
// == kStart ======================================================================================
//   `remembers: true` says that the engine finds a part that it sent itself (PartReceiver::Remember);
//   the script then names it without sending it back. Without it each such part comes back once.
//
// == kRunUnit ====================================================================================
//   recipe     input {id, hints?: [text, ...] (rubrics of the source: they make the item exposed), text?: text, messages?: [{role, content: text or [text,...]}], delimiter?,
//              cluster?, category?, tasks?: [{id, split, task, rubrics?, ...}]}; the recipe sees the
//              same table with the methods context:text() and context:messages{}. The fields text,
//              messages and delimiter may also stand inside a member `context`, as mappers return them.
//   evaluator  input {context: <the same shape>, items: [{id, task, rubrics, category, ...}],
//              skill: text or ""}; attempt(item, skill, p) runs over the items by parallel.map, so
//              item i has path "i". item.context is the context object. `step` is "attempt".
//              result {attempted: n, failed: [{item: id, code, message}]?}
//   prompts    {name: text}: names without ".md", e.g. "challenger"; llm.chat{prompt="challenger"}
//   random     seed, hex; `random.*` streams are seeded by (random, path)
//   kUnitDone.result of a recipe: a JSON object, e.g. {skill: text}
//
// == kDescription.params =========================================================================
//   [{name, type: "int"|"number"|"bool"|"string"|"choice"|"list"|"any", default, min?, max?, choices?: [...],
//     doc?}], sorted by name. A parameter without default is required: `required: true`; one of type "any"
//     is then absent, and nothing is checked about it.
//   recipe extras: base?: "ctx2skill" (an extend), prompts: {"challenger": "mine.md"} as written,
//   presets: {"published_code": {skill_store: "append", ...}}: what the setting `preset` applies.
//   sweep?: what is tried by default, as in an experiment's `sweep`.
//   has_config: bool, layouts: ["afterimage"], imports: ["skillopt"]: what kReadConfig, kLayOut and kImport may be
//   asked for.
//
// == kReadConfig, kConfigIs ======================================================================
//   config(values, given): `values` is a parsed configuration file of the system that the recipe stands for,
//   {} when there is none; given = {
//     layers: [{file, values}, ...],         that file, then what it builds on, nearest first; an empty file is {};
//                                            a null in it is json.null
//     overrides: ["key=value", ...]}         as typed, in their order: --cfg-options, and what the command line says
//                                            that is neither a field of an experiment nor a parameter of the recipe
//   The answer is {needs: path} for one more layer: it is asked again with the file of that path, relative to the
//   last layer's (never absolute; at most 16 layers; none twice). Else
//   {params: {name: value},                  parameters of the recipe, not yet checked
//    experiment: {models?, data?, ...},      experiment values: models by role, data {mapper, params}
//    notes: [text, ...],                     what is done otherwise here, for the reader
//    unknown: [text, ...],                   key paths that mean nothing to the recipe: left out, with a warning
//    errors?: [text, ...],                   why the configuration is refused, each with key and nearest name
//    files?: {param: path},                  parameters whose value is a file's text
//    paths?: "file"|"folder"}                where relative paths start: beside the file (the default), or in the
//                                            folder where the user stands
//
// == kLayOut, kLaidOut ===========================================================================
//   rows   [{unit: {id, replicate, arm, cluster, category, params, context_text?, metadata?}, tasks, attempts, skills,
//           edits, gates, probes, replays, selections, steps, metrics, artifacts, commits, skill_uses, execs, uses,
//           result, evaluation: {tasks, attempts, metrics}}, ...], one entry for each unit; `evaluation` has the rows
//           of the report split. A row has the columns of its table (results/README.md) without the _json and
//           _text_id ends: tasks.rubrics [text, ...], skills.text, attempts.answer, attempts.verdicts [{status,
//           reason}, ...], edits.proposal, selections.scores, steps.record, commits.diff; execs have no output, uses
//           are {path, ordinal, role, step, model, input_tokens, output_tokens}.
//           Ids are any values that are equal when they name the same row.
//   files  [{path, text}, ...]: relative, no empty, "." or ".." component, no control character or
//           backslash, each path once.
//
// == kImport, kImported ==========================================================================
//   The way back: import(files) of a recipe turns the output tree of a published system into history.
//   files  [{path, text}, ...], sorted by path: the text files of the folder; others are left out
//   answer {name?: experiment's name, arm?: text, notes?: [text, ...], units: rows}, `units` in the shape of kLayOut's
//          rows: unit.id and whatever is there of the rest; a row may leave out path and n ("" and its place in the
//          list), ids (it is then referred to by nothing) and all columns with a default. Commits, execs and uses
//          cannot be imported: nothing here executed them.
//
// == kBoundIs ====================================================================================
//   {calls: 375, parts?: {loop: 75, replay: 100, retries: 200}}: `calls` is the limit; the part `retries`
//   is what is only sent when answers cannot be used.
//
// == kExperiment.value ===========================================================================
//   the table as JSON, file order kept where it has a meaning (arrays), keys sorted otherwise:
//   {name, doc?, data: {mapper: "documents", params: {...}} | {file: "my.lua", params: {...}},
//    models: {...}, seeds: [...], base: {...}, arms: [{name: "Base model", settings: {recipe: ...}}],
//    matrix: {models: [{name, settings}], slices: [{name, settings}]}, search, where: [["a", "<=", "b"]],
//    evaluate, table, budget, sweep: {key: [..] | {distribution: "log_uniform", min, max}}, ...}
//   `overrides` of kLoadExperiment are applied by the engine on this value, not by the script.
//
// == kMapData / kDataRow / kDataEnd ==============================================================
//   kReader {reader: "documents", options: {...}} from reader(p) = {kind = "documents", ...}; one mapper
//   job at a time in a process. Each unit(row, p) result is one unit, a list of units or nothing, and after it
//   maybe a list of {where, why}: rows that cannot be used.
//   A unit: {id, cluster?, category?, context: {text | messages, delimiter?}, separation?, tasks?, hints?,
//   metadata?, given?}. `given` is {name: SKILL.md}: skills made elsewhere, which the recipe sees. A task may have
//   `messages`, its own conversation as the data has it, for the evaluator.
// clang-format on
#pragma once
