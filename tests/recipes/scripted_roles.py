"""Answers by role for script_peer: plain defaults, each of which a test can replace.

Every text says who wrote it (a marker such as CHALLENGER-SKILL-2), so that a test can tell whose words a
prompt shows. A task is failed when its text contains FAIL, or when `fails` says so.
"""

import json

CONTEXT = {"id": "harbour", "context": {"text": (
    "# Harbour rules\n\nThe harbour opens at six.\n\n## Mooring\n\nA vessel pays four crowns a night.\n\n"
    "## Fire\n\nNo open fire is allowed on deck between May and September.")}}


def reply(value, call):
    text = value if isinstance(value, str) else json.dumps(value)
    return {"text": text, "finish_reason": "stop", "usage": {"input": 1, "cached_input": 0, "output": 1, "reasoning": 0},
            "call": f"{call.number:064x}"}


def error(code="bad_response", message="planned failure"):
    return {"error": {"code": code, "message": message}}


def document(name, body):
    return f"---\nname: {name}\ndescription: Description of {name}.\n---\n{body}\n"


class Roles:
    """Call it with a script_peer.Call. `answers` replaces defaults: role or format -> function(self, call)
    that gives a reply, a text or JSON for one, or None for the default."""

    def __init__(self, batches=None, fails=None, **answers):
        self.batches = batches or (lambda n: [(f"Task {n}.{i}" + (" FAIL" if i % 2 else ""), i) for i in (1, 2, 3)])
        self.fails = fails or (lambda answer: "FAIL" in answer)
        self.answers = answers
        self.counts = {}

    def count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]

    def __call__(self, call):
        for name in (call.role, call.format):
            given = self.answers.get(name)
            value = given(self, call) if given else None
            if value is not None:
                done = isinstance(value, dict) and ("error" in value or "call" in value or "status" in value)
                return value if done else reply(value, call)
        if call.kind == "judge.rubrics":
            return self.verdict(call)
        return reply(getattr(self, call.format or "answer")(call), call)

    def verdict(self, call, status=None):
        n = len(call.args["rubrics"])
        failed = self.fails(call.args["answer"])
        status = status or ["no" if failed else "yes"] + ["yes"] * (n - 1)
        passed = status.count("yes")
        return {"status": status, "reasons": [f"REASON-{i + 1}" for i in range(n)], "graded": True,
                "solved": passed == n, "n_pass": passed, "n_rubrics": n, "calls": [f"{call.number:064x}"]}

    def ungraded(self, call):
        n = len(call.args["rubrics"])
        return {"status": [], "reasons": [], "graded": False, "solved": False, "n_pass": 0, "n_rubrics": n,
                "why": "no usable judgement", "calls": []}

    def tasks(self, call):
        return {"tasks": [{"task": text, "rubrics": [f"Rubric {k + 1} of {text}" for k in range(n)]}
                          for text, n in self.batches(self.count("batch"))]}

    def answer(self, call):
        task = (call.tagged("task") or [call.text.rsplit("<|task|>", 1)[-1]])[-1]
        return f"ANSWER to {task}"

    def side(self, call):
        return (call.tagged("side") or ["reasoner"])[0].upper()

    def diagnosis(self, call):
        side = self.side(call)
        mark = f"{side}-PROPOSAL-{self.count(side + ' proposal')}"
        return {"action": "add", "target_skill": None, "analysis": "a", "skill_name": mark.lower(),
                "skill_description": f"Description in {mark}.", "proposed_skill": mark, "justification": "j"}

    def skill(self, call):
        side = self.side(call)
        mark = f"{side}-SKILL-{self.count(side + ' skill')}"
        return {"skill_content": document(mark.lower(), mark), "reasoning": "r"}

    skill_addition = skill

    def proposal(self, call):
        side = self.side(call)
        mark = f"{side}-PROPOSAL-{self.count(side + ' proposal')}"
        return {"action": "create", "name": mark.lower(), "description": f"Description in {mark}.",
                "target_failure_modes": ["mode"], "proposed_guidance": mark}

    def skill_parts(self, call):
        side = self.side(call)
        mark = f"{side}-SKILL-{self.count(side + ' skill')}"
        return {"name": mark.lower(), "description": f"Description in {mark}.", "content": mark}
