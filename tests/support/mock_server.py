"""The third-party mock server of tests/support/aimock, as a context manager. See its README.md."""

import json
import os
import pathlib
import shutil
import subprocess
import urllib.request

HERE = pathlib.Path(__file__).parent / "aimock"

FAULTS = {
    "rate_limit": {"rateLimitRate": 1},
    "malformed": {"malformedRate": 1},
    "disconnect": {"disconnectRate": 1},
    "drop": {"dropRate": 1},
}


def install(build):
    """Installs the package into <build>/aimock unless the same lock is installed there."""
    folder = pathlib.Path(build) / "aimock"
    lock = (HERE / "package-lock.json").read_text()
    stamp = folder / "installed.lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    if answer.returncode != 0:
        raise RuntimeError(f"npm could not install the mock server:\n{answer.stdout}{answer.stderr}")
    stamp.write_text(lock)
    return folder


class MockServer:
    """Runs while the `with` block runs. `url` is the OpenAI base URL, ending in /v1."""

    def __init__(self, build, upstream=None, fixtures=None):
        self.folder = install(build)
        self.command = ["node", str(HERE / "start.mjs")]
        if upstream:
            self.command += ["--upstream", upstream]
        if fixtures:
            self.command += ["--fixtures", str(fixtures)]

    def __enter__(self):
        environment = {"PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the mock server ended with status {self.process.wait()}")
        self.port = json.loads(line)["port"]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def control(self, method, name, body=None):
        """One request of the control API; its JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/__aimock/{name}",
            data=data,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            text = response.read()
        return json.loads(text) if text else None

    def fault(self, name, share=1):
        """Every request (or a share of them) fails in this way until clear()."""
        self.control("POST", "chaos", {field: share for field in FAULTS[name]})

    def clear(self):
        self.control("DELETE", "chaos")

    def fail_next(self, n_requests, status=500, message="planned failure"):
        for _ in range(n_requests):
            self.control("POST", "error", {"status": status, "body": {"message": message}})

    def answer(self, user_text, content, **response):
        """A fixed answer to requests whose last user message contains `user_text`."""
        fixture = {"match": {"userMessage": user_text}, "response": {"content": content, **response}}
        self.control("POST", "fixtures", {"fixtures": [fixture]})

    def requests(self):
        """What arrived so far (the last 1,000)."""
        return self.control("GET", "journal")
