-- Answers every report task under the skill and has a judge check its rubrics. A task is solved when
-- all its rubrics pass.
local sees = { answer = {}, task = { "task" }, task_and_context = { "task", "context" } }

return evaluator {
  name = "rubrics",
  doc = "One answer a task under the skill, judged rubric by rubric.",
  uses = { "llm", "judge" },
  params = {
    skill_position = param.choice { "prepend", "append", doc = "where the skill stands in the system message" },
    judge_sees = param.choice { "answer", "task", "task_and_context", doc = "beside the rubrics" },
  },
  attempt = function(item, skill_text, p)
    local task = record.task { name = item.id, origin = "report", text = item.task, rubrics = item.rubrics,
                               span_text = item.span_text }
    -- Multi-turn data has a conversation of its own for each task, and it is sent as it is.
    local reply, err = llm.chat {
      role = "reasoner",
      messages = item.context:messages {
        turns = item.messages, task = not item.messages and item.task or nil,
        skill = skill_text, position = p.skill_position,
      },
    }
    local verdict
    if reply then
      verdict, err = judge.rubrics {
        rubrics = item.rubrics, answer = reply.text, task = item.task, context = item.context:text(),
        sees = sees[p.judge_sees], role = "judge",
      }
    end
    if not verdict then
      verdict = { graded = false, solved = false, status = {}, reasons = {}, n_pass = 0,
                  n_rubrics = #item.rubrics, why = err.message }
    end
    record.attempt {
      task = task, answer = reply and reply.text or "", purpose = "report", verdict = verdict,
      call = reply and reply.call,
    }
    return { graded = verdict.graded, solved = verdict.solved }
  end,
}
