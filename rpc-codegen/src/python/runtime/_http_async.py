"""Calls over HTTP, and streams as server-sent events."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence

import httpx2

from ._calls_async import AsyncMessages
from ._events import Events
from ._failures import CallTimeout, LostConnection, TransportError
from ._http_failures import failures, message_of, time_limits
from ._settings import EVENT_STREAM, Settings, closed, replies_of
from ._waiting_async import AsyncDeadline
from ._wire import Message, Options, Reply, Request, write


class AsyncHttp:
    """Carries messages over HTTP."""

    def __init__(
        self, url: str, settings: Settings, client: httpx2.AsyncClient | None
    ) -> None:
        self._url = url
        self._settings = settings
        self._client = client or httpx2.AsyncClient()
        self._is_own = client is None
        self._is_closed = False

    async def exchange(
        self, requests: Sequence[Request], options: Options
    ) -> Sequence[Reply]:
        """Posts requests and reads their replies."""
        deadline = AsyncDeadline(self._settings.timeout_of(options))
        async with deadline:
            response = await self._post(requests, options, "application/json")
            body = await self._read(response, deadline)
        return replies_of(requests, response.status_code, response.headers, body)

    async def open(
        self, request: Request, options: Options, unsubscribe: str | None
    ) -> AsyncMessages:
        """Posts a call whose reply is a stream of events."""
        if unsubscribe is not None:
            raise TransportError(
                "a subscription needs a WebSocket", execution="did not run"
            )
        accept = f"{EVENT_STREAM}, application/json"
        deadline = AsyncDeadline(self._settings.timeout_of(options))
        async with deadline:
            response = await self._post([request], options, accept)
            kind = response.headers.get("content-type", "")
            if kind.startswith(EVENT_STREAM) and response.is_success:
                time_limits(response.request)["read"] = self._settings.idle_timeout
                return AsyncEventMessages(response, self._settings.max_reply)
            body = await self._read(response, deadline)
        # What fails before the stream is open is a reply like any other.
        replies = replies_of([request], response.status_code, response.headers, body)
        return AsyncOneMessage(replies[0])

    async def aclose(self) -> None:
        """Closes the client, unless it belongs to somebody else."""
        self._is_closed = True
        if self._is_own:
            await self._client.aclose()

    async def _post(
        self, requests: Sequence[Request], options: Options, accept: str
    ) -> httpx2.Response:
        if self._is_closed:
            raise closed()
        content = write(requests)
        headers = self._settings.headers_of(options, accept)
        timeout = self._settings.timeout_of(options)
        with failures():
            request = self._client.build_request(
                "POST", self._url, content=content, headers=headers, timeout=timeout
            )
            return await self._client.send(request, stream=True)

    async def _read(self, response: httpx2.Response, deadline: AsyncDeadline) -> bytes:
        """Reads the body and closes the response."""
        with failures():
            try:
                return await self._body(response, deadline)
            finally:
                await response.aclose()

    async def _body(self, response: httpx2.Response, deadline: AsyncDeadline) -> bytes:
        time_limits(response.request)["read"] = deadline.left
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._settings.max_reply:
                raise TransportError(
                    f"a reply with more than {self._settings.max_reply} bytes"
                )
            if deadline.left == 0:
                raise CallTimeout("the reply did not arrive in time")
        return bytes(body)


class AsyncEventMessages:
    """The messages of a stream, each in an event."""

    is_open = True

    def __init__(self, response: httpx2.Response, limit: int) -> None:
        self._response = response
        self._pieces: AsyncIterator[bytes] = response.aiter_bytes()
        self._events = Events(limit)
        self._waiting: deque[bytes] = deque()

    async def receive(self) -> Message:
        """The next message."""
        with failures():
            while not self._waiting:
                piece = await anext(self._pieces, None)
                if piece is None:
                    raise LostConnection("the stream broke off before its end")
                self._waiting.extend(self._events.feed(piece))
        return message_of(self._waiting.popleft())

    async def aclose(self) -> None:
        """Closes the connection, which stops the stream."""
        with failures():
            await self._response.aclose()


class AsyncOneMessage:
    """The reply of a call that did not open a stream."""

    is_open = False

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    async def receive(self) -> Message:
        """The reply."""
        if isinstance(self._reply, dict):
            return self._reply
        raise self._reply

    async def aclose(self) -> None:
        """Does nothing: the connection is free already."""
