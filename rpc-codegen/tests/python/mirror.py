"""Checks a generated package against the mirror, a real server with every type.

usage: python mirror.py FOLDER ADDRESSES

FOLDER is the generated package. ADDRESSES is what the server has printed: a JSON object with
`http`, `webSocket`, `cutHttp` and `cutWebSocket`. The last two go through a relay that
the method `mirror.cut` cuts.
"""

import asyncio
import faulthandler
import importlib
import json
import sys
import time
from pathlib import Path

# A check that hangs fails, and says where.
faulthandler.dump_traceback_later(600, exit=True)

FOLDER = Path(sys.argv[1]).resolve()
ADDRESSES = json.loads(sys.argv[2])

# The folder of this file has a module with the name of the package.
sys.path[0] = str(FOLDER.parent)
package = importlib.import_module(FOLDER.name)

PATIENCE = 60
"""How many seconds something may take that should happen soon."""


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, not {actual!r}"


def raises(kind, call):
    try:
        result = call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, not {result!r}")


async def raises_async(kind, call):
    try:
        result = await call
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, not {result!r}")


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


async def until_async(condition):
    deadline = time.monotonic() + PATIENCE
    while not await condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


def check_error(code, error):
    """Whether this is the declared error that the mirror raises for the code."""
    data = {
        1001: package.SoldOutData(left=3, near=package.Point(x=0.5, y=-1.0)),
        1002: package.InternalOf(item="tea"),
        1003: (1, 9),
        1004: None,
    }
    equal(error.code, code)
    equal(error.data, data[code])
    assert isinstance(error, package.DeclaredError), error


def values(client):
    """Every type, there and back."""
    for seed in range(50):
        sample = client.mirror.sample(seed=seed)
        equal(client.mirror.difference(seed=seed, value=sample), None)
    different = client.mirror.difference(seed=1, value=client.mirror.sample(seed=2))
    assert different is not None


def echoes(client):
    """Values that no sample has."""
    for value in [None, True, 0, -(2**70), 1.5, "a\u2028ü😀", [1, [None]], {"a b": {}}]:
        equal(client.all.raw(value=value), value)
    for value in [b"", b"\x00\xff\xfe", bytes(range(256))]:
        equal(client.all.bytes(value=value), value)
    whole = client.all.wide(
        value=package.Wide(
            signed=-(2**63),
            unsigned=2**64 - 1,
            huge=-(2**127),
            vast=2**128 - 1,
            single=0.5,
        )
    )
    equal((whole.signed, whole.unsigned), (-(2**63), 2**64 - 1))
    equal((whole.huge, whole.vast), (-(2**127), 2**128 - 1))
    match client.all.internal(value=package.InternalNested(x=1.0, y=2.0)):
        case package.InternalNested(x=x, y=y):
            equal((x, y), (1.0, 2.0))
        case other:
            raise AssertionError(other)
    flat = package.Flat(id=1, x=0.0, y=0.0, others={"a": 7})
    equal(client.all.flat(value=flat), flat)
    for untagged in [5, "five", package.UntaggedBoth(number=5, text="five")]:
        equal(client.all.untagged(value=untagged), untagged)
    missing = client.all.renamed(value=package.RenamedInput(the_name="x"))
    equal((missing.count, missing.left_out), (0, package.UNSET))


def arguments(client):
    """Arguments that are left out."""
    client.all.defaults(password="sesame")
    client.all.out_of_order(second=2)
    equal(len(client.all.search(text="ab", deep=True)), 2)
    equal(client.all.search(text="a", max_results=None)[0].x, 0.0)


def errors(client):
    for code in [1001, 1002, 1003, 1004]:
        kind = package.DeclaredError
        check_error(code, raises(kind, lambda code=code: client.mirror.fail(code=code)))
    internal = raises(package.UndeclaredError, lambda: client.mirror.fail(code=1))
    equal(internal.code, -32603)


