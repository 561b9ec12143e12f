"""./dev bench scale: what a results database of CL-bench's full scale costs to write and to ask.

    measure.py BUILD [--contexts 500] [--db FILE]

Generates about 560,000 attempts and 6.7 million verdicts through the real Store (generate.cc), then
times every named query, `hone table` and `hone report`. Each figure stands beside its aim and a miss
is printed as a miss; nothing asserts on time. CPU seconds stand beside the wall clock, because the
machine may be shared. About 2 GB of disk in a temporary folder, which is removed. With --db a file that
is there is asked, and kept.
"""
import argparse, glob, json, os, re, resource, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def timed(command):
    """(wall seconds, CPU seconds, peak memory in MB, ok) of a child process."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        print(f"    failed: {error.decode(errors='replace').strip()[:200]}")
    return (time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
            process.returncode == 0)


def line(what, seconds, cpu, memory, aim):
    verdict = "" if aim is None else f"  aim {aim:g} s: " + ("met" if min(seconds, cpu) <= aim else "MISSED")
    print(f"  {what:34} {seconds:7.2f} s wall {cpu:7.2f} s CPU {memory:6.0f} MB{verdict}")


def parameters(sql):
    known = {"experiment": "scale", "arm": "Ctx2Skill", "baseline": "Base Model"}
    return [f"{name}={value}" for name, value in known.items() if re.search(f":{name}\\b", sql)]


def ask(hone, db):
    print("named queries (attempts only: 1 s, with verdicts or calls: 3 s)")
    for path in sorted(glob.glob(os.path.join(ROOT, "results/queries/*.sql"))):
        name = os.path.basename(path)[:-4]
        sql = open(path).read()
        aim = 3 if re.search(r"\b(verdicts|uses|calls|texts|rubrics)\b", re.sub(r"--.*", "", sql)) else 1
        command = [hone, "sql", "@" + name, *parameters(sql), "--db", db, "--time-ms", "120000"]
        best = min((timed(command) for _ in range(2)), key=lambda one: one[0])
        line(name, *best[:3], aim)
    print("tables and reports (10 s, 500 MB)")
    for what, arguments in (("hone table", ["table", "scale"]),
                            ("hone table --extras", ["table", "scale", "--extras"]),
                            ("hone compare, two arms", ["compare", "scale:Base Model", "scale:Ctx2Skill"]),
                            ("hone report", ["report", "scale", "--output", db + ".html"])):
        best = timed([hone, *arguments, "--db", db])
        line(what, *best[:3], 10)
        if best[2] > 500:
            print("    more than 500 MB: MISSED")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--contexts", type=int, default=500)
    parser.add_argument("--db", default="")
    options = parser.parse_args()
    hone = os.path.join(os.path.abspath(options.build), "hone")
    folder = tempfile.mkdtemp(prefix="hone-scale-")
    try:
        db = os.path.abspath(options.db) if options.db else os.path.join(folder, "scale.db")
        if not options.db:
            generate = os.path.join(os.path.abspath(options.build), "bench/scale_generate")
            out = subprocess.run([generate, db, "--contexts", str(options.contexts)], stdout=subprocess.PIPE,
                                 check=True, text=True).stdout
            made = json.loads(out)
            ratio = made["sample_rows_per_s"] / made["raw_rows_per_s"]
            cpu = made["sample_rows_per_cpu_s"] / made["raw_rows_per_cpu_s"]
            print(f"{made['rows']:,} rows, {made['tables']['attempts']:,} attempts, "
                  f"{made['tables']['verdicts']:,} verdicts, {os.path.getsize(db) / 1e9:.2f} GB")
            print(f"  through the Store {made['sample_rows_per_s']:,.0f} rows/s, raw SQLite bulk insert "
                  f"{made['raw_rows_per_s']:,.0f} rows/s: {ratio:.2f} (aim 0.5: "
                  f"{'met' if max(ratio, cpu) >= 0.5 else 'MISSED'}); per CPU second "
                  f"{made['sample_rows_per_cpu_s']:,.0f} and {made['raw_rows_per_cpu_s']:,.0f}: {cpu:.2f}")
            print(f"  the whole file {made['rows_per_s']:,.0f} rows/s in {made['seconds']:.0f} s")
        ask(hone, db)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if options.db and os.path.exists(options.db + ".html"):
            os.remove(options.db + ".html")


main()
