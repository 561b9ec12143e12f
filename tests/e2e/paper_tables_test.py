#!/usr/bin/env python3
"""The tables of the Ctx2Skill paper, whole: planned on a stand-in of CL-bench's size, run with the offline reader on texts
of this machine, three seeds, in one database."""

import csv
import pathlib
import re
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from project import ProjectTest, main  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "experiments" / "ctx2skill"
HOUR = 3600

# Rows of dynamics, counted once more from the base tables alone.
SOLVED = """
SELECT a.name, t.step, round(100.0 * sum(t.solved) / count(*), 1) FROM arms a JOIN experiments e USING (experiment_id)
JOIN runs USING (arm_id) JOIN run_units ru USING (run_id) JOIN attempts t ON t.unit_id = ru.unit_id
WHERE e.name = 'ctx2skill_table3_offline' AND t.purpose = 'loop' GROUP BY 1, 2"""


class PaperTablesTest(ProjectTest):
    def run_table(self, name, *arguments):
        began = time.monotonic()
        table = self.project.json("run", FOLDER / f"{name}.lua", "models=offline", *arguments, timeout=HOUR)
        print(f"{name}: {time.monotonic() - began:.0f} s, {len(table['rows'])} rows", file=sys.stderr)
        self.assertEqual(table["missing"], [])
        if name.startswith("table"):
            self.assertFalse(table["reference"]["comparable"], name)
        return {row["arm"]: row for row in table["rows"]}

    def sql(self, query, name):
        return self.project.json("sql", "--time-ms", "60000", "--rows", "100000", f"@{query}", f"experiment={name}")

    def test_tables_and_dynamics(self):
        p = self.project
        rows = self.run_table("table3")
        self.assertEqual(len(rows), 26)
        for row in rows.values():
            self.assertGreaterEqual(row["clusters"], 12)
            self.assertEqual(row["replicates"], 3)
            self.assertIsNotNone(row["solved"]["interval"])
            for of in ("solved", "solved_all"):
                self.assertGreater(row[of]["n"], 200)
            draws = row["label"] == "Ctx2Skill, other draws"
            self.assertEqual(row["published"] is None, draws)
            self.assertTrue(draws or row["published"]["difference_points"] is None)
            self.assertEqual(row["difference"] is None, row["label"] == "Base Model")
        again = rows["Weaker reader: Ctx2Skill, other draws"]
        self.assertEqual((again["calls_shared"], again["calls_exclusive"]), (0, again["calls_alone"]))
        self.assertLess(again["difference"]["interval"][0], 0)
        self.assertGreater(again["difference"]["interval"][1], 0)
        # Rows that only choose otherwise share all of self-play.
        for name in ("w/o Laplace Smoothing", "Using Additive Scoring in Eq.(4)"):
            row = rows["Weaker reader: " + name]
            self.assertLess(row["calls_alone"] - row["calls_shared"], 0.05 * row["calls_alone"], name)
        paper = [row for row in rows.values()
                 if row["arm"].startswith("Weaker") and not re.search("draws|with Skills", row["label"])]
        self.assertEqual(len(paper), 15)
        arms = tuple(row["arm"] for row in paper)
        together = p.one("SELECT count(DISTINCT call_id) FROM arm_calls JOIN experiments USING (experiment_id) "
                         f"WHERE name = 'ctx2skill_table3_offline' AND arm IN ({', '.join('?' * len(arms))})", *arms)
        alone = sum(row["calls_alone"] for row in paper)
        print(f"the 15 rows of one backbone: {together} calls of {alone} alone ({100 * together / alone:.0f} %)",
              file=sys.stderr)
        self.assertLess(together, 0.55 * alone)

        # The same command costs nothing and says the same.
        before = p.calls()
        self.assertEqual(self.run_table("table3"), rows)
        self.assertEqual(p.calls(), before)

        # Dynamics from the same database.
        solved = {(row["arm"], row["iteration"]): row["rate"]
                  for row in self.sql("solved_per_iteration", "ctx2skill_table3_offline")}
        self.assertEqual(solved, {(arm, step): rate for arm, step, rate in p.rows(SOLVED)})
        for query in ("rubric_pass_rate_per_iteration", "rubrics_per_task", "task_words", "answer_words", "skill_words",
                      "selected_iteration", "solved_per_category"):
            found = self.sql(query, "ctx2skill_table3_offline")
            self.assertGreater(len(found), 80, query)
            for row in found:
                if "median" in row:
                    self.assertLessEqual(row["min"], row["median"], query)
                    self.assertLessEqual(row["median"], row["max"], query)
        chosen = self.sql("selected_iteration", "ctx2skill_table3_offline")
        for arm in rows:
            shares = [row["share"] for row in chosen if row["arm"] == arm]
            self.assertAlmostEqual(sum(shares), 100 if shares else 0, delta=0.3)

        # The other tables ask little more.
        first = self.run_table("table1")
        self.assertEqual(len(first), 8)
        quality = self.run_table("table2")
        lines = (FOLDER / "reference" / "table2.csv").read_text().splitlines()
        published = {(line["backbone"], line["method_or_row"], line["column"]): float(line["value"])
                     for line in csv.DictReader(lines)}
        for row in quality.values():
            self.assertEqual(len(row["metrics"]), 6)
            for metric in row["metrics"]:
                self.assertTrue(0 <= metric["mean"] <= 100)
            backbone = "GPT-4.1" if row["group"] == "Weaker reader" else "GPT-5.1"
            self.assertEqual(row["metrics"][0]["published"]["percent"], published[backbone, row["label"], "conc"])
        before = p.calls()
        self.run_table("dynamics")
        self.assertEqual(p.calls(), before, "dynamics ask what the tables asked")
        self.assertEqual(len(self.run_table("afterimage_compare")), 20)
        for plot in ("curve", "length", "selection", "categories"):
            self.assertIn("</svg>", p.hone("plot", plot, "ctx2skill_dynamics_offline").stdout)

    def test_the_plan_of_cl_bench_s_size(self):
        bench = self.project.folder / "CL-bench.jsonl"
        subprocess.run([sys.executable, str(FOLDER / "make_stand_in.py"), str(bench)], check=True)
        began = time.monotonic()
        plan = self.project.json("plan", FOLDER / "table3.lua", f"data.path={bench}", timeout=HOUR)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"plan: {time.monotonic() - began:.0f} s, {peak} MiB, {plan['total']['calls']:.0f} calls, "
              f"${plan['total']['usd']:.0f} shared, ${plan['sum_of_rows_alone']['usd']:.0f} alone", file=sys.stderr)
        self.assertEqual((plan["items"], plan["report_tasks"], len(plan["arms"])), (500, 1899, 26))
        self.assertEqual(plan["rehearsal_failures"], [])
        for arm in plan["arms"]:
            self.assertGreater(arm["alone"]["usd"], 0)
            self.assertLessEqual(arm["added"]["calls"], arm["alone"]["calls"] + 0.5)
        default = plan["arms"][1]
        self.assertEqual(default["bound_of_a_unit"], {"loop": 75, "replay": 100, "retries": 200})
        self.assertLess(peak, 500)


if __name__ == "__main__":
    main(sys.argv)
