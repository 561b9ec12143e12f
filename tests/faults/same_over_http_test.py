#!/usr/bin/env python3
"""The same experiment in process and over real HTTP: the same table apart from names and prices."""

import json

import study

OVER_HTTP = ("models.default=openai/reader@mock", "evaluate.judge=openai/reader@mock")


def numbers(value, path=""):
    """Every number of a JSON table with its place; costs left out."""
    if isinstance(value, dict):
        for name, member in value.items():
            if "usd" not in name and "cost" not in name and "price" not in name:
                yield from numbers(member, f"{path}.{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from numbers(member, f"{path}[{index}]")
    elif isinstance(value, (int, float)):
        yield path, value


class SameOverHttpTest(study.FaultTest):
    def test_tables_agree(self):
        server = self.serve_reader()
        tables, skills = {}, {}
        for name, arguments in (("in_process", ()), ("http", OVER_HTTP)):
            db = self.project.folder / name / "hone.db"
            answer = self.project.hone(*self.run_of("self_play", *arguments, db=db, server=server))
            self.assertExit(answer, 0)
            tables[name] = json.loads(
                self.project.hone("--db", db, "table", "self_play", "--json").stdout
            )
            taken = self.snapshot(db)
            skills[name] = taken.rows("SELECT hex(hash) FROM skills JOIN texts USING (text_id) ORDER BY 1")
        here, there = (dict(numbers(tables[name])) for name in ("in_process", "http"))
        self.assertGreater(len(here), 40)
        self.assertEqual(here, there)
        self.assertGreater(len(skills["http"]), 10)
        self.assertEqual(skills["in_process"], skills["http"])
        bodies = {arrival.raw for arrival in server.arrivals}
        self.assertEqual(len(bodies), len(server.arrivals), "a body was sent twice")
        study.note(f"{len(here)} figures of the table agree; {len(server.arrivals)} requests, all different")

    def test_show_call_prints_what_the_server_got(self):
        server = self.serve_reader()
        run = self.run_of("self_play", "--limit", "1", "seeds=1", *OVER_HTTP, server=server)
        self.assertExit(self.project.hone(*run), 0)
        keys = self.snapshot().identities(self.project.program)
        for arrival in server.arrivals[::10]:
            (key,) = keys[arrival.identity]
            shown = self.project.hone("show", "call", key.lower())
            self.assertExit(shown, 0)
            self.assertEqual(json.loads(shown.stdout)["messages"], arrival.body["messages"])


if __name__ == "__main__":
    study.main()
