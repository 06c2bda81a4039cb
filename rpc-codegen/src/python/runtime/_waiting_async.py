"""How calls wait for messages, in tasks of asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Final

from ._failures import CallTimeout, TransportError
from ._wire import Message, Reply

MOST_WAITING: Final = 1024 * 1024
"""How many bytes of a stream are kept until they are read."""

GRACE: Final = 0.1
"""How many seconds later a call is stopped, as a step with a limit of its own says more."""


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

    async def acquire(self, timeout: float | None) -> None:
        """Waits until nobody is in."""
        try:
            async with asyncio.timeout(timeout):
                await self._lock.acquire()
        except TimeoutError:
            problem = "no connection in time"
            raise CallTimeout(problem, execution="did not run") from None

    def release(self) -> None:
        """Lets the next one in."""
        self._lock.release()


class AsyncDeadline:
    """When a call is over. As a context, it stops what takes longer."""

    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout
        self._limit: asyncio.Timeout | None = None

    @property
    def left(self) -> float | None:
        """How many seconds are left."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    async def __aenter__(self) -> None:
        left = self.left
        self._limit = asyncio.timeout(None if left is None else left + GRACE)
        await self._limit.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._limit is None:
            return
        try:
            await self._limit.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise CallTimeout("no reply in time") from None


class AsyncWorker:
    """Something that runs beside its caller."""

    def __init__(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        # A task that nobody holds may be collected.
        self._task = asyncio.create_task(work())
