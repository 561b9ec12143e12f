"""A project whose recipes use containers: bubblewrap over a small root file system of this machine's own tools.

Skips its tests, saying why, where bubblewrap cannot make a container. The image "test/base" is made once for a
test program: bash, coreutils, python3 and git of this machine, and what they are linked with.
"""

import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from project import ProjectTest, main  # noqa: F401

IMAGE = "test/base"
TOOLS = ["bash", "sh", "cat", "ls", "rm", "mkdir", "echo", "sleep", "chmod", "cp", "mv", "env", "id", "ln", "touch",
         "head", "tail", "wc", "grep", "seq", "python3", "git", "setsid", "date", "printf", "test", "true", "false"]


def libraries_of(program):
    """The shared libraries that the dynamic linker loads for a program."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return [word for line in text.splitlines() for word in line.split() if word.startswith("/")]


def files_of_image():
    files = set()
    # Debian's own: what stands before them on a PATH may be anywhere.
    programs = [shutil.which(tool, path="/usr/bin:/bin") for tool in TOOLS]
    for program in filter(None, programs):
        files.update([program, os.path.realpath(program)])
        files.update(libraries_of(program))
    library = pathlib.Path("/usr/lib", os.path.basename(os.path.realpath("/usr/bin/python3")))
    for path in library.rglob("*"):
        if path.is_file() and "test" not in path.parts and path.suffix in (".py", ".so"):
            files.add(str(path))
    files.update(os.path.realpath(path) for path in list(files))
    return files


def write_image(path):
    """A tar of a root file system in which /bin, /lib and so on are links into /usr, as on this machine."""
    with tarfile.open(path, "w") as tar:
        for name in ("app", "tmp", "root", "etc", "usr", "proc", "dev"):
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.DIRTYPE
            entry.mode = 0o1777 if name == "tmp" else 0o755
            tar.addfile(entry)
        for name in ("bin", "sbin", "lib", "lib64"):
            if pathlib.Path("/" + name).is_symlink():
                tar.add("/" + name, arcname=name, recursive=False)
        for text, name in ((b"root:x:0:0:root:/root:/bin/bash\n", "etc/passwd"), (b"root:x:0:\n", "etc/group")):
            write_text(tar, name, text)
        for name in sorted(files_of_image()):
            real = name
            for link in ("bin", "sbin", "lib", "lib64"):
                if pathlib.Path("/" + link).is_symlink() and name.startswith(f"/{link}/"):
                    real = "/usr" + name
            tar.add(name, arcname=real.lstrip("/"), recursive=False)


def write_text(tar, name, text):
    entry = tarfile.TarInfo(name)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


class ContainerProjectTest(ProjectTest):
    """`hone` with a store of images that holds IMAGE."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        probe = subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True,
                               text=True, check=False) if shutil.which("bwrap") else None
        if probe is None or probe.returncode != 0:
            raise unittest.SkipTest("bubblewrap makes no container here: "
                                    + (probe.stderr.strip() if probe else "bwrap is not installed"))
        cls.images = tempfile.TemporaryDirectory()
        cls.tar = os.path.join(cls.images.name, "base.tar")
        write_image(cls.tar)

    @classmethod
    def tearDownClass(cls):
        cls.images.cleanup()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        store = os.path.join(self.images.name, "store")
        self.containers = {"HONE_IMAGES": store, "HONE_CONTAINERS": "bubblewrap"}
        plain = self.project.environment
        self.project.environment = lambda **variables: plain(**self.containers, **variables)
        if not os.path.exists(store):
            done = self.project.hone("image", "add", IMAGE, self.tar)
            self.assertEqual(done.returncode, 0, done.stderr)
