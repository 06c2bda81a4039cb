"""Uses the package of shop.yaml as a program would.

The type checkers check it, and run.py runs it against a small server.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Literal, assert_type

from server import State
from shop import (
    UNSET,
    AsyncClient,
    Batch,
    CallTimeout,
    Card,
    Client,
    DecodeError,
    Failure,
    LostConnection,
    NoCreditError,
    Order,
    Parcel,
    Pending,
    PlaceStreet,
    Price,
    QueryId,
    QueryLatest,
    SoldOut,
    Stream,
    TheShopIsClosedError,
    TransportError,
    UndeclaredError,
    Unset,
)
from testing import PATIENCE, equal, raises, until


def calls(url: str, socket: str, state: State) -> None:
    with Client(url) as client:
        order = client.orders.place(item="tea", quantity=2, gift_note=None)
        assert_type(order, Order)
        assert_type(order.gift_note, str | None | Unset)
        assert_type(order.status, Literal["placed", "sent", "arrived"] | str)
        equal(order.id, 18446744073709551615)
        # A value that an extensible enum does not have yet, nanoseconds, and base64 for URLs.
        equal(
            (order.status, order.placed[-5:], order.checksum),
            ("teleported", "6789Z", b"\xfb\xff"),
        )
        equal((order.gift_note, order.weight), (UNSET, None))
        if order.gift_note:
            assert_type(order.gift_note, str)
        equal(client.stock.levels(), {"1": 1, "2": -9223372036854775808})
        equal(type(client.stock.levels()["1"]), int)
        assert_type(client.ping(), None)
        match client.delivery.quote(to="pickup", parcels=[Parcel(size="s")]):
            case int() as cents:
                equal(cents, 2**60)
            case reason:
                raise AssertionError(reason)
        quote = client.delivery.quote(
            to=PlaceStreet(street=("High Street", 1)), parcels=[]
        )
        equal(quote, "too large")


def params(url: str, socket: str, state: State) -> None:
    """By position, by name, and with what is left out."""
    client = Client(url)

    def sent(_: object) -> object:
        return state.messages[-1].get("params")

    equal(sent(client.orders.place(item="tea", quantity=2)), ["tea", 2])
    equal(
        sent(client.orders.place(item="a", quantity=2, gift_note=None)), ["a", 2, None]
    )
    card = Card(number="1", expires="2026-11-27")
    by_name = {
        "item": "a",
        "quantity": 2,
        "card": {"number": "1", "expires": "2026-11-27"},
    }
    equal(sent(client.orders.place(item="a", quantity=2, card=card)), by_name)
    equal(
        sent(client.orders.find(by=QueryId(id=2**63))),
        {"by": {"kind": "id", "id": 2**63}},
    )
    equal(
        sent(client.orders.find(by=QueryLatest(), class_="express")),
        {"by": {"kind": "latest"}, "class": "express"},
    )
    client.ping()
    equal(state.messages[-1].get("params"), None)
    client.orders.seen(id=7)
    equal((state.messages[-1]["params"], "id" in state.messages[-1]), ([7], False))
    parcel = Parcel(size="l", labels={"to": "b"}, extra=[None, 1.5])
    sent_parcel = {"size": "l", "labels": {"to": "b"}, "extra": [None, 1.5]}
    equal(
        sent(client.delivery.quote(to="pickup", parcels=[parcel])),
        ["pickup", [sent_parcel]],
    )
    raises(
        ValueError,
        lambda: client.delivery.quote(
            to="pickup", parcels=[Parcel(size="l", extra=float("nan"))]
        ),
    )


def errors(url: str, socket: str, state: State) -> None:
    client = Client(url)
    try:
        client.orders.place(item="sold out", quantity=2)
    except SoldOut as error:
        assert_type(error.code, Literal[1001])
        assert_type(error.data.left, int)
        equal((error.code, error.message, error.data.left), (1001, "SoldOut", 3))
        equal((error.execution, error.is_retryable), ("ran", False))
    except NoCreditError:
        raise
    else:
        raise AssertionError
    other = raises(
        UndeclaredError, lambda: client.orders.place(item="broken", quantity=2)
    )
    equal((other.code, str(other)), (-32603, "error -32603: internal\\u000aerror"))
    equal((other.execution, other.is_retryable), ("may have run", False))
    unknown = raises(
        UndeclaredError, lambda: client.orders.place(item="unknown", quantity=2)
    )
    equal(unknown.execution, "did not run")
    # The data of a declared error that does not fit.
    strange = raises(
        UndeclaredError, lambda: client.orders.place(item="strange", quantity=2)
    )
    equal((strange.code, strange.data), (1001, {"left": "some"}))
    equal(str(strange.__cause__), 'error.data.left: expected an integer, not "some"')


def misfits(url: str, socket: str, state: State) -> None:
    """Replies that do not fit the contract say where."""
    client = Client(url)
    wrong = raises(DecodeError, client.orders.list)
    equal(
        (wrong.path, wrong.problem),
        ("result.items[1].total", "expected a string, not 1"),
    )
    deep = raises(
        DecodeError, lambda: client.orders.place(item="misshapen", quantity=1)
    )
    equal(str(deep), "error: expected an object")
    raises(DecodeError, lambda: client.orders.place(item="nothing", quantity=1))
    boolean = raises(
        DecodeError, lambda: client.orders.place(item="boolean", quantity=1)
    )
    equal(str(boolean), "result.id: expected an integer, not true")
    raises(TransportError, Client(url + "/nan").ping)
    raises(TransportError, Client(url + "/deep").ping)
    raises(TransportError, Client(url + "/text").ping)
    raises(TransportError, Client(url + "/other").ping)


def statuses(url: str, socket: str, state: State) -> None:
    busy = raises(TransportError, Client(url + "/503").ping)
    equal((busy.status, busy.retry_after, busy.execution), (503, 7.0, "may have run"))
    equal(busy.is_retryable, True)
    missing = raises(TransportError, Client(url + "/404").ping)
    equal((missing.status, missing.execution), (404, "did not run"))
    equal(missing.is_retryable, False)
    refused = raises(TransportError, Client(url + "/refused").ping)
    equal((refused.status, refused.execution), (503, "did not run"))
    equal((refused.is_retryable, str(refused)[-6:]), (True, "(busy)"))
    cut = raises(LostConnection, Client(url + "/cut").ping)
    equal((cut.status, cut.execution, cut.is_retryable), (None, "may have run", True))
    # Nobody listens there.
    unsent = raises(LostConnection, Client("http://127.0.0.1:9").ping)
    equal((unsent.execution, unsent.is_retryable), ("did not run", True))
    # A reply counts, whatever its status.
    raises(
        SoldOut,
        lambda: Client(url + "/mapped").orders.place(item="sold out", quantity=1),
    )
    large = raises(TransportError, Client(url + "/large", max_reply=1_000_000).ping)
    equal(str(large), "a reply with more than 1000000 bytes")


def limits(url: str, socket: str, state: State) -> None:
    state.gone.clear()
    late = raises(CallTimeout, lambda: Client(url + "/hang").ping(timeout=1))
    equal(late.execution, "may have run")
    equal(state.headers["rpc-timeout-ms"], "1000")
    until(state.gone.is_set)
    token = iter("ab")
    client = Client(url, headers=lambda: {"authorization": next(token)})
    client.ping(headers={"x-trace": "7"})
    equal((state.headers["authorization"], state.headers["x-trace"]), ("a", "7"))
    client.ping()
    equal(state.headers["authorization"], "b")


def batches(url: str, socket: str, state: State) -> None:
    for address in (url, socket):
        client = Client(address)
        with client.batch() as batch:
            assert_type(batch, Batch)
            order = batch.orders.place(item="tea", quantity=1)
            assert_type(order, Pending[Order])
            sold_out = batch.orders.place(item="sold out", quantity=1)
            pong = batch.ping()
            batch.orders.seen(id=1)
            raises(RuntimeError, order.result)
        equal(order.result().id, 2**64 - 1)
        raises(SoldOut, sold_out.result)
        equal(pong.result(), None)
        client.close()
    # One call without a reply does not cost the others theirs.
    with Client(url + "/first").batch() as batch:
        first, second = batch.ping(), batch.ping()
    equal(first.result(), None)
    raises(TransportError, second.result)
    with Client(url + "/refused-batch").batch() as batch:
        first, second = batch.ping(), batch.ping()
    equal(raises(UndeclaredError, second.result).code, -32600)
    count = len(state.messages)
    with Client(url).batch():
        pass
    equal(len(state.messages), count)
    batch = Client(url + "/503").batch()

    def fails() -> None:
        with batch:
            pings.append(batch.ping())

    pings: list[Pending[None]] = []
    raises(TransportError, fails)
    raises(TransportError, pings[0].result)


def streams(url: str, socket: str, state: State) -> None:
    for address in (url, socket):
        with Client(address) as client:
            with client.prices.watch(symbol="tea") as prices:
                assert_type(prices, Stream[Price, None])
                equal([price.cents for price in prices], [2**127, 2])
            assert_type(prices.result, None)
            with client.search(text="tea") as found:
                equal(list(found), [["black", "green"]])
            equal(found.result, 2)
            # A clean end, the method's own error and a lost connection are three things.
            with client.prices.watch(symbol="closed") as prices:
                equal(next(prices).cents, 1)
                raises(TheShopIsClosedError, lambda: next(prices))
            with client.prices.watch(symbol="lost") as prices:
                equal(next(prices).cents, 1)
                raises(TransportError, lambda: next(prices))
                raises(RuntimeError, lambda: prices.result)
            with client.prices.watch(symbol="wrong") as prices:
                wrong = raises(DecodeError, lambda: next(prices))
                equal(wrong.path, "item.cents")
    raises(RuntimeError, lambda: next(Client(url).prices.watch(symbol="tea")))


def resumed_streams(url: str, socket: str, state: State) -> None:
    for address in (url, socket):
        state.opened = 0
        with Client(address) as client, client.prices.journal() as prices:
            equal([price.cents for price in islice(prices, 9)], [1, 2, 3, 4])
            equal((prices.resumed, prices.cursor, state.opened), (2, "c4", 3))

    # A server that is busy is asked again. One that has the stream no more is not.
    state.opened = 0
    with Client(url + "/flaky").prices.journal() as prices:
        equal([price.cents for price in islice(prices, 9)], [1, 2, 3, 4])
    state.opened = 0
    with Client(url + "/gone").prices.journal() as prices:
        equal([next(prices).cents, next(prices).cents], [1, 2])
        equal(raises(TransportError, lambda: next(prices)).status, 404)
    state.opened = 0
    with Client(url, resume_for=0).prices.journal() as prices:
        equal([next(prices).cents, next(prices).cents], [1, 2])
        raises(LostConnection, lambda: next(prices))


def silent_streams(url: str, socket: str, state: State) -> None:
    """The timeout of a call is for opening a stream. Its items have another one."""
    start = time.monotonic()
    client = Client(url, timeout=PATIENCE, idle_timeout=2)
    with client.prices.watch(symbol="silent") as prices:
        equal(next(prices).cents, 1)
        raises(CallTimeout, lambda: next(prices))
    assert time.monotonic() - start < PATIENCE / 2
    state.released.set()


def threads(url: str, socket: str, state: State) -> None:
    """Threads can share a client, also over one WebSocket."""
    for address in (url, socket):
        with Client(address) as client, ThreadPoolExecutor(8) as pool:
            calls = [
                pool.submit(client.orders.place, item="tea", quantity=number)
                for number in range(1, 101)
            ]
            orders = [call.result() for call in calls]
            equal({order.id for order in orders}, {2**64 - 1})


def left_streams(url: str, socket: str, state: State) -> None:
    state.gone.clear()
    with Client(url).prices.watch(symbol="endless") as prices:
        equal(next(prices).cents, 0)
    until(state.gone.is_set)


def websocket(url: str, socket: str, state: State) -> None:
    client = Client(socket)
    equal(client.orders.place(item="tea", quantity=1).id, 2**64 - 1)
    state.controls.clear()
    with client.chain_subscribe_heads() as heads:
        equal([next(heads), next(heads)], [1, 2])
        raises(TheShopIsClosedError, lambda: next(heads))
    until(lambda: [it.get("params") for it in state.controls] == [[2**70]])
    state.controls.clear()
    raises(
        CallTimeout, lambda: client.orders.place(item="hang", quantity=1, timeout=0.5)
    )
    until(lambda: [it["method"] for it in state.controls] == ["$/cancelRequest"])
    for item in ("cut", "nonsense"):
        lost = raises(
            TransportError, partial(client.orders.place, item=item, quantity=1)
        )
        equal(lost.execution, "may have run")
        client.ping()
    client.close()
    no = raises(TransportError, Client(url.replace("http", "ws")).ping)
    equal(no.execution, "did not run")
    subscription = Client(url).chain_subscribe_heads()
    raises(TransportError, subscription.__enter__)


async def asynchronous(url: str, socket: str, state: State) -> None:
    for address in (url, socket):
        async with AsyncClient(address) as client:
            order = await client.orders.place(item="tea", quantity=1)
            assert_type(order, Order)
            async with client.batch() as batch:
                pong = batch.ping()
                sold_out = batch.orders.place(item="sold out", quantity=1)
            equal(pong.result(), None)
            raises(SoldOut, sold_out.result)
            async with client.prices.watch(symbol="tea") as prices:
                equal([price.cents async for price in prices], [2**127, 2])
            async with client.prices.journal() as journal:
                equal([price.cents async for price in journal], [1, 2, 3, 4])
            try:
                await client.orders.place(item="broken", quantity=1)
            except Failure as failure:
                equal(type(failure), UndeclaredError)


def mistakes(client: Client) -> None:
    """What the type checkers refuse. Nobody calls it."""
    client.orders.place(item="tea")  # type: ignore[call-arg]
    client.orders.place("tea", 2)  # type: ignore[call-arg]
    client.orders.place(item="tea", quantity=1, colour="green")  # type: ignore[call-arg]
    client.orders.seen(id="7")  # type: ignore[arg-type]
    client.delivery.quote(to="pickup", parcels=[Parcel(size="xl")])  # type: ignore[arg-type]
    client.orders.find(by=QueryId())  # type: ignore[call-arg]
    client.search(text="tea", partial_result_token=1)  # type: ignore[call-arg]
    client.orders.place(item="tea", quantity=1).total = "1"  # type: ignore[misc]


CHECKS = (
    calls,
    params,
    errors,
    misfits,
    statuses,
    limits,
    batches,
    streams,
    resumed_streams,
    silent_streams,
    threads,
    left_streams,
    websocket,
)
