"""Makes the calls of a plan with a generated client, against a server of its own that gives the plan's replies.

Prints a line for each call: how it ended, and what was sent. usage: meet.py PACKAGE PLAN
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

name, plan = sys.argv[1:]
sys.path.insert(0, ".")
package = importlib.import_module(name)

state = {"reply": "", "sent": ""}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        state["sent"] = body
        reply = {"jsonrpc": "2.0", "id": json.loads(body)["id"]} | json.loads(state["reply"])
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()

with package.Client(f"http://127.0.0.1:{server.server_address[1]}/") as client:
    for line in open(plan, encoding="utf-8"):
        call = json.loads(line)
        state["reply"] = call["reply"]
        state["sent"] = ""
        arguments = {"p": call["param"]} if call["hasParams"] else {}
        said: dict[str, object] = {}
        try:
            getattr(client.g, call["method"])(**arguments)
            said["outcome"] = "ok"
        except Exception as error:  # noqa: BLE001 - any failure is told
            is_declared = any(kind.__name__ == "DeclaredError" for kind in type(error).__mro__)
            said["outcome"] = "declared" if is_declared else f"{type(error).__name__}: {error}"
        if call["hasParams"] and state["sent"]:
            params = json.loads(state["sent"]).get("params")
            said["value"] = params["p"] if isinstance(params, dict) else params[0]
        print(json.dumps(said))
server.shutdown()
