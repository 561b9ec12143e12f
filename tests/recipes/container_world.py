"""Containers and workspaces in memory, behind the effects container.* and workspace.* of script_peer.

A container is a dictionary of files. Its shell understands, one command a line: `write PATH TEXT` (\\n in TEXT is a line
break), `show PATH`, `list`, `drop PATH`, `link PATH TARGET`. Its tests are a function of its files. A workspace keeps its
commits, and complains as the real one does when a tag is set twice or another path uses it.
"""

import copy
import hashlib
import json
import posixpath

from script_peer import ROOT

HOME = "/home/solver"
INFRASTRUCTURE = {"error": {"code": "unavailable", "message": "planned failure of the engine", "infrastructure": True}}


def refused(message):
    return {"error": {"code": "refused", "message": message}}


def seed_files(name):
    folder = ROOT / "seed_workspaces" / name
    return {str(p.relative_to(folder)): {"text": p.read_text()} for p in sorted(folder.rglob("*")) if p.is_file()}


class Container:
    def __init__(self, opened, path, files):
        self.opened, self.path, self.files = opened, path, files
        self.asset = opened.get("dockerfile", {}).get("$asset")
        self.ended, self.execs = None, []


class Workspace:
    def __init__(self, path, files):
        self.path, self.files, self.log = path, files, []
        self.commit("the seed", "")

    def commit(self, message, tag):
        if tag and any(tag == commit["tag"] for commit in self.log):
            return refused(f"the tag '{tag}' is there")
        last = self.log[-1]["files"] if self.log else {}
        change = {"added": sorted(set(self.files) - set(last)), "removed": sorted(set(last) - set(self.files)),
                  "changed": sorted(p for p in set(last) & set(self.files) if last[p] != self.files[p])}
        digest = hashlib.sha1(json.dumps([message, self.files], sort_keys=True).encode()).hexdigest()
        self.log.append({"message": message, "tag": tag, "files": copy.deepcopy(self.files), "hash": digest, **change})
        return {"hash": digest, **change}

    def tagged(self, tag):
        return next(commit for commit in self.log if commit["tag"] == tag)


