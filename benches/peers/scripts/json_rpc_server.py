"""The PyPI package json-rpc, on the standard library's HTTP server.

Prints its port, and serves until its standard input ends. The package's documentation serves with werkzeug, whose
development server is made of this same one.
"""
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jsonrpc import Dispatcher, JSONRPCResponseManager

dispatcher = Dispatcher()


@dispatcher.add_method
def add(a, b):
    return a + b


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one piece

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        response = JSONRPCResponseManager.handle(body, dispatcher)
        answer = response.json.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # 5 would make a burst of connections wait for seconds


def end_with_standard_input():
    sys.stdin.read()
    os._exit(0)


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=end_with_standard_input, daemon=True).start()
server.serve_forever()
