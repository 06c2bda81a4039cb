"""Interop peer: a JSON-RPC 2.0 server made with the PyPI package jsonrpcserver,
over a REP socket of pyzmq.

usage: jsonrpcserver_zmq_server.py ADDRESS      (tcp://127.0.0.1:* picks a free port)
"""
import logging
import sys

import zmq
from jsonrpcserver import Error, InvalidParams, Success, dispatch, method

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


def main():
    socket = zmq.Context.instance().socket(zmq.REP)
    socket.bind(sys.argv[1])
    print("listening on " + socket.getsockopt_string(zmq.LAST_ENDPOINT), flush=True)
    while True:
        # A notification is answered with nothing, for a REP socket has to answer.
        socket.send(dispatch(socket.recv().decode()).encode())


if __name__ == "__main__":
    main()
