"""Interop peer: a JSON-RPC 2.0 server made with the PyPI package jsonrpcserver.

usage: jsonrpcserver_server.py PORT      (0 picks a free port)

Uses the package's own request handler. It speaks HTTP/1.0, sends no
Content-Length, closes the connection after each answer, and sends 200 with an
empty body if there is nothing to answer.
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
