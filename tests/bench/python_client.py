"""The client that a Python script would use, kept-alive connections: http.client in one thread for each,
or asyncio for many.

    python_client.py PORT CALLS [CONNECTIONS [threads|asyncio [stream]]]
"""
import asyncio, http.client, json, sys, threading, time

port, total = int(sys.argv[1]), int(sys.argv[2])
width = int(sys.argv[3]) if len(sys.argv) > 3 else 64
way = sys.argv[4] if len(sys.argv) > 4 else "threads"
stream = sys.argv[5:] == ["stream"]
request = {"model": "canned", "messages": [{"role": "user", "content": "x" * 2000}], "seed": 1}
# Written as hone writes it, without a space: the server looks for it.
body = json.dumps({**request, "stream": True} if stream else request, separators=(",", ":"))


def whole(data):
    return json.loads(data)["choices"][0]["message"]["content"]


def piece(line):
    """The text of a line of the stream."""
    if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
        return ""
    return "".join(choice["delta"].get("content", "") for choice in json.loads(line[6:])["choices"])


def check(text):
    if len(text) != 2000:
        sys.exit("an answer is not whole")


def work(count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(count):
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        check("".join(map(piece, response)) if stream else whole(response.read()))


def in_threads():
    threads = [threading.Thread(target=work, args=(total // width,)) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def work_async(count):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    for _ in range(count):
        writer.write(head + body.encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if stream:
            text = []
            while size := int(await reader.readline(), 16):
                text.extend(map(piece, (await reader.readexactly(size)).split(b"\n")))
                await reader.readexactly(2)
            await reader.readexactly(2)
            check("".join(text))
        else:
            length = int(answer.split("content-length: ")[1].split("\r\n")[0])
            check(whole(await reader.readexactly(length)))
    writer.close()


async def all_async():
    await asyncio.gather(*(work_async(total // width) for _ in range(width)))


start, cpu = time.monotonic(), time.process_time()
if way == "asyncio":
    asyncio.run(all_async())
else:
    in_threads()
calls = total // width * width
print(json.dumps({"rate": calls / (time.monotonic() - start), "cpu_us": (time.process_time() - cpu) / calls * 1e6}))
