"""The client that a Python script would use: http.client, kept-alive connections, one thread for each.

    python_client.py PORT CALLS [CONNECTIONS] [stream]
"""
import http.client, json, sys, threading, time

port, total = int(sys.argv[1]), int(sys.argv[2])
width = int(sys.argv[3]) if len(sys.argv) > 3 else 64
stream = sys.argv[4:] == ["stream"]
request = {"model": "canned", "messages": [{"role": "user", "content": "x" * 2000}], "seed": 1}
# Written as hone writes it, without a space: the server looks for it.
body = json.dumps({**request, "stream": True} if stream else request, separators=(",", ":"))


def read(response):
    if not stream:
        return json.loads(response.read())["choices"][0]["message"]["content"]
    text = []
    for line in response:
        if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
            continue
        for choice in json.loads(line[6:])["choices"]:
            text.append(choice["delta"].get("content", ""))
    return "".join(text)


def work(count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(count):
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        if len(read(connection.getresponse())) != 2000:
            sys.exit("an answer is not whole")


threading.stack_size(256 * 1024)
start, cpu = time.monotonic(), time.process_time()
threads = [threading.Thread(target=work, args=(total // width,)) for _ in range(width)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
calls = total // width * width
print(json.dumps({"rate": calls / (time.monotonic() - start), "cpu_us": (time.process_time() - cpu) / calls * 1e6}))
