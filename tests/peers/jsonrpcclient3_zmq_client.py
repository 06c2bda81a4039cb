"""Interop peer: calls a JSON-RPC 2.0 server with the ZeroMQ client of the PyPI
package jsonrpcclient 3, the last version that has one.

usage: jsonrpcclient3_zmq_client.py ADDRESS
"""
import sys

import zmq
from jsonrpcclient.clients.zeromq_client import ZeroMQClient
from jsonrpcclient.exceptions import ReceivedErrorResponseError
from jsonrpcclient.requests import Notification, Request

from checks import check, logged_once, run, same

ADDRESS = sys.argv[1]


def connected(**options):
    client = ZeroMQClient(ADDRESS, **options)
    # The client has no timeout of its own and would wait for ever.
    client.socket.setsockopt(zmq.RCVTIMEO, 10_000)
    client.socket.setsockopt(zmq.LINGER, 0)
    return client


def error(client, method, *params, **named):
    try:
        client.request(method, *params, **named)
    except ReceivedErrorResponseError as error:
        return error.response
    raise AssertionError("no error")


@check("positional and named calls")
def _():
    client = connected()
    same(client.request("add", 2, 3).data.result, 5)
    same(client.request("add", a=2, b=3).data.result, 5)
    same(client.add(40, 2).data.result, 42)
    same(client.request("logged").data.ok, True)


@check("ids")
def _():
    for ids in [iter([7, 8]), iter(["a", "é \"quoted\""])]:
        client = connected(id_generator=ids)
        same(client.request("add", 1, 1).data.result, 2)
        same(client.request("add", 1, 1).data.result, 2)


@check("errors")
def _():
    client = connected()
    response = error(client, "fail")
    same((response.code, response.message, response.data), (1001, "only 3 left", {"left": 3}))
    same(error(client, "nosuch").code, -32601)
    same(error(client, "add", 1).code, -32602)
    same(error(client, "add", "x", 2).code, -32602)
    same(client.request("add", 1, 1).data.result, 2)


@check("notification, then logged")
def _():
    client = connected()
    same(client.notify("log", "by jsonrpcclient").text, "")
    logged_once("by jsonrpcclient", lambda: client.request("logged").data.result)


@check("batch")
def _():
    client = connected()
    batch = [Request("add", 1, 2), Notification("log", "in a batch"), Request("echo", "é")]
    answers = client.send(batch).data
    same([answer.result for answer in answers], [3, "é"])


@check("text")
def _():
    client = connected()
    for text in ["", "日本語 😀", "\u2028 \"quoted\" \\ \n", "x" * 300_000]:
        same(client.request("echo", text).data.result, text)


@check("many calls, one after the other")
def _():
    client = connected()
    for n in range(500):
        same(client.request("add", n, n).data.result, 2 * n)


if __name__ == "__main__":
    run()
