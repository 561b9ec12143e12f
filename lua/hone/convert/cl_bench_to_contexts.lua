-- CL-bench rows -> one row a context: {id, category, context, separation, tasks, metadata}, what the mapper
-- `contexts` reads.
local cl_bench = require "hone.cl_bench"

return converter {
  name = "cl_bench_to_contexts",
  doc = "CL-bench.jsonl -> contexts with their tasks, one a line",
  writes = "file",
  params = {
    skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
    exposed = param.choice { "keep", "leave_out", doc = "contexts whose task cannot be cut out" },
    contexts_only = param.bool { false, doc = "rows are contexts without a task" },
  },
  reader = function(p) return { kind = "jsonl", path = p.path, group_by = "metadata.context_id" } end,
  row = function(group, p)
    local unit, bad = cl_bench.unit(group, {
      contexts_only = p.contexts_only, exposed = p.exposed, tasks_per_context = 0, split = "report",
      source_rubrics = false,
    })
    if not unit then return nil, bad end
    unit.cluster = nil
    for _, task in ipairs(unit.tasks) do task.split = nil end
    unit.tasks = json.array(unit.tasks)
    return { { text = json.encode(unit) .. "\n" } }, bad
  end,
}
