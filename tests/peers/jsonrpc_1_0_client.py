"""Interop peer: calls a server that accepts JSON-RPC 1.0 and 2.0, with requests made by the PyPI package json-rpc.

usage: jsonrpc_1_0_client.py URL

The package makes the requests; urllib does the HTTP. The package's own 1.0 responses lack a
member, so answers are checked by hand.
"""
import json
import sys
import urllib.request

from jsonrpc.jsonrpc1 import JSONRPC10Request
from jsonrpc.jsonrpc2 import JSONRPC20BatchRequest, JSONRPC20Request, JSONRPC20Response

from checks import check, logged_once, run, same

URL = sys.argv[1]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(text):
    post = urllib.request.Request(
        URL, data=text.encode(), headers={"Content-Type": "application/json"}
    )
    with OPENER.open(post, timeout=10) as response:
        return response.read().decode()


def call(method, params, _id):
    return json.loads(post(JSONRPC10Request(method, params, _id).json))


@check("a call")
def _():
    same(call("add", [2, 40], 1), {"result": 42, "error": None, "id": 1})
    same(call("echo", ["ü"], "x"), {"result": "ü", "error": None, "id": "x"})


@check("an error")
def _():
    error = {"code": 1001, "message": "only 3 left", "data": {"left": 3}}
    same(call("fail", [], 7), {"result": None, "error": error, "id": 7})
    same(call("no_such_method", [], 7)["error"]["code"], -32601)
    same(call("add", [1], 7)["error"]["code"], -32602)


@check("an id with a fraction")
def _():
    same(call("add", [1, 1], 1.5)["id"], 1.5)


@check("a notification")
def _():
    request = JSONRPC10Request("log", ["of 1.0"], None, is_notification=True)
    assert request.is_notification
    same(post(request.json), "")
    logged_once("of 1.0", lambda: call("logged", [], 1)["result"])


@check("2.0 requests to the same server")
def _():
    text = post(JSONRPC20Request("add", {"b": 40, "a": 2}, 5).json)
    same(json.loads(text), {"jsonrpc": "2.0", "result": 42, "id": 5})
    same(JSONRPC20Response(**{"result": 42, "_id": 5}).data, json.loads(text))


@check("a batch with a bad element")
def _():
    good = JSONRPC20BatchRequest(JSONRPC20Request("add", [1, 2], 1)).json
    answers = json.loads(post(good[:-1] + ", 7]"))
    same(answers[0], {"jsonrpc": "2.0", "result": 3, "id": 1})
    same(answers[1]["error"]["code"], -32600)


if __name__ == "__main__":
    run()
