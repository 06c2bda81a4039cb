"""Interop peer: reads streams with the PyPI package httpx-sse. It asks the test to do
something by printing a line: `write N`.

usage: python httpx_sse_client.py URL
"""

import json
import sys

import httpx
from httpx_sse import connect_sse

url = sys.argv[1]


def ask(what):
    print(what, flush=True)


def items_and_the_end(client):
    with connect_sse(client, "GET", url + "journal.ticks?to=3") as source:
        events = [(it.event, it.id, it.json()) for it in source.iter_sse() if it.data]
    assert events == [
        ("message", "$begun", 1),
        ("message", "$begun", 2),
        ("message", "$begun", 3),
        ("end", "$end", None),
    ], events


def items_come_one_by_one_and_the_last_id_goes_on(client):
    last = None
    for number in range(1, 6):
        # Each line is read on a connection of its own.
        headers = {"Last-Event-ID": last} if last else {}
        path = "journal.log?topic=tea"
        with connect_sse(client, "GET", url + path, headers=headers) as source:
            ask("write 1")
            event = next(it for it in source.iter_sse() if it.data)
        assert (event.id, event.json()) == (str(number), f"line {number}"), event
        last = event.id


def any_id_goes_on(client):
    with connect_sse(client, "GET", url + "journal.keyed") as source:
        ids = [it.id for it in source.iter_sse() if it.event == "message" and it.data]
    assert len(ids) == 7, ids
    for index, last in enumerate(ids):
        headers = {"Last-Event-ID": last.encode()}
        with connect_sse(client, "GET", url + "journal.keyed", headers=headers) as source:
            values = [it.json() for it in source.iter_sse() if it.data]
        assert values == [*range(index + 1, 7), None], (last, values)


def messages_by_post(client):
    call = {"jsonrpc": "2.0", "id": 7, "method": "journal.log", "params": ["tea", 3]}
    with connect_sse(client, "POST", url, json=call) as source:
        event = next(source.iter_sse())
    assert event.json() == {
        "jsonrpc": "2.0",
        "method": "$/progress",
        "params": {"token": 7, "value": "line 4", "cursor": 4},
    }, event


CHECKS = [
    items_and_the_end,
    items_come_one_by_one_and_the_last_id_goes_on,
    any_id_goes_on,
    messages_by_post,
]

with httpx.Client(timeout=60, trust_env=False) as client:
    for check in CHECKS:
        check(client)
print(f"{len(CHECKS)} passed, 0 failed")
