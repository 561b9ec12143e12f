#!/usr/bin/env python3
"""The example tasks on a container daemon (docker_local.sh names its socket): their images are built there, their own solutions
pass their tests there, and doing nothing does not. Nothing is left behind."""

import http.client
import json
import os
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOCKET = os.environ.get("HONE_TEST_SOCKET", "")


class OverSocket(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


@unittest.skipUnless(SOCKET and os.environ.get("HONE_TEST_BASE"), "no daemon, or no base image (./dev images)")
class TasksOnDaemon(ProjectTest):
    def containers(self):
        connection = OverSocket("localhost")
        try:
            connection.request("GET", "/v1.41/containers/json?all=1")
            return json.load(connection.getresponse())
        finally:
            connection.close()

    def hone(self, *arguments):
        done = self.project.hone(*arguments, timeout=2400, HONE_CONTAINERS="docker", DOCKER_HOST=f"unix://{SOCKET}",
                                 HONE_IMAGES=str(self.project.folder / "images"))
        self.assertExit(done, 0)
        return done.stdout

    def test_own_solutions_pass_and_nothing_does_not(self):
        self.hone("run", ROOT / "experiments/skillforge/controls.lua")
        rows = {row["arm"]: row for row in
                json.loads(self.hone("sql", "--json", "@solved_within_k", "experiment=skillforge_controls"))}
        self.assertEqual([(rows[arm]["tasks"], rows[arm]["solved"], rows[arm]["infrastructure"]) for arm in ("Oracle", "Nobody")],
                         [(24, 24, 0), (24, 0, 0)])
        self.assertEqual({row[0] for row in self.project.rows("SELECT DISTINCT backend FROM execs")}, {"docker"})
        self.assertEqual(self.containers(), [])


if __name__ == "__main__":
    main(sys.argv)
