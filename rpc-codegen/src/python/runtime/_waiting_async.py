"""How calls wait for messages, in tasks of asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

from ._failures import CallTimeout, TransportError
from ._wire import Message, Reply

MOST_WAITING: Final = 1024 * 1024
"""How many bytes of a stream are kept until they are read."""


class AsyncInbox:
    """The messages of one call that nobody has read yet."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[Reply, int]] = asyncio.Queue()
        self._waiting = 0
        self._has_failed = False

    def put(self, reply: Reply, size: int) -> None:
        """Adds a message. Only items have a size. If too many wait, the stream fails."""
        if self._has_failed:
            return
        self._waiting += size
        if size and self._waiting > MOST_WAITING and not self._queue.empty():
            self._has_failed = True
            reply = TransportError("items arrive faster than they are read")
        self._queue.put_nowait((reply, size))

    async def get(self, timeout: float | None) -> tuple[Message, int]:
        """The next message and its size."""
        try:
            async with asyncio.timeout(timeout):
                reply, size = await self._queue.get()
        except TimeoutError:
            raise CallTimeout("no reply in time") from None
        self._waiting -= size
        if isinstance(reply, dict):
            return reply, size
        raise reply


class AsyncLock:
    """Lets one at a time in."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        self._lock.release()


class AsyncWorker:
    """Something that runs beside its caller."""

    def __init__(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        # A task that nobody holds may be collected.
        self._task = asyncio.create_task(work())
