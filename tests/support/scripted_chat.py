"""An OpenAI-compatible server in a thread whose answers are a function of the request.

`with ScriptedChat(reply) as chat:` gives `chat.endpoint`, for `--endpoint`, and `chat.requests`, what came in.
reply(messages, body) returns a text, or (text, [(tool name, arguments), ...]).
"""

import http.server
import json
import threading


class ScriptedChat:
    def __init__(self, reply, name="scripted"):
        self.reply, self.name, self.requests = reply, name, []

    def __enter__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *unused):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.requests.append(body)
                data, kind = outer.answer(body)
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_port
        self.endpoint = f"{self.name}=http://127.0.0.1:{self.port}/v1"
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, body):
        said = self.reply(body["messages"], body)
        text, calls = said if isinstance(said, tuple) else (said, [])
        message = {"role": "assistant", "content": text}
        if calls:
            message["tool_calls"] = [
                {"index": i, "id": f"call-{len(self.requests)}-{i}", "type": "function",
                 "function": {"name": name, "arguments": json.dumps(arguments)}}
                for i, (name, arguments) in enumerate(calls)]
        reason = "tool_calls" if calls else "stop"
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            return json.dumps({"id": "x", "model": "scripted-1", "choices": [choice], "usage": usage}).encode(), \
                "application/json"
        chunk = {"id": "x", "model": "scripted-1", "choices": [{"index": 0, "delta": message, "finish_reason": reason}],
                 "usage": usage}
        return f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode(), "text/event-stream"


def text_of(message):
    """A message's content, whether it came as a text or as parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)
