"""Which call each message on a connection belongs to. It does no I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from ._failures import DecodeError, TransportError
from ._json import Json, loads
from ._wire import Message, Reply, key, next_id

Take: TypeAlias = Callable[[Reply, int], None]
"""Takes a message of a call, or why there will be none, and how many bytes of items it has."""

WINDOW: Final = 256 * 1024
"""How many bytes of a stream may be under way."""


@dataclass(slots=True)
class Route:
    """Where the messages of one call go."""

    take: Take
    unsubscribe: str | None = None
    """The method that ends it, if it is a subscription."""
    subscription: int | str | None = None
    """The id of the subscription, once the server has said it."""
    is_open: bool = False
    """Whether the server has said something of the stream."""


class Routes:
    """The calls that wait for something on one connection."""

    def __init__(self) -> None:
        self._calls: dict[int | str | None, Route] = {}
        self._subscriptions: dict[int | str | None, Route] = {}
        self.lost: TransportError | None = None
        """Why the connection was lost."""

    def add(self, id: int, route: Route) -> None:
        """Sends the messages of a call along a route."""
        self._calls[id] = route

    def remove(self, id: int) -> list[str]:
        """Forgets a call. The messages tell the server, if it may still be busy with it."""
        route = self._calls.pop(id, None)
        if route is None:
            return []
        if route.unsubscribe is None or route.subscription is None:
            return [cancel(id)]
        self._subscriptions.pop(route.subscription, None)
        return [unsubscribe(route.unsubscribe, route.subscription)]

    def dispatch(self, text: str | bytes) -> list[str]:
        """Hands a message to its call. What this returns is to be sent."""
        body = loads(text)
        messages = cast("list[object]", body) if isinstance(body, list) else [body]
        # Servers count bytes. The items in an array share those of the array.
        size = len(text.encode() if isinstance(text, str) else text)
        size //= max(1, len(messages))
        answers: list[str] = []
        # What is said about all calls counts for those that have no reply of their own.
        for message in sorted(messages, key=_is_about_all):
            if not isinstance(message, dict):
                raise DecodeError("a message that is not an object")
            answers += self._dispatch(cast(Message, message), size)
        return answers

    def _dispatch(self, message: Message, size: int) -> list[str]:
        id = message.get("id")
        if "method" not in message:
            self._reply(message)
        elif isinstance(id, int | float | str):
            return [refusal(id)]
        elif isinstance(message.get("params"), dict):
            self._notice(message, cast("dict[str, object]", message["params"]), size)
        return []

    def _reply(self, reply: Message) -> None:
        if _is_about_all(reply):
            self._reply_to_all(reply)
            return
        id = key(reply.get("id"))
        route = self._calls.get(id)
        if route is None:
            return
        if route.unsubscribe is not None and "result" in reply:
            self._subscribe(id, route, key(reply["result"]))
            return
        self._calls.pop(id, None)
        route.take(reply, 0)

    def _subscribe(
        self, id: int | str | None, route: Route, subscription: int | str | None
    ) -> None:
        if subscription is None:
            self._calls.pop(id, None)
            route.take(TransportError("the id of the subscription is not one"), 0)
            return
        route.subscription, route.is_open = subscription, True
        self._subscriptions[subscription] = route
        # The stream need not wait for its first item to know that it is open.
        route.take({"method": "$/progress", "params": {"opened": True}}, 0)

    def _reply_to_all(self, reply: Message) -> None:
        """The server can't tell which call has failed. If one message waits, it is that."""
        # Other threads may add calls meanwhile, so this looks at a copy.
        calls = dict(self._calls)
        waiting = {id: route for id, route in calls.items() if not route.is_open}
        if len({route.take for route in waiting.values()}) != 1:
            return
        for id, route in waiting.items():
            self._calls.pop(id, None)
            route.take(reply | {"id": id}, 0)

    def _notice(
        self, message: Message, params: Mapping[str, object], size: int
    ) -> None:
        if message["method"] == "$/progress":
            route = self._calls.get(key(params.get("token")))
            # Only items count. That a stream is open is no item.
            size = size if "value" in params else 0
        else:
            route = self._subscriptions.get(key(params.get("subscription")))
        if route is not None:
            route.is_open = True
            route.take(message, size)

    def lose(self, failure: TransportError) -> None:
        """Tells all calls that the connection is lost."""
        self.lost = failure
        calls, self._calls, self._subscriptions = self._calls, {}, {}
        for route in list(calls.values()):
            route.take(failure, 0)


def _is_about_all(message: object) -> bool:
    """Whether this is an error without an id."""
    if not isinstance(message, dict) or "method" in message:
        return False
    reply = cast(Message, message)
    return reply.get("id") is None and "error" in reply


class Credit:
    """How much the server may send of a stream. It gets more as items are read."""

    def __init__(self, id: int) -> None:
        self._id = id
        self._read = 0

    def first(self) -> str:
        """The message that goes before the call."""
        return window(self._id, WINDOW)

    def read(self, size: int) -> list[str]:
        """Notes what was read. The message grants more, once half of the window is used."""
        self._read += size
        if self._read < WINDOW // 2:
            return []
        more, self._read = self._read, 0
        return [window(self._id, more)]


def window(id: int, more: int) -> str:
    """Lets a stream send `more` further bytes."""
    return _write({"method": "$/window", "params": {"token": id, "add": more}})


def cancel(id: int) -> str:
    """Stops a call."""
    return _write({"method": "$/cancelRequest", "params": {"id": id}})


def unsubscribe(method: str, subscription: Json) -> str:
    """Ends a subscription."""
    return _write({"method": method, "params": [subscription], "id": next_id()})


def refusal(id: Json) -> str:
    """Answers a call of the server, which this client does not take."""
    error: Json = {"code": -32601, "message": "this client has no methods"}
    return _write({"error": error, "id": id})


def _write(message: dict[str, Json]) -> str:
    # Half a character in an id of the server can only be sent as an escape.
    return json.dumps({"jsonrpc": "2.0"} | message, separators=(",", ":"))
