"""Interop peer: calls a JSON-RPC 2.0 service over NATS with nats-py, message by message.

usage: nats_client.py ADDRESS
"""
import asyncio
import json
import sys

import nats
from nats.errors import NoRespondersError

from checks import check, run, same

ADDRESS = sys.argv[1]


def with_connection(function):
    """A check that gets a connection of its own."""

    async def connected():
        connection = await nats.connect(ADDRESS)
        try:
            await function(connection)
        finally:
            await connection.close()

    return lambda: asyncio.run(asyncio.wait_for(connected(), 120))


def request(method, params, id=1):
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": id}).encode()


def result(value, id=1):
    return {"jsonrpc": "2.0", "result": value, "id": id}


async def ask(connection, subject, message, **options):
    return await connection.request(subject, message, timeout=30, **options)


@check("a call at its method's subject")
@with_connection
async def _(connection):
    reply = await ask(connection, "works.add", request("add", [2, 40]))
    same(json.loads(reply.data), result(42))


@check("a call at the subject of the service, by name")
@with_connection
async def _(connection):
    reply = await ask(connection, "works", request("add", {"b": 40, "a": 2}, "x"))
    same(json.loads(reply.data), result(42, "x"))


@check("many calls at once")
@with_connection
async def _(connection):
    async def one(n):
        reply = await ask(connection, "works.add", request("add", [n, n], n))
        same(json.loads(reply.data), result(2 * n, n))

    await asyncio.gather(*(one(n) for n in range(200)))


@check("a header")
@with_connection
async def _(connection):
    message = request("header", ["x-shop"])
    reply = await ask(connection, "works.header", message, headers={"X-Shop": "north"})
    same(json.loads(reply.data), result("north"))


@check("an error, with the headers of NATS's services")
@with_connection
async def _(connection):
    reply = await ask(connection, "works.fail", request("fail", []))
    same(json.loads(reply.data)["error"]["code"], 1001)
    same(reply.headers["Nats-Service-Error-Code"], "409")
    same(reply.headers["Nats-Service-Error"], "1001: broken")


@check("an unknown method")
@with_connection
async def _(connection):
    reply = await ask(connection, "works.nothing", request("nothing", []))
    same(json.loads(reply.data)["error"]["code"], -32601)
    same(reply.headers["Nats-Service-Error-Code"], "404")


@check("a batch")
@with_connection
async def _(connection):
    batch = b"[" + request("add", [1, 2], 1) + b"," + request("add", [3, 4], 2) + b"]"
    reply = await ask(connection, "works", batch)
    same(json.loads(reply.data), [result(3, 1), result(7, 2)])


@check("a notification is answered when it has run")
@with_connection
async def _(connection):
    note = json.dumps({"jsonrpc": "2.0", "method": "note", "params": [5]}).encode()
    reply = await ask(connection, "works.note", note)
    same(reply.data, b"")


@check("nobody serves other subjects")
@with_connection
async def _(connection):
    try:
        await ask(connection, "play.add", request("add", [2, 40]))
    except NoRespondersError:
        return
    raise AssertionError("somebody answered")


@check("what NATS's tools ask")
@with_connection
async def _(connection):
    ping = json.loads((await ask(connection, "$SRV.PING", b"")).data)
    same(ping["type"], "io.nats.micro.v1.ping_response")
    info = json.loads((await ask(connection, "$SRV.INFO.works", b"")).data)
    same(info["id"], ping["id"])
    same(info["description"], "Works for tests.")
    add = next(endpoint for endpoint in info["endpoints"] if endpoint["name"] == "add")
    metadata = {"idempotent": "true", "method": "add"}
    same(add, {"name": "add", "subject": "works.add", "queue_group": "q", "metadata": metadata})
    stats = json.loads((await ask(connection, f"$SRV.STATS.works.{info['id']}", b"")).data)
    endpoints = {endpoint["name"]: endpoint for endpoint in stats["endpoints"]}
    assert endpoints["add"]["num_requests"] >= 200, endpoints["add"]
    same(endpoints["fail"]["num_errors"], 1)
    same(endpoints["fail"]["last_error"], "1001: broken")


run()
