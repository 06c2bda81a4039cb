"""Servers that do what few servers do, and what clients make of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

from server import ORDER
from shop import Client
from testing import PATIENCE, equal
from websockets.sync.server import ServerConnection, serve


def sockets(handler: Callable[[ServerConnection], None]) -> str:
    """The address of a server whose WebSockets are handled so."""
    server = serve(handler, "127.0.0.1", 0, max_size=None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"ws://127.0.0.1:{server.socket.getsockname()[1]}"


def replying(replies: Callable[[Any], Iterator[str]]) -> str:
    """The address of a server that answers each message over a WebSocket so."""

    def handle(connection: ServerConnection) -> None:
        for text in connection:
            for reply in replies(json.loads(text)):
                connection.send(reply)

    return sockets(handle)


def large_batches() -> None:
    """Replies are not limited together, only one by one."""

    def replies(message: Any) -> Iterator[str]:
        order = ORDER | {"status": "x" * message[0]["params"][1]}
        yield json.dumps([{"id": one["id"], "result": order} for one in message])

    with Client(replying(replies)) as client:
        for count, size in [(100, 20_000), (3, 400_000)]:
            with client.batch() as batch:
                orders = [
                    batch.orders.place(item="tea", quantity=size) for _ in range(count)
                ]
            equal([len(order.result().status) for order in orders], [size] * count)


def credit_is_counted_in_bytes() -> None:
    """A server that counts its items in bytes, and nothing else, never runs out of credit."""

    def handle(connection: ServerConnection) -> None:
        credit = 0
        for text in connection:
            message = json.loads(text)
            if message["method"] == "$/window":
                credit += message["params"]["add"]
                continue
            token = message["id"]
            for _ in range(300):
                while credit <= 0:
                    credit += json.loads(connection.recv(timeout=PATIENCE))["params"][
                        "add"
                    ]
                value = {"symbol": "茶" * 1000, "cents": 1, "volume": 1}
                params = {"token": token, "value": value}
                item = json.dumps(
                    {"method": "$/progress", "params": params}, ensure_ascii=False
                )
                credit -= len(item.encode())
                connection.send(item)
            equal(credit <= 256 * 1024, True)
            connection.send(json.dumps({"id": token, "result": None}))

    with Client(sockets(handle)) as client, client.prices.watch(symbol="tea") as prices:
        equal(sum(1 for _ in prices), 300)


CHECKS = (large_batches, credit_is_counted_in_bytes)
