"""A chat server that counts: what arrived, in which order, which answers were delivered whole.

Real answers come from `hone serve-model offline/reader` behind it (Reader). `answer` replaces them:
a function of (body, headers) that returns (status, headers, bytes), or None for the real one. Answers
can be held back (hold, release), so that a test decides what is in flight.
"""

import hashlib
import http.client
import http.server
import json
import socket
import subprocess
import threading


def identity(seed, messages, format_name):
    """What tells one call from another on the wire: [(role, text)], the answer's format, the seed."""
    digest = hashlib.sha256()
    for part in [str(seed), format_name or "", *(field for message in messages for field in message)]:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def identity_of_body(body):
    messages = [(message["role"], message["content"]) for message in body["messages"]]
    form = body.get("response_format", {}).get("json_schema", {}).get("name")
    return identity(body.get("seed"), messages, form)


class Arrival:
    def __init__(self, number, raw, headers):
        self.number = number
        self.body = json.loads(raw)
        self.identity = identity_of_body(self.body)
        self.raw = raw
        self.headers = headers
        self.delivered = False  # all bytes of the answer were given to the connection


class Reader:
    """`hone serve-model offline/reader` in a process of its own."""

    def __init__(self, hone):
        self.process = subprocess.Popen(
            [hone, "serve-model", "offline/reader"],
            env={"HOME": "/nonexistent"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"serve-model ended with status {self.process.wait()}")
        self.url = line
        self.port = int(line.split(":")[2].split("/")[0])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


class CountingServer:
    def __init__(self, upstream_port=None, answer=None, delay=None):
        self.upstream_port = upstream_port
        self.answer = answer or (lambda body, headers: None)
        self.delay = delay  # called before every answer
        self.arrivals = []
        self.open_connections = 0
        self.most_at_once = 0
        self.changed = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()
        self.local = threading.local()
        counting = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                counting.connections(+1)

            def finish(self):
                try:
                    super().finish()
                except OSError:
                    pass
                counting.part_from_upstream()
                counting.connections(-1)

            def do_POST(self):
                counting.serve(self)

            def log_message(self, *unused):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, *unused):
                pass  # a client that was killed

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def stop(self):
        self.gate.set()
        self.listener.shutdown()
        self.listener.server_close()

    def connections(self, change):
        with self.changed:
            self.open_connections += change
            self.changed.notify_all()

    def serve(self, handler):
        raw = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.changed:
            arrival = Arrival(len(self.arrivals) + 1, raw, dict(handler.headers))
            self.arrivals.append(arrival)
            self.changed.notify_all()
        if self.delay:
            self.delay()
        self.gate.wait()
        status, headers, data = self.answer(arrival.body, arrival.headers) or self.forward(raw)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()
        arrival.delivered = True

    def forward(self, raw):
        try:
            return self.ask_upstream(raw)
        except (OSError, http.client.HTTPException):
            # It closes connections that were idle for some seconds, as on a busy machine.
            self.part_from_upstream()
            del self.local.connection
            return self.ask_upstream(raw)

    def ask_upstream(self, raw):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port, timeout=30)
            self.local.connection.connect()
            self.local.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = self.local.connection
        connection.request("POST", "/v1/chat/completions", raw, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, {"Content-Type": "application/json"}, response.read()

    def part_from_upstream(self):
        """At the end of a connection, which has a thread of its own."""
        if hasattr(self.local, "connection"):
            self.local.connection.close()

    def hold(self):
        self.gate.clear()

    def release(self):
        self.gate.set()

    def wait_for(self, n_arrivals, or_until=lambda: False, timeout=60):
        """True once so many requests have arrived in all; False when `or_until` came first."""
        waited = 0.0
        with self.changed:
            while len(self.arrivals) < n_arrivals:
                if or_until():
                    return False
                if waited > timeout:
                    raise TimeoutError(f"{len(self.arrivals)} of {n_arrivals} requests arrived")
                self.changed.wait(0.05)
                waited += 0.05
        return True

    def wait_until_quiet(self, timeout=60):
        """Until every connection is closed: nothing that was sent before is still unread."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.open_connections == 0, timeout):
                raise TimeoutError(f"{self.open_connections} connections stay open")

    def counts(self, first=0):
        """identity -> how often it arrived, from the arrival with that index on."""
        found = {}
        for arrival in self.arrivals[first:]:
            found[arrival.identity] = found.get(arrival.identity, 0) + 1
        return found


def completion(text, input_tokens=10, output_tokens=5):
    """A normal answer of the OpenAI chat API."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "canned-1",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {
            "prompt_tokens": input_tokens,
            "completion_tokens": output_tokens,
            "total_tokens": input_tokens + output_tokens,
        },
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()
