"""Servers that do what few servers do, and what clients make of it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx2
from server import ORDER, Handler, QuietServer
from shop import (
    AsyncClient,
    CallTimeout,
    Client,
    DecodeError,
    Failure,
    Pending,
    TransportError,
    UndeclaredError,
)
from shop._json import dumps
from shop._primitives import number
from testing import PATIENCE, equal, raises
from websockets.sync.server import ServerConnection, serve

PRICE = {"symbol": "tea", "cents": 1, "volume": 1}


def sockets(handler: Callable[[ServerConnection], None]) -> str:
    """The address of a server whose WebSockets are handled so."""
    server = serve(handler, "127.0.0.1", 0, max_size=None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"ws://127.0.0.1:{server.socket.getsockname()[1]}"


def posts(answer: Callable[[Any], tuple[int, str, dict[str, str]]]) -> str:
    """The address of a server that answers requests of HTTP with a status, a body and headers."""

    class Answering(Handler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"]))
            status, body, headers = answer(json.loads(text))
            self.reply(status, body.encode(), headers)

    return listening(Answering)


def listening(handler: type[Handler]) -> str:
    """The address of a server whose requests of HTTP are handled so."""
    http = QuietServer(("127.0.0.1", 0), handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{http.server_address[1]}"


def result_of(text: str) -> str:
    """The address of a server whose calls all have this result."""
    return posts(
        lambda message: (200, f'{{"id": {message["id"]}, "result": {text}}}', {})
    )


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


def refused_notifications() -> None:
    """A status that is not a success is a failure, whatever JSON comes with it."""
    client = Client(posts(lambda message: (401, '{"message": "unauthorized"}', {})))
    error = raises(TransportError, partial(client.orders.seen, id=1))
    equal((error.status, error.execution), (401, "did not run"))
    pending: list[Pending[None]] = []

    def batch() -> None:
        with client.batch() as batch:
            pending.append(batch.ping())
            batch.orders.seen(id=1)

    raises(TransportError, batch)
    error = raises(TransportError, pending[0].result)
    equal((error.status, error.execution), (401, "did not run"))


def replies_to_others() -> None:
    """A reply counts only with the very id of its call. An error may have none."""
    wrong = ['{"id": true, "result": 1}', '{"id": null, "result": 1}', "{}"]
    for reply in wrong:
        # The right reply comes later.
        with Client(replying(partial(then_null, reply))) as client:
            client.ping()
    error = '{"id": null, "error": {"code": -32600, "message": "too long"}}'
    with Client(replying(lambda message: iter([error]))) as client:
        with client.batch() as batch:
            pongs = [batch.ping(), batch.ping()]
        for pong in pongs:
            equal(raises(UndeclaredError, pong.result).code, -32600)


def then_null(reply: str, message: Any) -> Iterator[str]:
    """This reply, and then null as the result of the call."""
    yield reply
    yield json.dumps({"id": message["id"], "result": None})


def calls_of_the_server() -> None:
    """The ids of a server's own calls do not disturb ours."""
    for id in (r'"\ud800"', "1.5", "[1]", "-7"):
        call = f'{{"id": {id}, "method": "x"}}'
        with Client(replying(partial(then_null_once, call))) as client:
            client.ping(timeout=PATIENCE)
    # A number that no float can be ends the connection, and so the call.
    call = '{"id": 1e400, "method": "x"}'
    with Client(replying(partial(then_null_once, call))) as client:
        lost = raises(TransportError, partial(client.ping, timeout=PATIENCE))
        assert "1e400" in str(lost), lost


def then_null_once(first: str, message: Any) -> Iterator[str]:
    """As above, but only the client's calls are answered."""
    return then_null(first, message) if message.get("method") else iter(())


def subscriptions_without_ids() -> None:
    """What is not an id of a subscription fails the subscription alone."""
    result = partial(then_results, {"ping": None, "chain_subscribeHeads": {}})
    with Client(replying(result)) as client:
        with client.chain_subscribe_heads() as heads:
            raises(TransportError, lambda: next(heads))
        client.ping()


def then_results(results: Any, message: Any) -> Iterator[str]:
    """The reply with the result for the method."""
    if message["method"] in results:
        result = results[message["method"]]
        yield json.dumps({"id": message["id"], "result": result})


def numbers() -> None:
    """A number that Python would change is refused."""
    for text in ("1e23", "9007199254740993.0", "1e400"):
        client = Client(result_of(f'{{"1": {text}}}'))
        raises(Failure, client.stock.levels)
    equal(
        Client(result_of('{"1": 9007199254740991.0}')).stock.levels(), {"1": 2**53 - 1}
    )
    raises(DecodeError, lambda: number(10**400))


