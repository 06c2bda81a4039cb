"""How calls wait for messages, in threads."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from ._failures import CallTimeout, TransportError
from ._wire import Message, Reply

MOST_WAITING: Final = 1024 * 1024
"""How many bytes of a stream are kept until they are read."""


class Inbox:
    """The messages of one call that nobody has read yet."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Reply, int]] = queue.SimpleQueue()
        self._waiting = 0
        self._has_failed = False
        self._lock = threading.Lock()

    def put(self, reply: Reply, size: int) -> None:
        """Adds a message. Only items have a size. If too many wait, the stream fails."""
        with self._lock:
            if self._has_failed:
                return
            self._waiting += size
            if size and self._waiting > MOST_WAITING and not self._queue.empty():
                self._has_failed = True
                reply = TransportError("items arrive faster than they are read")
        self._queue.put((reply, size))

    def get(self, timeout: float | None) -> tuple[Message, int]:
        """The next message and its size."""
        try:
            reply, size = self._queue.get(timeout=timeout)
        except queue.Empty:
            raise CallTimeout("no reply in time") from None
        with self._lock:
            self._waiting -= size
        if isinstance(reply, dict):
            return reply, size
        raise reply


class Lock:
    """Lets one at a time in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self, timeout: float | None) -> None:
        """Waits until nobody is in."""
        limit = -1 if timeout is None else min(timeout, threading.TIMEOUT_MAX)
        if not self._lock.acquire(timeout=limit):
            raise CallTimeout("no connection in time", execution="did not run")

    def release(self) -> None:
        """Lets the next one in."""
        self._lock.release()


class Deadline:
    """When a call is over. A thread can't be stopped, so each of its steps asks what is left."""

    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout

    @property
    def left(self) -> float | None:
        """How many seconds are left."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def __enter__(self) -> None:
        """Does nothing."""

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        """Does nothing."""


class Worker:
    """Something that runs beside its caller."""

    def __init__(self, work: Callable[[], None]) -> None:
        # A program that ends does not wait for it.
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
