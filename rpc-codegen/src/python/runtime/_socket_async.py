"""Calls and streams over one WebSocket, which is opened again after it was lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect

from ._calls_async import AsyncMessages
from ._failures import DecodeError, Failure, LostConnection, TransportError, shown
from ._routes import Credit, Route, Routes
from ._settings import Settings, closed
from ._socket_failures import LOST, connecting
from ._waiting_async import AsyncInbox, AsyncLock, AsyncWorker
from ._wire import Message, Options, Reply, Request, key, write


class AsyncSocket:
    """Carries messages over a WebSocket. The first call opens it."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = url
        self._settings = settings
        self._lock = AsyncLock()
        self._connection: AsyncConnection | None = None
        self._is_closed = False

    async def exchange(
        self, requests: Sequence[Request], options: Options
    ) -> Sequence[Reply]:
        """Sends requests and waits for their replies."""
        deadline = self._deadline(options)
        connection = await self._connect(deadline)
        return await connection.exchange(requests, deadline)

    async def open(
        self, request: Request, options: Options, unsubscribe: str | None
    ) -> AsyncMessages:
        """Sends a call that opens a stream."""
        deadline = self._deadline(options)
        connection = await self._connect(deadline)
        return await connection.open(request, unsubscribe, deadline)

    async def aclose(self) -> None:
        """Closes the connection."""
        self._is_closed = True
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()

    def _deadline(self, options: Options) -> float | None:
        """When a call is over. This is its start, so it is refused here if it can't be made."""
        if options.headers:
            raise TransportError(
                "a WebSocket has no headers for single calls", execution="did not run"
            )
        timeout = self._settings.timeout_of(options)
        return None if timeout is None else time.monotonic() + timeout

    async def _connect(self, deadline: float | None) -> AsyncConnection:
        await self._lock.acquire(_left(deadline))
        try:
            if self._is_closed:
                raise closed()
            if self._connection is None or self._connection.is_lost:
                with connecting():
                    # Since version 17.1, websockets warns of a connection that is not entered.
                    socket = await connect(
                        self._url,
                        additional_headers=self._settings.common_headers(),
                        open_timeout=_left(deadline),
                        max_size=self._settings.max_reply,
                    ).__aenter__()
                if self._is_closed:
                    await socket.close()
                    raise closed()
                self._connection = AsyncConnection(socket)
            return self._connection
        finally:
            self._lock.release()


class AsyncConnection:
    """A WebSocket that is open, and the calls that wait for something on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._routes = Routes()
        self._reader = AsyncWorker(self._read)

    @property
    def is_lost(self) -> bool:
        """Whether it is of no more use."""
        return self._routes.lost is not None

    async def aclose(self) -> None:
        """Closes it."""
        await self._socket.close()

    async def exchange(
        self, requests: Sequence[Request], deadline: float | None
    ) -> Sequence[Reply]:
        """Sends requests and waits for their replies."""
        inbox = AsyncInbox()
        waiting = [request.id for request in requests if request.id is not None]
        for id in waiting:
            self._routes.add(id, Route(inbox.put))
        replies: dict[object, Reply] = {}
        try:
            await self.send(write(requests).decode())
            while len(replies) < len(waiting):
                reply, _ = await inbox.get(_left(deadline))
                replies[key(reply.get("id"))] = reply
        finally:
            for id in waiting:
                await self.give_up(id)
        return [replies.get(request.id, {}) for request in requests]

    async def open(
        self, request: Request, unsubscribe: str | None, deadline: float | None
    ) -> AsyncMessages:
        """Sends a call that opens a stream."""
        id = request.id or 0
        inbox = AsyncInbox()
        credit = None if unsubscribe is not None else Credit(id)
        self._routes.add(id, Route(inbox.put, unsubscribe))
        try:
            if credit is not None:
                await self.send(credit.first())
            await self.send(write([request]).decode())
        except BaseException:
            await self.give_up(id)
            raise
        limit = deadline if request.opens_loudly else None
        return AsyncSocketMessages(self, id, inbox, credit, limit)

    async def send(self, text: str) -> None:
        """Sends a message."""
        if self._routes.lost is not None:
            raise LostConnection(str(self._routes.lost), execution="did not run")
        try:
            await self._socket.send(text)
        except LOST as error:
            raise LostConnection("the connection was lost") from error

    async def give_up(self, id: int) -> None:
        """Forgets a call, and tells the server if it has not answered it."""
        for message in self._routes.remove(id):
            with suppress(Failure):
                await self.send(message)

    async def _read(self) -> None:
        """Reads until the connection is lost."""
        reason = "the connection was lost"
        try:
            async for text in self._socket:
                for answer in self._routes.dispatch(text):
                    await self.send(answer)
        except (DecodeError, TransportError) as error:
            # A server that sends such messages can't be trusted with the rest.
            reason = f"the server has sent {error}"
        except LOST as error:
            reason = f"the connection was lost: {shown(str(error))}"
        finally:
            self._routes.lose(LostConnection(reason))
            await self._socket.close()


class AsyncSocketMessages:
    """The messages of a stream."""

    is_open = False

    def __init__(
        self,
        connection: AsyncConnection,
        id: int,
        inbox: AsyncInbox,
        credit: Credit | None,
        deadline: float | None,
    ) -> None:
        self._connection = connection
        self._id = id
        self._inbox = inbox
        self._credit = credit
        # When the server must have opened the stream.
        self._deadline = deadline

    async def receive(self) -> Message:
        """The next message."""
        message, size = await self._inbox.get(_left(self._deadline))
        self._deadline = None
        if self._credit is not None and size:
            for more in self._credit.read(size):
                await self._connection.send(more)
        return message

    async def aclose(self) -> None:
        """Tells the server to stop, unless it has ended the stream."""
        await self._connection.give_up(self._id)


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