class World:
    """images: files by asset; verify(asset, files) gives a verdict; broken(kind, container) may give an error."""

    def __init__(self, verify, images=None, broken=None):
        self.verify, self.images, self.broken = verify, images or {}, broken or (lambda kind, container: None)
        self.containers, self.workspaces = {}, {}
        self.time_left = None

    def evolvers(self):
        return [c for c in self.containers.values() if not c.asset]

    def answer(self, call):
        family, verb = call.kind.split(".", 1)
        return getattr(self, f"{family}_{verb}")(call, call.args)

    # -- containers --

    def container_open(self, call, args):
        container = Container(args, call.path, {})
        failure = self.broken("open", container)
        if failure:
            return failure
        container.files = copy.deepcopy(self.images.get(container.asset, {}))
        name = f"{call.path}#{len(self.containers) + 1}"
        self.containers[name] = container
        return {"container": name, "image_digest": "sha256:0", "workdir": "/"}

    def find(self, call, args):
        container = self.containers[args["container"]]
        assert container.path == call.path, "a container belongs to the path that opened it"
        assert container.ended is None, f"the container was {container.ended}"
        return container

    def container_close(self, call, args):
        self.containers[args["container"]].ended = "closed"

    def container_path_ended(self, call, args):
        for name, container in self.containers.items():
            if name.rpartition("#")[0] == args["path"] and container.ended is None:
                container.ended = "closed with its path"

    def container_time_left(self, call, args):
        self.find(call, args)
        return {} if self.time_left is None else {"seconds": self.time_left}

    def container_put(self, call, args):
        container = self.find(call, args)
        for file in args.get("files", []):
            path = posixpath.join(args["to"], file["path"])
            container.files[path] = {k: v for k, v in file.items() if k in ("text", "base64", "link")}
        if "asset" in args:
            container.files[args["to"] + "/" + args["asset"]["name"]] = {"text": args["asset"]["$asset"]}
        return {}

    def container_get(self, call, args):
        container, start = self.find(call, args), args["path"] + "/"
        return {"files": [{"path": p[len(start):], **f} for p, f in sorted(container.files.items()) if p.startswith(start)],
                "left_out": []}

    def container_exec(self, call, args):
        container = self.find(call, args)
        container.execs.append(args)
        failure = self.broken("exec", container)
        if failure:
            return failure
        out, code = self.run(container, args)
        return {"code": code, "stdout": out if code == 0 else "", "stderr": "" if code == 0 else out, "timed_out": False,
                "truncated": False}

    def run(self, container, args):
        argv = args["argv"]
        if argv[0] == "sh" and "$HOME" in argv[2]:
            return HOME, 0
        if argv[0] == "sh" and "@@skill" in argv[2]:
            found = [f"@@skill {path}\n{file['text']}\n" for place in argv[4:] for path, file in sorted(container.files.items())
                     if path.startswith(place + "/") and path.endswith("/SKILL.md") and path[len(place) + 1:].count("/") == 1]
            return "".join(found), 0
        if argv[0] == "sh":
            container.files[argv[4]] = {"text": args["stdin"]}
            return "", 0
        if argv[0] == "cat":
            file = container.files.get(argv[2])
            return (file["text"], 0) if file else ("cat: no such file", 1)
        if argv[0] == "rm":
            for folder in argv[3:]:
                container.files = {p: f for p, f in container.files.items() if not p.startswith(folder + "/")}
            return "", 0
        if argv[0] == "bash" and argv[1] not in ("-c", "-ic"):
            container.files["/out"] = {"text": "by the solution"}
            return "", 0
        return self.shell(container, argv[2], args.get("workdir", "/"))

    def shell(self, container, commands, workdir="/"):
        shown = []
        for line in commands.strip().split("\n"):
            word, _, rest = line.partition(" ")
            target, _, text = rest.partition(" ")
            target = posixpath.normpath(posixpath.join(workdir, target))
            if word == "write":
                container.files[target] = {"text": text.replace("\\n", "\n")}
            elif word == "link":
                container.files[target] = {"link": text}
            elif word == "show" and target in container.files:
                shown.append(container.files[target]["text"])
            elif word == "list":
                shown.extend(sorted(container.files))
            elif word == "drop":
                container.files.pop(target, None)
            else:
                return f"sh: {line}: not found", 127
        return "\n".join(shown), 0

    def container_terminal(self, call, args):
        self.find(call, args)
        return {"terminal": "t1"}

    def container_send(self, call, args):
        container = self.find(call, args)
        container.execs.append(args)
        out, _ = self.shell(container, args["keys"]) if args["keys"].strip() else ("", 0)
        return {"output": out, "ended": False, "truncated": False}

    def container_verify(self, call, args):
        container = self.find(call, args)
        container.ended = "ended by verify"
        failure = self.broken("verify", container)
        if failure:
            return failure
        verdict = {"reward": 0.0, "passed": False, "class": "verifier_fail", "code": 0, "stdout": "", "left_out": [],
                   "unsafe": args.get("order") == "published"}
        verdict.update(self.verify(container.asset, container.files))
        if verdict["passed"]:
            verdict.update({"reward": 1.0, "class": "none"})
        return verdict

    # -- workspaces --

    def workspace_open(self, call, args):
        files = seed_files(args["seed"]) if args["seed"] else {}
        name = f"{call.path}#{len(self.workspaces) + 1}"
        self.workspaces[name] = Workspace(call.path, files)
        return {"workspace": name, "hash": self.workspaces[name].log[0]["hash"]}

    def workspace(self, call, args):
        found = self.workspaces[args["workspace"]]
        assert found.path == call.path, "a workspace belongs to the path that opened it"
        return found

    def workspace_read(self, call, args):
        file = self.workspace(call, args).files.get(args["path"])
        return {"file": {"path": args["path"], **file}} if file else {}

    def below(self, call, args):
        return [(p, f) for p, f in sorted(self.workspace(call, args).files.items()) if p.startswith(args["prefix"])]

    def workspace_list(self, call, args):
        return {"paths": [path for path, _ in self.below(call, args)]}

    def workspace_files(self, call, args):
        return {"files": [{"path": path, "mode": 420, **file} for path, file in self.below(call, args)]}

    def workspace_write(self, call, args):
        self.workspace(call, args).files[args["path"]] = {"text": args["content"]}
        return {}

    def workspace_remove(self, call, args):
        del self.workspace(call, args).files[args["path"]]
        return {}

    def workspace_replace(self, call, args):
        found, old = self.workspace(call, args), dict(self.below(call, args))
        new = {f["path"]: {k: v for k, v in f.items() if k in ("text", "base64", "link")} for f in args["files"]}
        assert all(path.startswith(args["prefix"]) for path in new), "a file is not below the prefix"
        found.files = {**{p: f for p, f in found.files.items() if p not in old}, **new}
        return {"added": sorted(set(new) - set(old)), "removed": sorted(set(old) - set(new)),
                "changed": sorted(p for p in set(old) & set(new) if old[p] != new[p])}

    def workspace_commit(self, call, args):
        return self.workspace(call, args).commit(args["message"], args["tag"])

    def workspace_rollback(self, call, args):
        found = self.workspace(call, args)
        found.files = copy.deepcopy(found.tagged(args["ref"])["files"])
        return {"hash": found.commit(args["message"], "")["hash"]}
