"""A chat server that breaks on purpose: most of what can go wrong between two programs, by a plan.

Every call (told by its content) meets at most MOST faults, chosen by its hash, before it is answered,
so that a run ends and two runs meet the same faults. Streaming requests are answered as server-sent
events that are cut into pieces anywhere. `elsewhere` is the host that redirects lead to: it keeps
whatever arrives there.
"""

import asyncio
import gzip
import hashlib
import json
import socket
import struct
import threading

from counting_server import identity_of_body

MOST = 3
HUGE = 100 << 20
# Tries that meet a fault, of those with 0, 1, 2 and 3 to meet.
SHARES = (0.56, 0.2, 0.14, 0.1)

# fault: (weight, what `sends` says of it: outcome, http_status, maybe_billed)
PLAIN = {
    "limited_for_a_while": (10, ("rate_limited", 429, 0)),
    "limited": (10, ("rate_limited", 429, 0)),
    "status_500": (10, ("server_error", 500, 0)),
    "status_529": (10, ("server_error", 529, 0)),
    "closed_at_once": (8, ("network", None, 1)),
    "reset_in_the_body": (10, ("network", None, 1)),
    "cut_json": (10, ("bad_response", 200, 1)),
    "html": (10, ("bad_response", 200, 1)),
    "silence": (2, ("timeout", None, 1)),
    "drop_by_drop": (2, ("timeout", None, 1)),
    "huge_and_announced": (2, ("network", None, 1)),
    "huge": (2, ("network", None, 1)),
    "bomb": (4, ("network", None, 1)),
    "redirect": (10, ("client_error", 307, 0)),
}
STREAM = {
    "limited": (10, ("rate_limited", 429, 0)),
    "status_529": (10, ("server_error", 529, 0)),
    "reset_in_the_stream": (15, ("network", None, 1)),
    "cut_stream": (15, ("bad_response", 200, 1)),
    "malformed_event": (15, ("bad_response", 200, 1)),
    "error_event": (15, ("server_error", 200, 1)),
    "silence": (1, ("timeout", None, 1)),
    "silence_in_the_stream": (2, ("timeout", None, 1)),
    "huge_event": (2, ("network", None, 1)),
    "redirect": (10, ("client_error", 307, 0)),
}


class Call:
    def __init__(self, name):
        self.name = name
        self.digest = hashlib.sha256(name.encode()).digest()
        self.sends = 0
        self.faults = []
        self.answers = 0  # complete ones

    def share(self, n):
        """A number in [0, 1) for the n-th question."""
        return int.from_bytes(hashlib.sha256(self.digest + bytes([n])).digest()[:6], "big") / (1 << 48)

    def next_fault(self, table, most):
        point, wanted = self.share(0), 0
        for share in SHARES[:most]:
            if point < share:
                break
            point -= share
            wanted += 1
        if len(self.faults) >= wanted:
            return None
        point = self.share(len(self.faults) + 1) * sum(weight for weight, _ in table.values())
        for fault, (weight, _) in table.items():
            point -= weight
            if point < 0:
                return fault
        return fault


