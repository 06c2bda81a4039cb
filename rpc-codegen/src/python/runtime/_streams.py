"""What the client knows of a stream that it reads. It does no I/O."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Generic, TypeVar, cast

from ._failures import (
    DecodeError,
    Failure,
    LostConnection,
    TransportError,
    UndeclaredError,
)
from ._json import UNSET, Json, Unset
from ._primitives import Decoder
from ._wire import (
    Message,
    Request,
    StreamMethod,
    call,
    error_code,
    error_of,
    next_id,
    settle,
)

T = TypeVar("T")
Item = TypeVar("Item")
End = TypeVar("End")

FIRST_PAUSE: Final = 0.05
"""The longest pause before the first attempt to open a stream again. It doubles each time."""
LONGEST_PAUSE: Final = 30.0
"""The longest pause of all."""

SERVER_CANCELLED: Final = -32802
"""The error of a stream that ends because its server is stopping."""


class StreamState(Generic[Item, End]):
    """What a stream knows: its last cursor, and what the server has said at its end."""

    def __init__(
        self,
        method: StreamMethod[Item, End],
        arguments: Mapping[str, object],
        resume_for: float,
    ) -> None:
        self.method = method
        self.cursor: Json = None
        """The cursor of the last item, if items have cursors."""
        self.resumed = 0
        """How often the stream was opened again after its connection was lost."""
        self.end: list[End] = []
        """The result, once it has arrived."""
        self._arguments = dict(arguments)
        self._resume_for = resume_for
        self._attempts = 0
        self._lost_at: float | None = None
        self._token: int | None = None

    def request(self) -> Request:
        """The call that opens the stream, or that opens it again."""
        arguments = dict(self._arguments)
        if self.method.cursor is not None and self.cursor is not None:
            arguments[self.method.cursor] = self.cursor
        token = next_id()
        if self.method.token is not None:
            arguments[self.method.token] = token
        self._token = token
        request = call(self.method, arguments, token)
        # Servers that take a token of their own say nothing before the first item.
        return replace(request, opens_loudly=self.method.token is None)

    def take(self, message: Message) -> Item | Unset:
        """The item in a message, or UNSET if it has none. An error at the end is raised."""
        if "method" not in message:
            self._finish(message)
            return UNSET
        params = message.get("params")
        if not isinstance(params, dict):
            return UNSET
        said = cast("dict[str, object]", params)
        if self.method.unsubscribe is not None:
            return self._notice(said)
        if said.get("token") != self._token:
            return UNSET
        # Any message shows that the stream is open, also if no items come for long.
        self._attempts = 0
        self._lost_at = None
        if "value" not in said:
            return UNSET
        item = _inside("item", self.method.item, said["value"])
        self.cursor = cast(Json, said.get("cursor", self.cursor))
        return item

    def _notice(self, said: dict[str, object]) -> Item | Unset:
        """What a notification says about a subscription."""
        if "error" in said:
            if isinstance(said["error"], dict):
                raise error_of(cast(object, said["error"]), self.method.errors)
            # The servers of jsonrpsee send a text.
            raise TransportError("the server has ended the subscription")
        if "result" not in said:
            return UNSET
        return _inside("item", self.method.item, said["result"])

    def _finish(self, reply: Message) -> None:
        is_stopping = error_code(reply) == SERVER_CANCELLED
        if is_stopping and self.method.cursor is not None:
            raise LostConnection("the server is stopping")
        self.end.append(settle(reply, self.method.end, self.method.errors))

    def is_passing(self, failure: Failure) -> bool:
        """Whether the server could not open the stream again now, but may do so later."""
        is_undeclared = isinstance(failure, UndeclaredError)
        return is_undeclared and failure.is_retryable and self.resumed > 0

    def opened(self) -> None:
        """Notes that the server has opened the stream, so that the time to give up starts anew.

        Pauses still get longer until a message arrives, as a server may end each one at once.
        """
        self._lost_at = None

    def pause(self, lost: Failure) -> float:
        """How long to wait before the stream is opened again. If it can't be, this raises."""
        if self.method.cursor is None or not lost.is_retryable:
            raise lost
        if self._lost_at is None:
            self._lost_at = time.monotonic()
        longest = min(FIRST_PAUSE * 2.0 ** min(self._attempts, 20), LONGEST_PAUSE)
        self._attempts += 1
        # A random time, so that not all clients of a server come back at the same moment.
        pause = max(random.uniform(0, longest), lost.retry_after or 0)
        if time.monotonic() + pause - self._lost_at > self._resume_for:
            raise lost
        return pause


def _inside(name: str, decode: Decoder[T], value: object) -> T:
    try:
        return decode(value)
    except DecodeError as error:
        raise error.inside(name) from error.__cause__
    except RecursionError:
        raise DecodeError("an item that is nested too deeply") from None
