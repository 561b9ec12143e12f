#!/usr/bin/env python3
"""The report in headless Chromium: no console message, no request that leaves, legible at two widths in
light and dark. Screenshots go to a folder named as the second argument, for people to look at."""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import EXPERIMENT, ProjectTest, main  # noqa: E402

STUDY = "experiments/study.lua"
# A page that takes this name for markup asks the trap for an image and writes to the console.
HOSTILE = "<img src=http://127.0.0.1:{port}/x onerror=console.error(1)><script>console.log(1)</script>"
SHOTS = None


class Browser(ProjectTest):
    def open(self, page, width, scheme, shot=None):
        """The lines of the console. What Chromium asks of its own maker is not the page's doing."""
        with tempfile.TemporaryDirectory() as folder:
            command = [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                f"--user-data-dir={folder}/profile", "--enable-logging=stderr", "--v=0",
                f"--window-size={width},2400", f"--blink-settings=preferredColorScheme={1 if scheme == 'light' else 0}",
                f"--screenshot={folder}/shot.png", f"file://{page}",
            ]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": folder})
            self.assertEqual(ran.returncode, 0, ran.stderr[-2000:])
            if shot:
                shutil.copy(f"{folder}/shot.png", shot)
            return [line for line in ran.stderr.splitlines() if "CONSOLE" in line]

    def test_report(self):
        asked = []

        class Trap(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                pass

        trap = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
        threading.Thread(target=trap.serve_forever, daemon=True).start()
        self.addCleanup(trap.shutdown)
        hostile = HOSTILE.format(port=trap.server_address[1])
        self.project.write(STUDY, EXPERIMENT.replace('base = { recipe = "small" }',
                                                     'base = { recipe = "ctx2skill", iterations = 3, tasks = 3 }')
                           .replace('{ "Small" }', '{ "Ctx2Skill" },\n    { "Last", select = "last" },\n    { '
                                    + json.dumps(hostile) + ', select = "last" }')
                           .replace("seeds = { 1 }", "seeds = { 1, 2 }"))
        self.assertExit(self.project.hone("run", STUDY), 0)
        page = self.project.folder / "report.html"
        self.assertExit(self.project.hone("report", "study", "-o", page), 0)
        for width in (1280, 420):
            for scheme in ("light", "dark"):
                shot = SHOTS and f"{SHOTS}/report-{width}-{scheme}.png"
                self.assertEqual(self.open(page, width, scheme, shot), [])
        self.assertEqual(asked, [], "the page sent a request")

        # The trap works: the same name as markup is caught.
        page.write_text(f"<!doctype html><title>x</title>{hostile}")
        self.assertTrue(self.open(page, 420, "light"))
        self.assertIn("/x", asked)


if __name__ == "__main__":
    if len(sys.argv) > 2 and not sys.argv[2].startswith("-"):
        SHOTS = sys.argv.pop(2)
    main(sys.argv)
