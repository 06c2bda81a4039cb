"""Interop peer: calls a server over TCP with the PyPI package python-lsp-jsonrpc, which the Python language server is made with.
Messages have heads with their length.

usage: python python_lsp_client.py HOST PORT
"""

import logging
import socket
import sys
import threading
import time
from concurrent.futures import InvalidStateError

from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter

from checks import check, run, same

TIME = 60

connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
writer = JsonRpcStreamWriter(connection.makefile("wb"))
reader = JsonRpcStreamReader(connection.makefile("rb"))

# Items of streams, and the answers to calls that were cancelled.
items = []
late = []


def answer(levels):
    """Calls the server, which has called this end. Handlers that wait give back a function."""
    return lambda: call("feed.ask", levels)


server = Endpoint({"$/progress": items.append, "answers.answer": lambda params: answer(*params)}, writer.write)


def consume(message):
    try:
        server.consume(message)
    except InvalidStateError:
        # Since Python 3.8, the package fails if a call that it has cancelled is answered.
        late.append(message)


def call(method, *params):
    return server.request(method, list(params)).result(TIME)


def until(reached):
    end = time.monotonic() + TIME
    while not reached():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


def cancel(method, *params):
    """Calls a method and cancels the call. Returns what it is answered with."""
    waiting = server.request(method, list(params))
    assert waiting.cancel()
    until(lambda: late)
    return late.pop()


def code_of(method, params):
    try:
        result = server.request(method, params).result(TIME)
    except JsonRpcException as error:
        return error.code
    raise AssertionError(f"it gave {result!r:.100}")


@check("calls by position and by name")
def calls():
    same(call("feed.echo", "é😀\n"), "é😀\n")
    same(server.request("feed.echo", {"text": "x"}).result(TIME), "x")
    long = "é" * 200_000
    same(call("feed.echo", long), long)


@check("errors")
def errors():
    same(code_of("feed.nothing", []), -32601)
    same(code_of("feed.echo", [1]), -32602)
    same(code_of("feed.fragile", [0]), 1001)


@check("a stream")
def stream():
    same(call("feed.count", 500), None)
    same([item["value"] for item in items], list(range(1, 501)))


@check("calls in both directions")
def both_directions():
    # Each level takes one of the five threads of the package.
    same(call("feed.ask", 4), "4 3 2 1 enough")


@check("a call that is cancelled")
def cancelled():
    same(cancel("feed.gate")["error"]["code"], -32800)
    same(call("feed.echo", "after it"), "after it")


@check("a stream that is cancelled")
def cancelled_stream():
    same(cancel("feed.silent")["error"]["code"], -32800)


@check("notifications")
def notifications():
    server.notify("feed.note", ["x"])
    server.notify("$/setTrace", {"value": "off"})
    same(call("feed.echo", "after them"), "after them")


if __name__ == "__main__":
    logging.disable()  # what is wrong with cancelled calls: see consume()
    threading.Thread(target=reader.listen, args=[consume], daemon=True).start()
    run()
