"""What a results database says, read from a copy: the original is left as the dead process left it."""

import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

from counting_server import identity

# Differ between two runs of the same thing: local ids, times, the file, who was in flight when.
OWN_COLUMNS = ("_at_ms", "file_uid", "provider_request_id")
OWN_TABLES = ("meta", "sends")


class Snapshot:
    """Opens a copy of the file and its WAL, as a process that comes after a crash would."""

    def __init__(self, db):
        self.holder = tempfile.TemporaryDirectory(prefix="hone-snapshot-")
        self.path = pathlib.Path(self.holder.name) / "copy.db"
        for suffix in ("", "-wal"):
            if pathlib.Path(f"{db}{suffix}").exists():
                shutil.copyfile(f"{db}{suffix}", f"{self.path}{suffix}")
        self.connection = sqlite3.connect(self.path)

    def close(self):
        self.connection.close()
        self.holder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def rows(self, query, *parameters):
        return self.connection.execute(query, parameters).fetchall()

    def integrity(self):
        return self.rows("PRAGMA integrity_check")[0][0]

    def tables(self):
        return [
            name
            for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            if not name.startswith("sqlite_")
        ]

    def is_empty(self):
        return "calls" not in self.tables()

    def keys(self, where="1"):
        return {key for (key,) in self.rows(f"SELECT hex(key) FROM calls WHERE {where}")}

    def sends(self, where="1"):
        """[(key, n)] of tries."""
        return self.rows(f"SELECT hex(key), n FROM sends JOIN calls USING (call_id) WHERE {where}")

    def identities(self, hone):
        """identity on the wire -> key, for every call."""
        texts = {}
        query = "SELECT lower(hex(hash)) AS hash, hone_text(text_id) AS text FROM texts"
        for row in sql(hone, self.path, query):
            texts[row["hash"]] = row["text"]

        def text_of(part):
            return texts[part["$text"]] if isinstance(part, dict) else part

        found = {}
        for key, seed, request in self.rows("SELECT hex(key), seed, request_json FROM calls"):
            request = json.loads(request)
            messages = [
                (message["role"], "".join(text_of(part) for part in message["content"]))
                for message in request["messages"]
            ]
            form = (request.get("format") or {}).get("name")
            found.setdefault(identity(seed, messages, form), []).append(key)
        return found

    def content(self):
        """{table: sorted rows} without what may differ between two runs of the same thing.

        A local id is replaced by a digest of the row it names."""
        memo = {}
        info = {table: self.rows(f"PRAGMA table_info({table})") for table in self.tables()}
        primary = {table: next((row[1] for row in rows if row[5] == 1), None) for table, rows in info.items()}
        targets = {
            table: {row[3]: row[2] for row in self.rows(f"PRAGMA foreign_key_list({table})")} for table in info
        }

        def stands_for(target, value):
            if value is None:
                return None
            if (target, value) not in memo:
                row = self.rows(f"SELECT * FROM {target} WHERE {primary[target]} = ?", value)[0]
                memo[target, value] = hashlib.sha256(repr(render(target, row)).encode()).hexdigest()
            return memo[target, value]

        def render(table, row):
            out = []
            for (_, column, *_), value in zip(info[table], row):
                if column.endswith(OWN_COLUMNS):
                    continue
                if column in targets[table]:
                    value = stands_for(targets[table][column], value)
                elif column == primary[table] and column.endswith("_id"):
                    continue
                out.append((column, value))
            return tuple(out)

        found = {}
        for table in info:
            if table not in OWN_TABLES:
                found[table] = sorted(repr(render(table, row)) for row in self.rows(f"SELECT * FROM {table}"))
        return found


def sql(hone, db, query):
    """Rows of `hone sql`, which can read compressed texts."""
    answer = subprocess.run(
        [str(hone), "--db", str(db), "sql", query, "--json", "--rows", "1000000"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if answer.returncode != 0:
        raise RuntimeError(answer.stderr)
    return json.loads(answer.stdout)
