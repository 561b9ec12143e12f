"""The engine's side of the wire, in a page: runs recipes in the real hone-script and answers by a script.

What a recipe asks for is answered by the test: no server, no ledger, no clock. `Peer.run` gives every
effect and row of one unit, so that a test sees who was asked what, in which order. runtime/wire/frame.h
says what crosses the wire.
"""

import hashlib
import json
import pathlib
import re
import socket
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
START, DESCRIBE, BOUND, RUN_UNIT, ANSWER = 2, 4, 8, 9, 10
PART, EFFECT, RECORD, LOG, UNIT_DONE, UNIT_FAILED, JOB_FAILED = 1, 70, 71, 73, 75, 76, 77
PART_MIN_BYTES = 1024


def module_name(path):
    """recipes/x.lua -> recipes.x, recipes/x/init.lua -> recipes.x, recipes/x/y.lua -> x.y."""
    parts = list(path.with_suffix("").parts)
    if parts[0] == "lua":
        return ".".join(parts[1:])
    if len(parts) == 2:
        return ".".join(parts)
    return "recipes." + parts[1] if parts[-1] == "init" else ".".join(parts[1:])


def modules(extra=None):
    found = {}
    for folder in ("lua/hone", "recipes"):
        for path in sorted((ROOT / folder).rglob("*.lua")):
            file = path.relative_to(ROOT)
            found[module_name(file)] = (str(file), path.read_text())
    for name, source in (extra or {}).items():
        module = name if "." in name else "recipes." + name  # "benchmarks.toy" is a module by its whole name
        found[module] = (module.replace(".", "/") + ".lua", source)
    return [{"name": n, "file": f, "source": s} for n, (f, s) in sorted(found.items())]


def prompts(*recipes):
    """The prompts of a recipe; of a base and its extension, named in that order."""
    found = {}
    for recipe in recipes:
        for path in sorted((ROOT / "recipes/prompts" / recipe).glob("*.md")):
            found[path.stem] = {"file": str(path.relative_to(ROOT)), "text": path.read_text()}
    return found


def program_of(name):
    """A recipe by its name, anything else by its module."""
    return name if name.startswith("hone.") else f"recipes.{name}"


class Call:
    """A model call or a judgement that a recipe asked for."""

    def __init__(self, body, number):
        args = body["args"]
        self.number, self.path, self.step, self.kind = number, body["path"], body["step"], body["kind"]
        self.role, self.args, self.draw = args.get("role"), args, args.get("draw")
        self.format = args.get("format", {}).get("name")

    @property
    def messages(self):
        return [(m["role"], "".join(p for p in m["content"] if isinstance(p, str))) for m in self.args.get("messages", [])]

    @property
    def text(self):
        return "\n".join(content for _, content in self.messages)

    def tagged(self, tag):
        """The bodies of <tag ...>...</tag> in all messages."""
        return [b.strip() for b in re.findall(rf"<{tag}(?: [^>]*)?>\n?(.*?)\n?</{tag}>", self.text, re.S)]


class Unit:
    """What one unit did."""

    def __init__(self):
        self.calls, self.rows, self.logs, self.result, self.error = [], [], [], None, None

    def of(self, role):
        return [call for call in self.calls if call.role == role]

    def table(self, name):
        """The rows of a table, the last one of each id, in order."""
        last = {}
        for row in self.rows:
            if row["table"] == name:
                last[f"{name}:{row['path']}#{row['n']}"] = dict(row["fields"], step_name=row["step"])
        return last


