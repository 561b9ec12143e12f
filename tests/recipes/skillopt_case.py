"""A test case that trains SkillOpt on a toy benchmark: every item wants a word, and the target knows the words that
stand in its skill as "Word w". Optimizer answers are scripted; defaults write the words that failures lacked."""

import json
import re

from recipe_test import RecipeTest
from scripted_roles import reply

TOY = """
return {
  name = "toy", doc = "Says a word.", uses = { "llm" }, params = {}, load = { item = function(row) return row end },
  initial_skill = "# Words\\n",
  prompts = { analyst_error = "Look at the words." },
  rollout = function(item, skill_text, p, run)
    local answer, err = llm.chat { role = run.role, messages = {
      { role = "system", content = "<skill name=\\"target\\">\\n" .. skill_text .. "\\n</skill>" },
      { role = "user", content = "Item " .. item.id .. ": " .. item.question } } }
    if not answer then return nil, err end
    return { response = answer.text, conversation = { { role = "assistant", content = answer.text } }, n_turns = 1,
             call = answer.call }
  end,
  score = function(item, trace)
    local hard = trace.response == item.answer and 1 or 0
    return { hard = hard, soft = hard == 1 and 1 or (trace.response == "near" and 0.5 or 0),
             fail_reason = hard == 0 and "wrong word: " .. trace.response or nil,
             predicted_answer = trace.response, report = "Right answer: " .. item.answer }
  end,
}
"""


def unit(n_train=12, n_select=6, words=("ash", "birch", "cedar")):
    """Items want the words in turn."""
    tasks = []
    for split, n in (("train", n_train), ("select", n_select)):
        for i in range(n):
            word = words[i % len(words)]
            tasks.append({"id": f"{split}-{i}", "split": split, "task": f"Which word has number {i % len(words)}?",
                          "answer": word, "cluster": f"{split}-{i}", "metadata": {}})
    return {"id": "toy", "context": {"text": json.dumps({"benchmark": "toy", "params": {}})}, "tasks": tasks}


class Optimizer:
    """Call it with a script_peer.Call. `answers`: format name -> function(self, call) that gives an answer, or None
    for the default; "target" likewise."""

    def __init__(self, words=("ash", "birch", "cedar"), **answers):
        self.words, self.answers, self.asked = words, answers, []

    def __call__(self, call):
        self.asked.append(call)
        name = "target" if call.role == "target" else call.format
        given = self.answers.get(str(name))
        value = given(self, call) if given else None
        if value is None:
            value = getattr(self, name)(call)
        if isinstance(value, dict) and "error" in value:
            return value
        return reply(value, call)

    def of(self, name):
        return [call for call in self.asked if call.format == name]

    def target(self, call):
        word = self.words[int(re.search(r"number (\d+)\?", call.text).group(1))]
        return word if f"Word {word}" in call.tagged("skill")[0] else "none"

    def lacking(self, call):
        """The words that the failures of a prompt lacked, in order, each once."""
        return list(dict.fromkeys(re.findall(r"Right answer: (\w+)", call.text)))

    def edit_analysis(self, call):
        failed = 'side="failure"' in call.text
        edits = [{"op": "append", "target": "", "content": f"- Word {word}"} for word in self.lacking(call)]
        summary = {"failure_summary": [
            {"failure_type": "unknown word", "count": len(edits), "description": "lacks it"}]}
        return {"batch_size": 3, "patch": {"reasoning": "r", "edits": edits if failed else []},
                **(summary if failed else {"success_patterns": []})}

    def edit_merge(self, call):
        seen, edits = set(), []
        for patch in json.loads(call.tagged("patches")[0]):
            for edit in patch["edits"]:
                if edit["content"] not in seen:
                    edits.append({**edit, "support_count": 2, "source_type": "failure"})
                seen.add(edit["content"])
        return {"reasoning": "r", "edits": edits}

    def edit_ranking(self, call):
        return {"reasoning": "r", "selected_indices": [0]}

    def suggestion_analysis(self, call):
        return {"batch_size": 2, "patch": {"reasoning": "r", "revise_suggestions": [
            {"type": "add_rule", "title": "t", "motivation": "m", "instruction": "Say ash", "priority_hint": "low"}]}}

    def suggestion_merge(self, call):
        return {"reasoning": "r", "revise_suggestions": json.loads(call.tagged("patches")[0])[0]["revise_suggestions"]}

    def skill_rewrite(self, call):
        return {"reasoning": "r", "change_summary": "one line", "new_skill": "# New\n- Word ash\n\n\n"}

    def slow_guidance(self, call):
        return {"reasoning": "r", "slow_update_content": "Keep the words."}

    def meta_guidance(self, call):
        return {"reasoning": "r", "meta_skill_content": "Words help."}

    def learning_rate(self, call):
        return {"learning_rate": 1, "reasoning": "r", "confidence": "low", "risk_notes": []}

    def note_consolidation(self, call):
        return {"appendix_notes": ["one note"]}


SMALL = {"num_epochs": 1, "batch_size": 4, "minibatch_size": 2, "use_slow_update": False, "use_meta_skill": False}


class SkillOptCase(RecipeTest):
    extra = {"benchmarks.toy": TOY}

    def train(self, optimizer=None, context=None, **settings):
        """The unit, and the optimizer with what it was asked. Settings are on top of SMALL."""
        optimizer = optimizer or Optimizer()
        done = self.play("skillopt", optimizer, context or unit(), **{**SMALL, **settings})
        return done, optimizer

    @staticmethod
    def rows(done, table, name=None):
        found = list(done.table(table).values())
        return [row for row in found if row.get("name") == name] if name else found

    def records(self, done):
        return [row["record"] for row in self.rows(done, "steps", "step")]