class ChaosServer:
    """Runs in a thread of its own. `answer(body)` gives the text of an answer and its finish reason."""

    def __init__(self, answer, most=MOST):
        self.answer = answer
        self.most = most
        self.calls = {}
        self.elsewhere = []  # (request line and headers) that followed a redirect
        self.at_once = 0
        self.most_at_once = 0
        self.zeros = gzip.compress(b"\0" * HUGE)
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.main, daemon=True)
        self.thread.start()
        self.ready.wait()
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def main(self):
        asyncio.set_event_loop(self.loop)

        async def start():
            self.server = await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=1024)
            self.other = await asyncio.start_server(self.other_connection, "127.0.0.1", 0)
            self.port = self.server.sockets[0].getsockname()[1]
            self.other_port = self.other.sockets[0].getsockname()[1]

        self.loop.run_until_complete(start())
        self.ready.set()
        self.loop.run_forever()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=10)

    async def other_connection(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.elsewhere.append(head.decode("latin-1"))
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def connection(self, reader, writer):
        try:
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.split("content-length:")[1].split("\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    if not await self.reply(body, reader, writer):
                        break
                finally:
                    self.at_once -= 1
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def reply(self, body, reader, writer):
        """False ends the connection."""
        streams = bool(body.get("stream"))
        name = f"{identity_of_body(body)} {streams}"
        call = self.calls.setdefault(name, Call(name))
        call.sends += 1
        fault = call.next_fault(STREAM if streams else PLAIN, self.most)
        if fault is not None:
            call.faults.append(fault)
            return await getattr(self, fault)(body, call, reader, writer) or False
        text, finish = await self.loop.run_in_executor(None, self.answer, body)
        if streams:
            await self.send_stream(writer, events(text, finish), call)
        else:
            writer.write(response(200, completion(text, finish)))
            await writer.drain()
        call.answers += 1
        return True

    async def send_stream(self, writer, data, call):
        """In pieces that end anywhere: inside of a name, a number or a character."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        at, n = 0, 10
        while at < len(data):
            size = 1 + int(call.share(n) * 60)
            piece = data[at : at + size]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            at, n = at + size, 10 + (n - 9) % 200
            if n % 16 == 0:
                await writer.drain()
                await asyncio.sleep(0)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    # What goes wrong. Each returns whether the connection may be used again.

    async def limited_for_a_while(self, body, call, reader, writer):
        writer.write(response(429, b'{"error": {"message": "slow down"}}', {"retry-after-ms": "20"}))
        return True

    async def limited(self, body, call, reader, writer):
        writer.write(response(429, b'{"error": {"message": "slow down"}}'))
        return True

    async def status_500(self, body, call, reader, writer):
        writer.write(response(500, b"Internal Server Error"))
        return True

    async def status_529(self, body, call, reader, writer):
        writer.write(response(529, b'{"error": {"message": "overloaded", "type": "overloaded_error"}}'))
        return True

    async def closed_at_once(self, body, call, reader, writer):
        return False

    async def reset_in_the_body(self, body, call, reader, writer):
        whole = response(200, completion("x" * 500, "stop"))
        writer.write(whole[: len(whole) // 2])
        await writer.drain()
        await asyncio.sleep(0.01)
        reset(writer)
        return False

    async def cut_json(self, body, call, reader, writer):
        whole = completion("x" * 500, "stop")
        writer.write(response(200, whole[: len(whole) // 2]))
        return True

    async def html(self, body, call, reader, writer):
        page = b"<html><body><h1>Welcome to the hotel's network</h1></body></html>"
        writer.write(response(200, page, {"Content-Type": "text/html"}))
        return True

    async def silence(self, body, call, reader, writer):
        await reader.read(1)  # until the other side gives up
        return False

    async def drop_by_drop(self, body, call, reader, writer):
        whole = response(200, completion("x" * 500, "stop"))
        for byte in whole:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)
        return False

    async def huge_and_announced(self, body, call, reader, writer):
        return await self.pour(writer, f"Content-Length: {HUGE}")

    async def huge(self, body, call, reader, writer):
        return await self.pour(writer, "Connection: close")

    async def pour(self, writer, header):
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{header}\r\n\r\n".encode())
        piece = b" " * (64 << 10)
        for _ in range(HUGE // len(piece)):
            writer.write(piece)
            await writer.drain()
        return False

    async def bomb(self, body, call, reader, writer):
        writer.write(response(200, self.zeros, {"Content-Type": "application/json", "Content-Encoding": "gzip"}))
        return True

    async def redirect(self, body, call, reader, writer):
        target = f"http://127.0.0.1:{self.other_port}/v1/chat/completions"
        writer.write(response(307, b"", {"Location": target}))
        return True

    async def reset_in_the_stream(self, body, call, reader, writer):
        await self.half_a_stream(writer)
        reset(writer)
        return False

    async def cut_stream(self, body, call, reader, writer):
        """Ends like a whole response, without its last events."""
        await self.half_a_stream(writer)
        writer.write(b"0\r\n\r\n")
        return True

    async def half_a_stream(self, writer, extra=b""):
        data = events("x" * 500, "stop")
        half = data[: len(data) // 2].rpartition(b"\n\n")[0] + b"\n\n" + extra
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%b\r\n" % (len(half), half))
        await writer.drain()
        await asyncio.sleep(0.01)

    async def malformed_event(self, body, call, reader, writer):
        await self.half_a_stream(writer, b'data: {"choices": [{"delta": {"content": \n\ndata: [DONE]\n\n')
        writer.write(b"0\r\n\r\n")
        return True

    async def error_event(self, body, call, reader, writer):
        await self.half_a_stream(writer, b'data: {"error": {"message": "overloaded", "code": 529}}\n\n')
        writer.write(b"0\r\n\r\n")
        return True

    async def silence_in_the_stream(self, body, call, reader, writer):
        await self.half_a_stream(writer)
        await reader.read(1)
        return False

    async def huge_event(self, body, call, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: ")
        piece = b"x" * (64 << 10)
        for _ in range(HUGE // len(piece)):
            writer.write(piece)
            await writer.drain()
        return False


def reset(writer):
    """The connection ends with RST, as after a crash."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def response(status, data, headers=None):
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {"Content-Type": "application/json"}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def usage_of(text):
    return {"prompt_tokens": 100, "completion_tokens": len(text) // 4 + 1, "total_tokens": 101 + len(text) // 4}


def completion(text, finish):
    message = {"role": "assistant", "content": text}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "chaos-1",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": usage_of(text),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def events(text, finish):
    """The same answer as a stream of chunks of some characters."""
    chunks = [{"delta": {"role": "assistant", "content": ""}}]
    chunks += [{"delta": {"content": text[at : at + 7]}} for at in range(0, len(text), 7)]
    chunks.append({"delta": {}, "finish_reason": finish})
    out = []
    for chunk in chunks:
        choice = {"index": 0, "finish_reason": None, **chunk}
        out.append({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "chaos-1", "choices": [choice]})
    out.append({**out[-1], "choices": [], "usage": usage_of(text)})
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in out]
    return ("".join(lines) + "data: [DONE]\n\n").encode()