def newer_server(client):
    """What the client does not know yet."""
    order = client.shop.order(id=7)
    equal((order.id, order.state, order.weight), (7, "lost", 250))
    wrong = raises(package.DecodeError, client.shop.size)
    equal(wrong.path, "result")
    undeclared = raises(package.UndeclaredError, client.shop.refuse)
    equal((undeclared.code, undeclared.data), (3002, {"until": "tomorrow"}))
    with client.shop.orders() as orders:
        equal([order.id for order in orders], [1, 2])


def batches(client):
    with client.batch() as batch:
        sample = batch.mirror.sample(seed=3)
        failed = batch.mirror.fail(code=1001)
        batch.mirror.note(text="from a batch")
        running = batch.mirror.running()
    equal(sample.result(), client.mirror.sample(seed=3))
    check_error(1001, raises(package.SoldOut, failed.result))
    equal(running.result(), 0)
    until(lambda: "from a batch" in client.mirror.noted())


def notifications(client):
    client.mirror.note(text="heard")
    until(lambda: "heard" in client.mirror.noted())


def streams(client):
    with client.mirror.count(to=1000) as numbers:
        equal(list(numbers), list(range(1, 1001)))
    equal(numbers.result, None)
    seen = []
    with client.mirror.count(to=9, fail_after=2) as numbers:
        error = raises(package.Limit, lambda: seen.extend(iter_into(numbers, seen)))
    check_error(1003, error)
    equal(seen, [1, 2])
    raises(RuntimeError, lambda: numbers.result)
    with client.mirror.parts(count=3) as parts:
        equal([part.number for part in parts], [1, 2, 3])
    with client.mirror.log(to=3, after=1) as log:
        equal([entry.number for entry in log], [2, 3])
    equal(log.cursor, 3)


def iter_into(items, seen):
    for item in items:
        seen.append(item)
    return []


def large_stream(client):
    """More than a server may send before somebody has read."""
    with client.mirror.log(to=20_000) as log:
        for count, entry in enumerate(log, 1):
            equal(entry.number, count)
    equal(count, 20_000)


def left_streams(client, observer):
    with client.mirror.silence():
        until(lambda: observer.mirror.running() == 1)
    until(lambda: observer.mirror.running() == 0)
    with client.mirror.count(to=10**12) as numbers:
        equal(next(numbers), 1)
    until(lambda: observer.mirror.running() == 0)


def timeouts(client, observer):
    error = raises(package.CallTimeout, lambda: client.mirror.hang(timeout=0.2))
    equal(error.execution, "may have run")
    until(lambda: observer.mirror.running() == 0)


def told(client):
    trace, left = client.mirror.told(headers={"x-trace": "7"}, timeout=20)
    equal(trace, "7")
    assert left is not None and 0 < left <= 20_000, left


def subscriptions(client):
    with client.all.heads() as heads:
        equal([next(heads).x for _ in range(3)], [0.0, 1.0, 2.0])


def resuming(client, observer):
    """A stream goes on after its connection was cut. Others say that it was."""
    with client.mirror.log(to=5000) as log:
        for count, entry in enumerate(log, 1):
            equal(entry.number, count)
            if count in (1, 100):
                observer.mirror.cut()
    equal(count, 5000)
    with client.mirror.silence() as silence:
        until(lambda: observer.mirror.running() == 1)
        observer.mirror.cut()
        error = raises(package.TransportError, lambda: next(silence))
    equal(error.execution, "may have run")
    # The next call connects again.
    client.mirror.running()


def refused_connection():
    client = package.Client("http://127.0.0.1:9/")
    error = raises(package.TransportError, client.mirror.running)
    equal(error.execution, "did not run")
    client = package.Client("ws://127.0.0.1:9/")
    error = raises(package.TransportError, client.mirror.running)
    equal(error.execution, "did not run")


def calls_of_the_server(client):
    """The client has no handlers, and says so."""
    error = raises(package.DeclaredError, lambda: client.mirror.ask(number=2))
    equal(error.code, 1010)


