"""Reads server-sent events, as the HTML standard describes them (section 9.2.6). It does no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ._failures import TransportError

# How much longer than its data a line may be: the name of its field, a colon and a space.
_FIELD: Final = 16


class Events:
    """Reads events from bytes that may be cut anywhere."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._is_first = True
        # A line feed belongs to the carriage return before it.
        self._is_after_return = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The data of the events that are complete with these bytes."""
        for line in self._lines(piece):
            if line:
                self._add(line)
            elif self._data:
                yield b"\n".join(self._data)
                self._data.clear()
                self._size = 0

    def _lines(self, piece: bytes) -> list[bytes]:
        if not piece:
            return []
        rest = piece.removeprefix(b"\n") if self._is_after_return else piece
        self._is_after_return = piece.endswith(b"\r")
        text = self._rest + rest
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        *complete, self._rest = lines
        self._check(len(self._rest) - _FIELD)
        if complete and self._is_first:
            complete[0] = complete[0].removeprefix(b"\xef\xbb\xbf")
            self._is_first = False
        return complete

    def _add(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name != b"data":
            return
        data = value.removeprefix(b" ")
        self._size += len(data) + (1 if self._data else 0)
        self._data.append(data)
        self._check(self._size)

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise TransportError(f"an event with more than {self._limit} bytes")
