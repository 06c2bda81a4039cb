"""Calls, batches and streams, over any transport."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, Self, TypeVar

from ._batch import Collecting, Queue
from ._failures import Failure, TransportError
from ._json import Unset
from ._streams import StreamState
from ._wire import (
    Message,
    Method,
    Notification,
    Options,
    Reply,
    Request,
    StreamMethod,
    call,
    notify,
    settle,
)

T = TypeVar("T")
Item = TypeVar("Item")
End = TypeVar("End")


class AsyncMessages(Protocol):
    """The messages of one stream that is open."""

    is_open: bool
    """Whether the server has said already that it has opened the stream."""

    async def receive(self) -> Message:
        """The next message. A lost connection is a TransportError."""
        ...

    async def aclose(self) -> None:
        """Tells the server to stop, unless it has ended the stream."""
        ...


class AsyncTransport(Protocol):
    """Carries messages to the server and back."""

    async def exchange(
        self, requests: Sequence[Request], options: Options
    ) -> Sequence[Reply]:
        """Sends requests as one message. Their replies have the same order."""
        ...

    async def open(
        self, request: Request, options: Options, unsubscribe: str | None
    ) -> AsyncMessages:
        """Opens a stream."""
        ...

    async def aclose(self) -> None:
        """Closes its connections."""
        ...


class AsyncRpc:
    """Makes calls over a transport."""

    def __init__(self, transport: AsyncTransport, resume_for: float) -> None:
        self.transport = transport
        self._resume_for = resume_for

    async def call(
        self, method: Method[T], arguments: Mapping[str, object], options: Options
    ) -> T:
        """Makes a call and waits for its result."""
        replies = await self.transport.exchange([call(method, arguments)], options)
        return settle(replies[0], method.result, method.errors)

    async def notify(
        self, method: Notification, arguments: Mapping[str, object], options: Options
    ) -> None:
        """Sends a notification."""
        replies = await self.transport.exchange([notify(method, arguments)], options)
        if isinstance(replies[0], Failure):
            raise replies[0]

    def stream(
        self,
        method: StreamMethod[Item, End],
        arguments: Mapping[str, object],
        options: Options,
    ) -> AsyncStream[Item, End]:
        """A stream that is opened by `async with`."""
        state = StreamState(method, arguments, self._resume_for)
        return AsyncStream(self.transport, state, options)

    async def send(self, queue: Queue, options: Options) -> None:
        """Sends the calls of a batch."""
        if not queue.requests:
            return
        try:
            queue.settle(await self.transport.exchange(queue.requests, options))
        except Failure as failure:
            queue.settle([failure] * len(queue.requests))
            raise


class AsyncBaseBatch(Collecting):
    """Collects calls, and sends them as one message at the end of `async with`."""

    def __init__(self, rpc: AsyncRpc, options: Options) -> None:
        super().__init__()
        self._rpc = rpc
        self._options = options

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        # What was collected is sent once, also if the batch is used again.
        queue, self._queue = self._queue, Queue()
        if error is None:
            await self._rpc.send(queue, self._options)


class AsyncStream(Generic[Item, End]):
    """The items of a stream, and its result.

    `async with` opens it and `async for` reads it. Leaving the block stops the stream. A
    lost connection is a TransportError, unless the stream has cursors: then it goes on
    after the last item. The method's own errors are raised as those of calls.
    """

    def __init__(
        self,
        transport: AsyncTransport,
        state: StreamState[Item, End],
        options: Options,
    ) -> None:
        self._transport = transport
        self._state = state
        self._options = options
        self._messages: AsyncMessages | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops the stream."""
        messages, self._messages = self._messages, None
        if messages is not None:
            await messages.aclose()

    @property
    def result(self) -> End:
        """The result that the server has sent at the end."""
        if not self._state.end:
            raise RuntimeError("the stream has not come to its end")
        return self._state.end[0]

    @property
    def resumed(self) -> int:
        """How often it went on over another connection."""
        return self._state.resumed

    @property
    def cursor(self) -> object:
        """The cursor of the last item, if items have cursors."""
        return self._state.cursor

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        while not self._state.end:
            try:
                item = self._state.take(await self._receive())
            except TransportError as lost:
                await self._reopen(lost)
                continue
            except Failure as failure:
                if self._state.is_passing(failure):
                    await self._reopen(failure)
                    continue
                await self.aclose()
                raise
            if not isinstance(item, Unset):
                return item
        await self.aclose()
        raise StopAsyncIteration

    async def _receive(self) -> Message:
        if self._messages is None:
            raise RuntimeError("the stream is not open: use `async with`")
        return await self._messages.receive()

    async def _open(self) -> None:
        self._messages = await self._transport.open(
            self._state.request(), self._options, self._state.method.unsubscribe
        )

    async def _reopen(self, lost: Failure) -> None:
        await self.aclose()
        while True:
            await asyncio.sleep(self._state.pause(lost))
            try:
                await self._open()
            except TransportError as again:
                lost = again
                continue
            self._state.resumed += 1
            if self._messages is not None and self._messages.is_open:
                self._state.opened()
            return
