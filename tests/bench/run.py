"""./dev bench: what a call costs. Figures of one run on one machine; read the ratios.

Each figure stands beside its aim; a miss is printed as a miss. Nothing here asserts on time.
"""
import json, os, re, resource, shutil, sqlite3, subprocess, sys, tempfile, threading, time

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
HONE = os.path.join(BUILD, "hone")
ENV = {**os.environ, "NO_COLOR": "1"}


class Server:
    def __init__(self, hold=0, always=False):
        command = [os.path.join(BUILD, "bench/canned_server"), str(hold)] + (["always"] if always else [])
        self.process = subprocess.Popen(command,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def close(self):
        self.process.kill()
        self.process.wait()


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class PeakMemory(threading.Thread):
    """Peak resident bytes of a process and of its hone-script children, read from /proc."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peaks, self.stop = pid, {}, False

    def run(self):
        while not self.stop:
            for pid in [str(self.pid)] + self.children():
                try:
                    status = open(f"/proc/{pid}/status").read()
                except OSError:
                    continue
                name = "hone" if pid == str(self.pid) else "hone-script"
                peak = re.search(r"VmHWM:\s+(\d+)", status)
                if peak:
                    self.peaks[name] = max(self.peaks.get(name, 0), int(peak.group(1)) * 1024)
            time.sleep(0.02)

    def children(self):
        try:
            return open(f"/proc/{self.pid}/task/{self.pid}/children").read().split()
        except OSError:
            return []


def run_hone(folder, port, *settings, db="bench.db", flags=(), in_flight=64, stream=False):
    with open(os.path.join(folder, "config.toml"), "w") as config:
        config.write(f'[endpoints.bench]\nbase_url = "http://127.0.0.1:{port}/v1"\n'
                     f'max_in_flight = {in_flight}\nstart_in_flight = {in_flight}\nstream = {str(stream).lower()}\n')
    command = [HONE, "run", "experiments/bench.lua", *settings, *flags, "--db", db]
    before, start = cpu_of_children(), time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env={**ENV, "HONE_CONFIG": os.path.join(folder, "config.toml")}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    memory = PeakMemory(process.pid)
    memory.start()
    out, err = process.communicate()
    memory.stop = True
    memory.join()
    if process.returncode != 0:
        sys.exit(f"benchmark run failed ({process.returncode}): {' '.join(command)}\n{out}{err}")
    return {"seconds": time.monotonic() - start, "cpu": cpu_of_children() - before, "peaks": memory.peaks}


def show(what, figure, aim, ok):
    print(f"{what:<66} {figure:<26} aim {aim:<16} {'met' if ok else 'MISSED'}", flush=True)


def wrk(port):
    out = subprocess.run(["wrk", "-t1", "-c64", "-d4s", "-s", os.path.join(HERE, "post.lua"),
                          f"http://127.0.0.1:{port}/v1/chat/completions"], capture_output=True, text=True, check=True)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out.stdout).group(1))


def throughput(folder):
    server = Server()
    ceiling = wrk(server.port)
    calls = 20000
    empty = run_hone(folder, server.port, "n=1", db="empty.db")
    ours = run_hone(folder, server.port, f"n={calls}", "width=64", db="calls.db")
    seconds = ours["seconds"] - empty["seconds"]
    rate = calls / seconds
    python = json.loads(subprocess.run([sys.executable, os.path.join(HERE, "python_client.py"), str(server.port), "12800"],
                                       capture_output=True, text=True, check=True).stdout)
    server.close()
    print(f"wrk on the same server: {ceiling:.0f} requests/s, {ceiling / rate:.1f} times our rate "
          f"({'enough' if ceiling >= 5 * rate else 'LESS than 5 times: the server may be our limit'})")
    print(f"Python http.client, 64 threads: {python['rate']:.0f} calls/s, {python['cpu_us']:.0f} us CPU a call, nothing stored")
    show("calls/s from a recipe, 64 in flight, 2 KB, synchronous=FULL",
         f"{rate:.0f}/s, {100 * rate / ceiling:.1f} % of wrk", "8 % of wrk", rate >= 0.08 * ceiling)
    print(f"  CPU of hone and hone-script together: {(ours['cpu'] - empty['cpu']) / calls * 1e6:.0f} us a call; "
          f"{rate / python['rate']:.1f} times the Python client's rate")


def python_client(port, calls, width, *way):
    out = subprocess.run([sys.executable, os.path.join(HERE, "python_client.py"), str(port), str(calls), str(width), *way],
                         capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def cpu_in_flight(folder):
    """CPU of a call, 1,000 in flight all the time, plain and streamed: hone, wrk, two Python clients."""
    width = 1000
    for stream in (False, True):
        calls, suffix = (3000, ["stream"]) if stream else (10000, [])
        server = Server()
        before = cpu_of_children()
        script = os.path.join(HERE, "post_stream.lua" if stream else "post.lua")
        out = subprocess.run(["wrk", "-t1", f"-c{width}", "-d4s", "-s", script, f"http://127.0.0.1:{server.port}/v1/chat/completions"],
                             capture_output=True, text=True, check=True).stdout
        wrk_us = (cpu_of_children() - before) / int(re.search(r"(\d+) requests in", out).group(1)) * 1e6
        # A thousand threads of Python read streams ten times slower than 64: they get 64.
        threads_us = python_client(server.port, calls // 3, 64, "threads", *suffix)["cpu_us"]
        empty = run_hone(folder, server.port, "n=1", db=f"cpu-empty-{stream}.db", stream=stream)
        server.close()
        server = Server(hold=width, always=True)
        asyncio_us = python_client(server.port, calls, width, "asyncio", *suffix)["cpu_us"]
        ours = run_hone(folder, server.port, f"n={calls}", f"width={width}", db=f"cpu-{stream}.db", in_flight=width, stream=stream)
        server.close()
        cpu_us = (ours["cpu"] - empty["cpu"]) / calls * 1e6
        show(f"CPU of a call, {'streamed, 500 events' if stream else 'plain'}, 1,000 in flight, stored", f"{cpu_us:.0f} us",
             "http.client's", cpu_us < threads_us)
        for what, us in (("wrk, which reads no answer", wrk_us), ("Python asyncio by hand, nothing stored", asyncio_us),
                         ("Python http.client, 64 threads, nothing stored", threads_us)):
            print(f"  {what}: {us:.0f} us; ours is {cpu_us / us:.2f} of it")


def memory(folder):
    for shared, aim in ((True, 100), (False, 700)):
        server = Server(hold=1000)
        figures = run_hone(folder, server.port, "n=1000", "width=1000", "bytes=250000", f"shared={str(shared).lower()}",
                           db=f"memory-{shared}.db", in_flight=1000)
        server.close()
        total = sum(figures["peaks"].values()) / 1e6
        parts = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sorted(figures["peaks"].items()))
        what = "one shared 250 KB part" if shared else "1,000 distinct 250 KB parts"
        show(f"peak memory of both processes, 1,000 calls in flight, {what}", f"{total:.0f} MB ({parts})",
             f"under {aim} MB", total < aim)


def recall(folder):
    server = Server()
    run_hone(folder, server.port, "n=100000", db="recall.db")
    finished = run_hone(folder, server.port, "n=100000", db="recall.db")
    again = run_hone(folder, server.port, "n=100000", db="recall.db", flags=["--verify"])
    server.close()
    show("recall of a finished run of 100,000 calls", f"{finished['seconds']:.2f} s", "under 5 s", finished["seconds"] < 5)
    show("the same executed again from the ledger (--verify)", f"{again['seconds']:.2f} s", "under 5 s", again["seconds"] < 5)


def script_start():
    out = subprocess.run([os.path.join(BUILD, "bench/script_start"), os.path.join(BUILD, "hone-script"), "50"],
                         capture_output=True, text=True, check=True).stdout
    show("start of hone-script, median of 50", f"{float(out):.1f} ms", "under 10 ms", float(out) < 10)


def database_bytes(folder):
    server = Server()
    run_hone(folder, server.port, "n=1", "bytes=250000", db="bytes-1.db")
    run_hone(folder, server.port, "n=90", "bytes=250000", db="bytes-90.db")
    server.close()
    def size(db):
        connection = sqlite3.connect(os.path.join(folder, db))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.close()
        return os.path.getsize(os.path.join(folder, db))
    empty = size("empty.db") if os.path.exists(os.path.join(folder, "empty.db")) else 0
    raw = 90 * 250000
    show("database bytes, a 250 KB context in 90 requests, of the raw JSON",
         f"{100 * size('bytes-90.db') / raw:.2f} %", "under 3 %", size("bytes-90.db") < 0.03 * raw)
    print(f"  of which an almost empty database: {empty / 1024:.0f} KiB")


def main():
    folder = tempfile.mkdtemp(prefix="hone-bench-")
    try:
        shutil.copytree(os.path.join(HERE, "project"), folder, dirs_exist_ok=True)
        print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        script_start()
        throughput(folder)
        cpu_in_flight(folder)
        memory(folder)
        database_bytes(folder)
        recall(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