def headers_of_calls() -> None:
    """The headers of a call replace those of the client, whatever their case."""
    seen: list[list[tuple[str, str]]] = []

    class Noting(Handler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            seen.append(self.headers.items())
            self.reply(200, b"", {})

    client = Client(listening(Noting), headers={"Authorization": "a", "Accept": "x"})
    client.orders.seen(id=1, headers={"AUTHORIZATION": "b"})
    names = [name.lower() for name, _ in seen[0]]
    equal(names.count("authorization"), 1)
    equal(names.count("accept"), 1)
    equal(dict(seen[0])["authorization"], "b")
    # `None` is without a limit, and nothing what the client says.
    client = Client(listening(Noting), timeout=7)
    client.orders.seen(id=1)
    client.orders.seen(id=1, timeout=None)
    limits = [dict(headers).get("rpc-timeout-ms") for headers in seen[1:]]
    equal(limits, ["7000", None])


def what_a_websocket_has_not() -> None:
    with Client(replying(partial(then_null, "{}"))) as client:
        unsent = partial(client.ping, headers={"authorization": "b"})
        equal(raises(TransportError, unsent).execution, "did not run")
        client.ping()
    raises(ValueError, lambda: Client("ws://127.0.0.1:9", http=httpx2.Client()))


def closed_clients() -> None:
    """A client that was closed does not connect again."""
    for address in (replying(partial(then_null, "{}")), result_of("null")):
        client = Client(address)
        client.ping()
        client.close()
        equal(raises(TransportError, client.ping).execution, "did not run")


def busy_at_reopening() -> None:
    """A server that is busy when a stream is opened again is asked another time."""
    busy = '{"id": %d, "error": {"code": -32009, "message": "busy"}}'
    opened: list[int] = []

    class Busy(Handler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"]))
            id = json.loads(text)["id"]
            opened.append(id)
            if len(opened) in (2, 3):
                self.reply(503, (busy % id).encode(), {"retry-after": "0"})
                return
            params = {"token": id, "cursor": f"c{id}"} | {"value": PRICE}
            item = json.dumps({"method": "$/progress", "params": params})
            ends = [item, json.dumps({"id": id, "result": None})]
            self.send_events(ends if len(opened) == 4 else [item])

    with Client(listening(Busy)).prices.journal() as prices:
        equal(sum(1 for _ in prices), 2)
    equal(len(opened), 4)
    # At the first time, it is an error as any other, with what came along with it.
    address = posts(lambda message: (503, busy % message["id"], {"retry-after": "7"}))
    error = raises(UndeclaredError, Client(address).ping)
    equal((error.status, error.retry_after, error.is_retryable), (503, 7.0, True))
    equal(error.execution, "did not run")


def quiet_streams() -> None:
    """A stream without items that was opened again has all its time to be opened once more."""
    opened: list[float] = []

    class Quiet(Handler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"]))
            opened.append(time.monotonic())
            last = {"id": json.loads(text)["id"], "result": None}
            has_lasted = opened[-1] - opened[0] > 4
            self.send_events([json.dumps(last)] if has_lasted else [], after=1)

    with Client(listening(Quiet), resume_for=2).prices.journal() as prices:
        equal(list(prices), [])


def batches_used_again() -> None:
    """Calls are sent once, and bytes of either kind as base64."""
    seen: list[Any] = []

    def answer(message: Any) -> tuple[int, str, dict[str, str]]:
        seen.append(message["params"])
        return 200, "", {}

    batch = Client(posts(answer)).batch()
    with batch:
        batch.orders.seen(id=1)
    with batch:
        batch.orders.seen(id=2)
    equal(seen, [[1], [2]])
    equal(dumps(bytearray(b"abc")), b'"YWJj"')


def calls_end_in_time() -> None:
    """A server that is slow in each step takes no more time than one that does not answer."""
    body = '{"id": 1, "result": null}'.ljust(100).encode()

    class Slow(Handler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            for position in range(len(body)):
                self.wfile.write(body[position : position + 1])
                self.wfile.flush()
                time.sleep(1)

    start = time.monotonic()
    client = Client(listening(Slow))
    raises(CallTimeout, partial(client.ping, timeout=2))
    # Nobody answers this connection, for which another call waits, too.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"ws://127.0.0.1:{silent.getsockname()[1]}", timeout=PATIENCE)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(raises, TransportError, client.ping)
            held, _ = silent.accept()
            held.recv(1)
            late = raises(CallTimeout, partial(client.ping, timeout=1))
            equal(late.execution, "did not run")
            elapsed = time.monotonic() - start
            # The first call fails once its connection is closed.
            held.close()
            other.result()
    assert elapsed < PATIENCE / 2, elapsed


def opening_ends_in_time() -> None:
    """The timeout is also for the opening of a stream, but not for its items."""
    with Client(replying(lambda message: iter(())), timeout=1) as client:
        with client.prices.watch(symbol="tea") as prices:
            raises(CallTimeout, lambda: next(prices))
        with client.chain_subscribe_heads() as heads:
            raises(CallTimeout, lambda: next(heads))
    with Client(replying(late_head), timeout=1) as client:
        with client.chain_subscribe_heads() as heads:
            equal(next(heads), 7)


def late_head(message: Any) -> Iterator[str]:
    """An item that comes some time after its stream was opened."""
    if message["method"] != "chain_subscribeHeads":
        return
    yield json.dumps({"id": message["id"], "result": "s"})
    time.sleep(2)
    params = {"subscription": "s", "result": 7}
    yield json.dumps({"method": "chain_head", "params": params})


async def tasks_end_in_time() -> None:
    """A task is stopped wherever it waits, also in the head of a reply."""

    class Dripping(Handler):
        def do_POST(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                self.wfile.write(f"x-{number}: 1\r\n".encode())
                self.wfile.flush()
                time.sleep(1)

    start = time.monotonic()
    async with AsyncClient(listening(Dripping)) as client:
        try:
            await client.ping(timeout=2)
        except CallTimeout:
            pass
        else:
            raise AssertionError("it did not time out")
    assert time.monotonic() - start < PATIENCE / 2


CHECKS = (
    large_batches,
    credit_is_counted_in_bytes,
    refused_notifications,
    replies_to_others,
    calls_of_the_server,
    subscriptions_without_ids,
    numbers,
    headers_of_calls,
    what_a_websocket_has_not,
    closed_clients,
    busy_at_reopening,
    quiet_streams,
    batches_used_again,
    calls_end_in_time,
    opening_ends_in_time,
    lambda: asyncio.run(tasks_end_in_time()),
)
