-- Ctx2Skill's round records -> the tasks that self-play made: {context_id, source, id, task, rubrics, iteration,
-- score}, one a line.
return converter {
  name = "rounds_to_tasks",
  doc = "Ctx2Skill's round records -> the tasks of its loop, one a line",
  writes = "file",
  params = { skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" } },
  reader = function(p) return { kind = "jsonl", path = p.path, places = true } end,
  row = function(entry)
    local round, lines = entry.row, {}
    if type(round.context_id) ~= "string" or type(round.task_results) ~= "table" then
      return nil, { { where = entry.where, why = "no context_id and task_results" } }
    end
    for _, result in ipairs(round.task_results) do
      if type(result) == "table" and type(result.task) == "string" and type(result.rubrics) == "table" then
        lines[#lines + 1] = { text = json.encode {
          context_id = round.context_id, source = "loop", iteration = round.iteration,
          id = round.iteration .. "." .. tostring(result.task_idx), task = result.task,
          rubrics = json.array(result.rubrics), score = result.judge_score,
        } .. "\n" }
      end
    end
    return lines
  end,
}