async def asynchronous(client, observer):
    sample, other = await asyncio.gather(
        client.mirror.sample(seed=1), client.mirror.sample(seed=2)
    )
    equal(await client.mirror.difference(seed=1, value=sample), None)
    equal(await client.mirror.difference(seed=2, value=other), None)
    for code in [1001, 1002, 1003, 1004]:
        error = await raises_async(package.DeclaredError, client.mirror.fail(code=code))
        check_error(code, error)
    await raises_async(package.UndeclaredError, client.mirror.fail(code=1))
    equal((await client.shop.order(id=7)).state, "lost")
    await asynchronous_batch(client)
    await asynchronous_streams(client, observer)
    # Whoever cancels a task stops its call.
    task = asyncio.create_task(client.mirror.hang())
    await until_async(lambda: runs(observer, 1))
    task.cancel()
    await raises_async(asyncio.CancelledError, task)
    await until_async(lambda: runs(observer, 0))
    await raises_async(package.CallTimeout, client.mirror.hang(timeout=0.2))
    await until_async(lambda: runs(observer, 0))


async def runs(observer, count):
    return await observer.mirror.running() == count


async def asynchronous_batch(client):
    async with client.batch() as batch:
        sample = batch.mirror.sample(seed=3)
        failed = batch.mirror.fail(code=1004)
        batch.mirror.note(text="from an asynchronous batch")
    equal(sample.result(), await client.mirror.sample(seed=3))
    check_error(1004, raises(package.Closed, failed.result))


async def asynchronous_streams(client, observer):
    async with client.mirror.count(to=1000) as numbers:
        equal([number async for number in numbers], list(range(1, 1001)))
    equal(numbers.result, None)
    async with client.mirror.count(to=9, fail_after=2) as numbers:
        equal([await anext(numbers), await anext(numbers)], [1, 2])
        check_error(1003, await raises_async(package.Limit, anext(numbers)))
    async with client.mirror.parts(count=3) as parts:
        equal([part.number async for part in parts], [1, 2, 3])
    async with client.mirror.silence():
        await until_async(lambda: runs(observer, 1))
    await until_async(lambda: runs(observer, 0))
    async with client.mirror.log(to=20_000) as log:
        count = 0
        async for entry in log:
            count += 1
            equal(entry.number, count)
    equal(count, 20_000)


async def asynchronous_resuming(client, observer):
    count = 0
    async with client.mirror.log(to=5000) as log:
        async for entry in log:
            count += 1
            equal(entry.number, count)
            if count in (1, 100):
                await observer.mirror.cut()
    equal(count, 5000)


def waiting(address, cut_address, observer, over_websocket):
    with package.Client(address) as client:
        for check in [values, echoes, arguments, errors, newer_server, batches]:
            check(client)
        for check in [notifications, streams, large_stream]:
            check(client)
        for check in [left_streams, timeouts]:
            check(client, observer)
        if over_websocket:
            subscriptions(client)
            calls_of_the_server(client)
        else:
            told(client)
    with package.Client(cut_address) as client:
        resuming(client, observer)


async def with_asyncio():
    for address, cut_address in [
        (ADDRESSES["http"], ADDRESSES["cutHttp"]),
        (ADDRESSES["webSocket"], ADDRESSES["cutWebSocket"]),
    ]:
        async with package.AsyncClient(ADDRESSES["http"]) as observer:
            async with package.AsyncClient(address) as client:
                await asynchronous(client, observer)
            async with package.AsyncClient(cut_address) as client:
                await asynchronous_resuming(client, observer)
    async with package.AsyncClient(ADDRESSES["webSocket"]) as client:
        async with client.all.heads() as heads:
            equal([(await anext(heads)).x for _ in range(3)], [0.0, 1.0, 2.0])


with package.Client(ADDRESSES["http"]) as observer:
    waiting(ADDRESSES["http"], ADDRESSES["cutHttp"], observer, False)
    waiting(ADDRESSES["webSocket"], ADDRESSES["cutWebSocket"], observer, True)
refused_connection()
asyncio.run(with_asyncio())
print("passed")