class Peer:
    """`with Peer(build) as peer: unit = peer.run("ctx2skill", answer, params={...})`."""

    def __init__(self, build, extra=None):
        self.program = str(pathlib.Path(build).resolve() / "hone-script")
        self.extra = extra

    def __enter__(self):
        ours, theirs = socket.socketpair()
        launcher = ["sh", "-c", f"exec {self.program} 3<&{theirs.fileno()} {theirs.fileno()}<&-"]
        if theirs.fileno() == 3:
            launcher = [self.program]
        self.process = subprocess.Popen(launcher, env={}, pass_fds=[theirs.fileno()])
        theirs.close()
        self.socket, self.parts, self.sent, self.buffer, self.next_unit = ours, {}, set(), b"", 0
        self.send(START, {"modules": modules(self.extra),
                          "limits": {"memory_bytes": 256 << 20, "instructions": 400_000_000}})
        self.receive()
        return self

    def __exit__(self, *unused):
        self.socket.close()
        self.process.kill()
        self.process.wait()

    def frame(self, kind, payload):
        self.socket.sendall(struct.pack("<IB", len(payload), kind) + payload)

    def cut(self, value):
        """Long strings travel as parts."""
        if isinstance(value, str) and len(value.encode()) >= PART_MIN_BYTES:
            data = value.encode()
            digest = hashlib.sha256(data).hexdigest()
            if digest not in self.sent:
                self.sent.add(digest)
                self.parts[digest] = value
                self.frame(PART, data)
            return {"$part": digest}
        if isinstance(value, list):
            return [self.cut(item) for item in value]
        if isinstance(value, dict):
            return {key: self.cut(item) for key, item in value.items()}
        return value

    def whole(self, value):
        if isinstance(value, list):
            return [self.whole(item) for item in value]
        if isinstance(value, dict):
            if set(value) == {"$part"}:
                return self.parts[value["$part"]]
            if set(value) == {"$literal"}:
                return value["$literal"]
            return {key: self.whole(item) for key, item in value.items()}
        return value

    def send(self, kind, body):
        self.frame(kind, json.dumps(self.cut(body)).encode())

    def read(self, size):
        while len(self.buffer) < size:
            data = self.socket.recv(1 << 16)
            if not data:
                raise RuntimeError(f"hone-script ended with status {self.process.wait()}")
            self.buffer += data
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def receive(self):
        while True:
            size, kind = struct.unpack("<IB", self.read(5))
            payload = self.read(size)
            if kind != PART:
                return kind, self.whole(json.loads(payload))
            self.parts[hashlib.sha256(payload).hexdigest()] = payload.decode()

    def ask(self, kind, body):
        self.send(kind, body)
        answer, reply = self.receive()
        if answer == JOB_FAILED:
            raise RuntimeError(reply["message"])
        return reply

    def describe(self, recipe):
        return self.ask(DESCRIBE, {"program": program_of(recipe)})

    def parameters(self, recipe, settings):
        """The defaults, the preset that `settings` names, and the other settings, as the engine resolves them."""
        described = self.describe(recipe)
        values = {p["name"]: p.get("default") for p in described["params"]}
        settings = dict(settings)
        values.update(described["presets"][settings.pop("preset")] if "preset" in settings else {})
        unknown = set(settings) - set(values)
        assert not unknown, unknown
        return {**values, **settings}

    def bound(self, recipe, **settings):
        return self.ask(BOUND, {"program": program_of(recipe), "unit": {},
                                "params": self.parameters(recipe, settings)})

    def run(self, recipe, answer, context, settings=None, prompts_of=None, order=None):
        """Runs one unit. answer(call) gives the value of the effect, or {"error": {...}}; `order` picks
        which of the waiting calls is answered next (default: the first)."""
        self.next_unit += 1
        unit, waiting = Unit(), []
        self.send(RUN_UNIT, {
            "unit": self.next_unit, "program": program_of(recipe), "input": context, "random": "00" * 32,
            "params": self.parameters(recipe, settings or {}), "prompts": prompts(*(prompts_of or [recipe])),
        })
        while True:
            kind, body = self.receive()
            if kind == EFFECT:
                call = Call(body, body["call"])
                unit.calls.append(call)
                if call.number == 0:  # told, and not waited for
                    answer(call)
                else:
                    waiting.append(call)
            elif kind == RECORD:
                unit.rows.append(body)
            elif kind == LOG:
                unit.logs.append(body["text"])
            elif kind == UNIT_DONE:
                unit.result = body["result"]
                return unit
            elif kind == UNIT_FAILED:
                unit.error = body
                return unit
            elif waiting:  # kIdle: everything that could be asked has been asked
                call = waiting.pop(order(len(waiting)) if order else 0)
                value = answer(call)
                reply = {"unit": self.next_unit, "call": call.number}
                if "error" in value:
                    reply["error"] = value["error"]
                else:
                    reply["value"] = value
                self.send(ANSWER, reply)
