-- Text files -> rows in CL-bench's form, with held-out tasks made from the texts: real data of that shape for
-- those who have no CL-bench.
return converter {
  name = "texts_to_cl_bench",
  doc = "text files -> rows in CL-bench's form, with tasks made from the texts",
  writes = "file",
  params = {
    include = param.list { {}, doc = "globs for files in folders" },
    context_words = param.int { 3000, min = 50, doc = "most words of a context" },
    tasks_per_context = param.int { 5, min = 1, doc = "most tasks of a context" },
    max_contexts = param.int { 0, min = 0, doc = "most contexts; 0: all" },
    sequential = param.bool { false, doc = "every second context is one conversation, as half of CL-bench is" },
  },
  reader = function(p)
    return { kind = "documents", path = p.path, include = p.include, context_words = p.context_words,
             tasks_per_context = p.tasks_per_context, max_contexts = p.max_contexts }
  end,
  row = (function()
    local number = 0
    return function(row, p)
      number = number + 1
      local system = { role = "system", content = "Answer from the text that you are given." }
      local conversation, lines = p.sequential and number % 2 == 0, {}
      local earlier = json.array {}
      for i, task in ipairs(row.tasks) do
        local content = (i == 1 or not conversation) and row.text .. "\n<|task|>" .. task.task or task.task
        local messages = json.array { system }
        table.move(earlier, 1, #earlier, 2, messages)
        messages[#messages + 1] = { role = "user", content = content }
        lines[i] = { text = json.encode {
          messages = messages, rubrics = json.array(task.rubrics),
          metadata = { task_id = task.id, context_id = row.id, context_category = row.source,
                       sub_category = row.title ~= "" and row.title or row.source },
        } .. "\n" }
        if conversation then
          earlier[#earlier + 1] = { role = "user", content = content }
          earlier[#earlier + 1] = { role = "assistant", content = task.span_text }
        end
      end
      return lines
    end
  end)(),
}
