#!/usr/bin/env python3
"""hone image: root file systems by name, hostile tars, what goes and what stays; hone doctor about containers."""

import gzip
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

HONE = str(pathlib.Path(sys.argv.pop(1)).resolve() / "hone")


def tar_of(*entries):
    """(name, text or {"link": target} or {"hard": target} or "device") -> a tar's bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, what in entries:
            info = tarfile.TarInfo(name)
            text = b""
            if isinstance(what, dict):
                info.type = tarfile.SYMTYPE if "link" in what else tarfile.LNKTYPE
                info.linkname = what.get("link") or what.get("hard")
            elif what == "device":
                info.type, info.devmajor, info.devminor = tarfile.CHRTYPE, 1, 3
            else:
                text = what.encode()
                info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
    return out.getvalue()


class ImageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "images"

    def hone(self, *arguments, **variables):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "HONE_IMAGES": str(self.store), **variables}
        return subprocess.run([HONE, *map(str, arguments)], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=60)

    def add(self, name, content, file="root.tar"):
        (self.folder / file).write_bytes(content)
        return self.hone("image", "add", name, file)

    def listed(self):
        answer = self.hone("image", "ls", "--json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return {row["name"]: row["digest"] for row in json.loads(answer.stdout)}

    def layers(self):
        return sorted(path.name for path in (self.store / "layers").iterdir())

    def test_names_lead_to_content(self):
        root = tar_of(("./etc/hostname", "box\n"), ("bin/sh", "#!\n"), ("lib", {"link": "usr/lib"}))
        self.assertEqual(self.add("debian:12", root).returncode, 0)
        self.assertEqual(self.add("library/other", gzip.compress(root), "root.tar.gz").returncode, 0)
        listed = self.listed()
        self.assertEqual(sorted(listed), ["debian:12", "other:latest"])
        self.assertEqual(len(set(listed.values())), 1)
        self.assertEqual(len(self.layers()), 1)
        self.assertEqual(self.hone("image", "rm", "debian:12").returncode, 0)
        self.assertEqual(len(self.layers()), 1)
        self.assertEqual(self.hone("image", "rm", "other").returncode, 0)
        self.assertEqual(self.layers(), [])
        self.assertEqual(list((self.store / "containers").iterdir()), [])

    def test_hostile_tars_write_nowhere_else(self):
        (self.folder / "canary").write_text("safe")
        canary = self.folder / "canary"
        attacks = {
            "absolute": [(str(canary), "bad")],
            "up": [("../../../../canary", "bad")],
            "link": [("way", {"link": str(self.folder)}), ("way/canary", "bad")],
            "link up": [("a/way", {"link": "../../../../../.."}), ("a/way/canary", "bad")],
            "hard": [("h", {"hard": str(canary)}), ("h", "bad")],
        }
        for name, entries in attacks.items():
            with self.subTest(name):
                answer = self.add("evil", tar_of(("ok", "x"), *entries))
                self.assertEqual(answer.returncode, 2, answer.stderr)
                self.assertIn("root.tar", answer.stderr)
                self.assertEqual(canary.read_text(), "safe")
        self.assertEqual(self.listed(), {})
        self.assertEqual(self.layers(), [])
        # A device is left out, not made.
        self.assertEqual(self.add("fine", tar_of(("dev/null", "device"), ("x", "y"))).returncode, 0)
        (layer,) = (self.store / "layers").iterdir()
        self.assertEqual(sorted(path.name for path in layer.iterdir()), ["dev", "x"])

    def test_wrong_words(self):
        self.assertEqual(self.add("debian:12", tar_of(("x", "y"))).returncode, 0)
        for arguments, words in [(["rm", "debian:13"], "did you mean 'debian:12'?"), (["add", "x"], "FILE"),
                                 (["add"], "NAME"), (["add", "../x", "root.tar"], "no name for an image"),
                                 (["add", "x", "none.tar"], "none.tar"), (["ls", "x"], "takes no name"),
                                 (["lst"], "add,ls,rm")]:
            with self.subTest(arguments):
                answer = self.hone("image", *arguments)
                self.assertEqual(answer.returncode, 2, answer.stderr)
                self.assertIn(words, answer.stderr)
                self.assertEqual(len(answer.stderr.splitlines()), 1)

    def test_doctor_tells_and_cleans(self):
        self.assertEqual(self.add("debian:12", tar_of(("x", "y"))).returncode, 0)
        dead = self.store / "containers" / "1-2-dead"
        (dead / "c1" / "upper" / "locked").mkdir(parents=True)
        (dead / "c1" / "upper" / "locked").chmod(0)
        findings = self.doctor()
        self.assertIn("doctor --clean", findings["containers of runs that died"]["detail"])
        self.assertTrue(dead.exists())
        self.assertIn("removed", self.doctor("--clean")["containers of runs that died"]["detail"])
        self.assertFalse(dead.exists())
        self.assertEqual(self.doctor()["containers of runs that died"]["detail"], "none")
        self.assertIn(str(self.store), self.doctor()["containers: back end"]["detail"])
        self.assertIn("docker", self.doctor(HONE_CONTAINERS="docker")["containers: back end"]["detail"])
        wrong = self.doctor(HONE_CONTAINERS="dokcer")["containers: back end"]
        self.assertIn("did you mean 'docker'?", wrong["detail"])

    def doctor(self, *arguments, **variables):
        answer = self.hone("doctor", "--json", *arguments, **variables)
        return {finding["check"]: finding for finding in json.loads(answer.stdout)}


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
