"""Interop peer: a JSON-RPC 2.0 server made with the PyPI package jsonrpcserver.

usage: jsonrpcserver_server.py PORT      (0 picks a free port)

Answers with the package's own request handler: HTTP/1.0, no Content-Length,
the connection closed after each answer, 200 with an empty body where there is
nothing to answer.
"""
import logging

from jsonrpcserver import Error, InvalidParams, Success, method
from jsonrpcserver.server import RequestHandler

import serving

logging.disable(logging.CRITICAL)

lines = []


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@method
def add(a, b):
    if not (is_number(a) and is_number(b)):
        return InvalidParams("a and b must be numbers")
    return Success(a + b)


@method
def echo(text):
    if not isinstance(text, str):
        return InvalidParams("text must be a string")
    return Success(text)


@method
def fail():
    return Error(1001, "only 3 left", {"left": 3})


@method
def log(line):
    if not isinstance(line, str):
        return InvalidParams("line must be a string")
    lines.append(line)
    return Success()


@method
def logged():
    return Success(list(lines))


class Handler(RequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    serving.run(Handler)
