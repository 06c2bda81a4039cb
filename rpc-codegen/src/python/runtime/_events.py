"""Reads server-sent events, as the HTML standard describes them (section 9.2.6). It does no I/O."""

from __future__ import annotations

from collections.abc import Iterator

from ._failures import TransportError


class Events:
    """Reads events from bytes that may be cut anywhere."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._is_first = True

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
        text = self._rest + piece
        # The line feed of a carriage return at the end may still come.
        is_open = text.endswith(b"\r")
        lines = text.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *complete, self._rest = lines.split(b"\n")
        if is_open:
            self._rest += b"\r"
        self._check(len(self._rest))
        if complete and self._is_first:
            complete[0] = complete[0].removeprefix(b"\xef\xbb\xbf")
            self._is_first = False
        return complete

    def _add(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name != b"data":
            return
        self._data.append(value.removeprefix(b" "))
        self._size += len(value) + 1
        self._check(self._size)

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise TransportError(f"an event with more than {self._limit} bytes")
