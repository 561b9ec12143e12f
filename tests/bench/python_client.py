"""The client that a Python script would use: http.client, 64 kept-alive connections in 64 threads."""
import http.client, json, sys, threading, time

port, total = int(sys.argv[1]), int(sys.argv[2])
body = json.dumps({"model": "canned", "messages": [{"role": "user", "content": "x" * 2000}], "seed": 1})


def work(count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(count):
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        json.loads(connection.getresponse().read())["choices"][0]["message"]["content"]


start, cpu = time.monotonic(), time.process_time()
threads = [threading.Thread(target=work, args=(total // 64,)) for _ in range(64)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
calls = total // 64 * 64
print(json.dumps({"rate": calls / (time.monotonic() - start), "cpu_us": (time.process_time() - cpu) / calls * 1e6}))
