"""The calls of a batch, before and after it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from ._wire import Method, Notification, Reply, Request, call, notify, settle

T = TypeVar("T")


class Pending(Generic[T]):
    """A call in a batch. It has a result after the batch was sent."""

    def __init__(self, method: Method[T]) -> None:
        self._method = method
        self._reply: Reply | None = None

    def result(self) -> T:
        """The result of the call. Its error is raised."""
        if self._reply is None:
            raise RuntimeError("the batch was not sent: this is ready after its `with`")
        return settle(self._reply, self._method.result, self._method.errors)

    def set(self, reply: Reply) -> None:
        """Takes the reply."""
        self._reply = reply


class Queue:
    """The calls of a batch, in order."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._takers: list[Callable[[Reply], None] | None] = []

    def call(self, method: Method[T], arguments: Mapping[str, object]) -> Pending[T]:
        """Adds a call."""
        pending = Pending(method)
        self.requests.append(call(method, arguments))
        self._takers.append(pending.set)
        return pending

    def notify(self, method: Notification, arguments: Mapping[str, object]) -> None:
        """Adds a notification."""
        self.requests.append(notify(method, arguments))
        self._takers.append(None)

    def settle(self, replies: Sequence[Reply]) -> None:
        """Hands each call its reply."""
        for taker, reply in zip(self._takers, replies, strict=True):
            if taker is not None:
                taker(reply)


class Collecting:
    """Something that collects calls."""

    def __init__(self) -> None:
        self._queue = Queue()
