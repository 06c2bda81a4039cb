"""What all generated clients have."""

from __future__ import annotations

from typing import Self

import httpx2

from ._calls_async import AsyncRpc, AsyncTransport
from ._http_async import AsyncHttp
from ._settings import Headers, Settings


class AsyncBaseClient:
    """Makes calls over HTTP, or over one WebSocket if the address begins with `ws`.

    A WebSocket has no headers for single calls: a call that gives some fails.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Headers | None = None,
        timeout: float | None = 30.0,
        idle_timeout: float | None = 60.0,
        max_reply: int = 16 * 1024 * 1024,
        resume_for: float = 300.0,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        """Prepares calls. The first one connects.

        Args:
            url: The address, such as `https://…` or `wss://…`.
            headers: Headers of all calls, or a function that returns them, such as a
                fresh token. Over a WebSocket they are sent when it is opened.
            timeout: How many seconds a call may take, and the opening of a stream. A call
                may have its own. None and `math.inf` mean no limit.
            idle_timeout: After how many seconds without a byte a stream over HTTP counts
                as lost. Our servers send something every 15 seconds.
            max_reply: How many bytes a reply or an item may have.
            resume_for: For how many seconds a lost stream with cursors is opened again.
            http: A client of httpx2 to use. It is not closed with this client. With an
                address of a WebSocket, this is a ValueError.
        """
        settings = Settings(
            headers=headers,
            timeout=timeout,
            idle_timeout=idle_timeout,
            max_reply=max_reply,
            resume_for=resume_for,
        )
        self._rpc = AsyncRpc(transport(url, settings, http), resume_for)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections. Later calls fail."""
        await self._rpc.transport.aclose()


def transport(
    url: str,
    settings: Settings,
    http: httpx2.AsyncClient | None,
) -> AsyncTransport:
    """What carries messages to this address."""
    if not url.startswith(("ws://", "wss://")):
        return AsyncHttp(url, settings, http)
    if http is not None:
        raise ValueError("a client of httpx2 can't open a WebSocket")
    # Programs that only use HTTP do not need the package `websockets`.
    from ._socket_async import AsyncSocket

    return AsyncSocket(url, settings)
