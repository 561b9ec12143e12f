-- CL-bench and CL-bench Life: JSONL with one task a row, {messages, rubrics, metadata}. How contexts and tasks
-- are told apart is in hone/cl_bench.lua.
local cl_bench = require "hone.cl_bench"

return mapper {
  name = "cl_bench",
  doc = "CL-bench and CL-bench Life: contexts, tasks and rubrics from JSONL, one row a task.",

  shape = { "messages", "metadata" },
  params = {
    path = param.list { doc = "CL-bench.jsonl, also .gz, relative to the experiment file" },
    skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
    exposed = param.choice {
      "keep", "leave_out",
      doc = "contexts whose task cannot be cut out; kept, they are reported apart",
    },
    tasks_per_context = param.int { 0, min = 0, doc = "take the first tasks of each context; 0: all" },
    split = param.choice { "report", "select", "train", doc = "what the tasks are for" },
    contexts_only = param.bool { false, doc = "rows are contexts without a task, as Ctx2Skill's deduplicated file" },
    source_rubrics = param.bool {
      false,
      doc = "show the rubrics to recipes as hints, which exposes every task of the context",
    },
    max_rows = param.int { 0, min = 0, doc = "read only the first rows of the file; 0: all" },
  },

  reader = function(p)
    return { kind = "jsonl", path = p.path, group_by = "metadata.context_id", max_rows = p.max_rows }
  end,

  unit = cl_bench.unit,
}
