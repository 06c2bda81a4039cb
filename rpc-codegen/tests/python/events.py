"""Checks how server-sent events are read, wherever their bytes are cut."""

from __future__ import annotations

from functools import partial

from shop import TransportError
from shop._events import Events
from testing import equal, raises

TABLE: list[tuple[str, list[str]]] = [
    ("data: a\n\ndata: b\n\n", ["a", "b"]),
    ("data:a\r\n\r\ndata:  b\r\rdata:c\n\r", ["a", " b", "c"]),
    ("data: a\r\n\ndata: b\r\n\r\n", ["a", "b"]),
    ("data: a\ndata: b\ndata\ndata:\n\n", ["a\nb\n\n"]),
    ("\ufeffdata: a\n\n\ufeffdata: b\n\n", ["a"]),
    (":\n\n: data: a\n\n:data\ndata: b\n\n", ["b"]),
    ("event: x\nid: 1\nretry: 5\ndata: a\nother\n\n", ["a"]),
    ("data\n\ndata:\n\n", ["", ""]),
    ("event: x\n\nid: 1\n\n", []),
    ("database: a\nDATA: b\n data: c\n\n", []),
    ("data: cut off\n", []),
    ("\n\n\r\r\n\ndata: a\n\n", ["a"]),
    ("data: \U0001f375\n\n", ["\U0001f375"]),
]


def check() -> None:
    """Reads each text in three pieces, cut at every two places."""
    for text, expected in TABLE:
        data = text.encode()
        for first in range(len(data) + 1):
            for second in range(first, len(data) + 1):
                pieces = [data[:first], data[first:second], data[second:]]
                equal(read(pieces, 40), expected)
    equal(read([b"data: " + b"x" * 40 + b"\n\n"], 40), ["x" * 40])
    for too_large in (b"data: " + b"x" * 41, b"data: 123456789\n" * 5, b"data\n" * 42):
        raises(TransportError, partial(read, [too_large + b"\n\n"], 40))


def read(pieces: list[bytes], limit: int) -> list[str]:
    """All events in these pieces."""
    reader = Events(limit)
    return [data.decode() for piece in pieces for data in reader.feed(piece)]
