#!/usr/bin/env python3
"""The report in headless Chromium: no console message, no request that leaves, legible at two widths in
light and dark. Screenshots go to a folder named as the second argument, for people to look at."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
LEAVES = ("http://", "https://", "ws://", "ftp://")
HOSTILE = "<img src=http://127.0.0.1:9/x onerror=alert(1)><script>console.log(1)</script>"
SHOTS = None


class Browser(ProjectTest):
    def open(self, page, width, scheme, shot=None):
        """Console lines and requested addresses."""
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "net.json"
            command = [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                f"--user-data-dir={folder}/profile", f"--log-net-log={log}", "--enable-logging=stderr", "--v=0",
                f"--window-size={width},2400", f"--blink-settings=preferredColorScheme={1 if scheme == 'light' else 0}",
                f"--screenshot={folder}/shot.png", f"file://{page}",
            ]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": folder})
            self.assertEqual(ran.returncode, 0, ran.stderr[-2000:])
            if shot:
                shutil.copy(f"{folder}/shot.png", shot)
            console = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
            text = log.read_text()
            try:
                events = json.loads(text)["events"]
            except json.JSONDecodeError:  # the browser was stopped while it wrote
                events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
            urls = {e["params"]["url"] for e in events if isinstance(e.get("params"), dict) and "url" in e["params"]}
            return console, urls

    def test_report(self):
        self.project.write(STUDY, EXPERIMENT.replace('base = { recipe = "small" }',
                                                     'base = { recipe = "ctx2skill", iterations = 3, tasks = 3 }')
                           .replace('{ "Small" }', '{ "Ctx2Skill" },\n    { "Last", select = "last" },\n    { '
                                    + json.dumps(HOSTILE) + ', select = "last" }')
                           .replace("seeds = { 1 }", "seeds = { 1, 2 }"))
        self.assertExit(self.project.hone("run", STUDY), 0)
        page = self.project.folder / "report.html"
        self.assertExit(self.project.hone("report", "study", "-o", page), 0)
        seen = set()
        for width in (1280, 420):
            for scheme in ("light", "dark"):
                shot = SHOTS and f"{SHOTS}/report-{width}-{scheme}.png"
                console, urls = self.open(page, width, scheme, shot)
                self.assertEqual(console, [])
                seen |= urls
        self.assertTrue(any(url.startswith("file:") for url in seen) or not seen, seen)
        self.assertEqual([url for url in seen if url.startswith(LEAVES)], [])


if __name__ == "__main__":
    if len(sys.argv) > 2 and not sys.argv[2].startswith("-"):
        SHOTS = sys.argv.pop(2)
    main(sys.argv)
