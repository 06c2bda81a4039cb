"""Interop peer: a JSON-RPC 2.0 server made with the PyPI package json-rpc.

usage: jsonrpc_server.py PORT      (0 picks a free port)

HTTP/1.1 with keep-alive. The status is always 200, as in the package's own Flask
and Django glue; the body is empty if there is nothing to answer.
"""
import logging
from http.server import BaseHTTPRequestHandler

from jsonrpc import Dispatcher, JSONRPCResponseManager
from jsonrpc.exceptions import JSONRPCDispatchException, JSONRPCInvalidParams

import serving

logging.disable(logging.CRITICAL)  # the package logs a traceback for each failed call

dispatcher = Dispatcher()
lines = []


def check(ok, why):
    if not ok:
        raise JSONRPCDispatchException(
            JSONRPCInvalidParams.CODE, JSONRPCInvalidParams.MESSAGE, why
        )


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@dispatcher.add_method
def add(a, b):
    check(is_number(a) and is_number(b), "a and b must be numbers")
    return a + b


@dispatcher.add_method
def echo(text):
    check(isinstance(text, str), "text must be a string")
    return text


@dispatcher.add_method
def fail():
    raise JSONRPCDispatchException(1001, "only 3 left", {"left": 3})


@dispatcher.add_method
def log(line):
    check(isinstance(line, str), "line must be a string")
    lines.append(line)


@dispatcher.add_method
def logged():
    return list(lines)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        response = JSONRPCResponseManager.handle(body, dispatcher)
        answer = b"" if response is None else response.json.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    serving.run(Handler)
