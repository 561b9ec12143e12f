-- Contexts with their tasks, one a row, as `hone convert` writes them: {id, context, separation, tasks, metadata}.
return mapper {
  name = "contexts",
  doc = "Contexts with tasks from JSONL, one context a row.",

  shape = { "id", "context", "tasks" },
  params = {
    path = param.list { doc = "contexts.jsonl, also .gz, relative to the experiment file" },
    skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
    tasks_per_context = param.int { 0, min = 0, doc = "take the first tasks of each context; 0: all" },
    split = param.choice { "report", "select", "train", doc = "what the tasks are for, where they do not say" },
  },

  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,

  unit = function(entry, p)
    local row = entry.row
    local function bad(why) return nil, { { where = entry.where, why = why } } end
    if type(row.id) ~= "string" or row.id == "" then return bad "no id" end
    if type(row.context) ~= "table" then return bad "no context" end
    if (row.context.text == nil) == (row.context.messages == nil) then
      return bad "the context has either text or messages"
    end
    local tasks = {}
    for i, task in ipairs(type(row.tasks) == "table" and row.tasks or {}) do
      if type(task) ~= "table" or type(task.task) ~= "string" or type(task.rubrics) ~= "table" then
        return bad("tasks[" .. i .. "] has no task with rubrics")
      end
      if p.tasks_per_context == 0 or #tasks < p.tasks_per_context then
        tasks[#tasks + 1] = { id = task.id or "task-" .. i, split = task.split or p.split, task = task.task,
                              rubrics = task.rubrics, messages = task.messages }
      end
    end
    return {
      id = row.id, cluster = row.cluster or row.id, category = row.category, separation = row.separation,
      context = { text = row.context.text, messages = row.context.messages, delimiter = row.context.delimiter },
      tasks = tasks, metadata = row.metadata,
    }
  end,
}
