"""What a method is, and its JSON-RPC messages. It does no I/O."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeAlias, TypeVar, cast

from ._failures import (
    CallTimeout,
    DecodeError,
    Failure,
    RpcError,
    TransportError,
    UndeclaredError,
)
from ._json import UNSET, Json, Unset, dumps, encode
from ._primitives import Decoder, integer, required, string

T = TypeVar("T")
Item = TypeVar("Item")
End = TypeVar("End")
Data = TypeVar("Data")

ErrorDecoder: TypeAlias = Callable[[str, object], RpcError]
"""Makes the exception of a declared error from its message and its data."""

Message: TypeAlias = dict[str, object]
"""A message from the server."""


class RefusedReply(dict[str, object]):
    """A reply with an HTTP status that is not a success, and what came along with it."""

    status: int | None = None
    retry_after: float | None = None


Reply: TypeAlias = Message | Failure
"""The reply to a request, or the reason why there is none."""

DEADLINE_EXCEEDED: Final = -33005
"""The error of a call that the server has given up because its time was over."""

_ids = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is known of a request."""

    name: str
    params: tuple[str, ...] = ()
    """The names of the params, in the order in which they go by position."""
    by: Literal["name", "position", "either"] = "either"
    not_null: tuple[str, ...] = ()
    """Params that can't be null: None leaves them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Signature):
    """A method that the server does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Signature, Generic[T]):
    """A method with a result."""

    result: Decoder[T]
    errors: Mapping[int, ErrorDecoder] = field(default_factory=dict[int, ErrorDecoder])


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamMethod(Signature, Generic[Item, End]):
    """A method that returns a stream."""

    item: Decoder[Item]
    end: Decoder[End]
    errors: Mapping[int, ErrorDecoder] = field(default_factory=dict[int, ErrorDecoder])
    cursor: str | None = None
    """The param that takes the cursor of the last item."""
    token: str | None = None
    """The param that takes the token of the stream."""
    unsubscribe: str | None = None
    """The method that ends the stream, if it is a subscription."""


@dataclass(frozen=True, slots=True)
class Options:
    """What one call is given besides its params."""

    timeout: float | None | Unset = UNSET
    """Seconds. None means no limit, and UNSET that of the client."""
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request, or a notification if it has no id."""

    id: int | None
    message: dict[str, Json]
    opens_loudly: bool = False
    """Whether the server says when it has opened the stream, so that a client can wait for it."""


def next_id() -> int:
    """An id that no other request has."""
    return next(_ids)


def call(
    signature: Signature, arguments: Mapping[str, object], id: int | None = None
) -> Request:
    """A request with an id of its own, or with this one."""
    id = next_id() if id is None else id
    return Request(id, _message(signature, arguments, id))


def notify(signature: Notification, arguments: Mapping[str, object]) -> Request:
    """A request without an id."""
    return Request(None, _message(signature, arguments, None))


def write(requests: Sequence[Request]) -> bytes:
    """One request by itself, or several as a batch."""
    messages = [request.message for request in requests]
    return dumps(messages[0] if len(messages) == 1 else messages)


def _message(
    signature: Signature, arguments: Mapping[str, object], id: int | None
) -> dict[str, Json]:
    message: dict[str, Json] = {"jsonrpc": "2.0", "method": signature.name}
    given = {
        name: encode(value)
        for name, value in arguments.items()
        if not _is_left_out(signature, name, value)
    }
    params = _params(signature, given)
    if params:
        message["params"] = params
    if id is not None:
        message["id"] = id
    return message


def _is_left_out(signature: Signature, name: str, value: object) -> bool:
    return value is UNSET or (value is None and name in signature.not_null)


def _params(
    signature: Signature, given: dict[str, Json]
) -> dict[str, Json] | list[Json]:
    if signature.by == "name":
        return given
    last = max((signature.params.index(name) for name in given), default=-1)
    has_gap = len(given) <= last
    # Only by name can a param in the middle be left out. By position it is null.
    if has_gap and signature.by == "either":
        return given
    return [given.get(name) for name in signature.params[: last + 1]]


def settle(reply: Reply, result: Decoder[T], errors: Mapping[int, ErrorDecoder]) -> T:
    """The result in a reply. Its error is raised."""
    if isinstance(reply, Failure):
        raise reply
    error = reply.get("error")
    if error is not None:
        raise error_of(error, errors, reply)
    if "result" not in reply:
        raise DecodeError("a reply with neither a result nor an error")
    try:
        return required(reply, "result", result)
    except RecursionError:
        raise DecodeError("a result that is nested too deeply") from None


def error_code(reply: Message) -> object:
    """The code of the error in a reply, if it has one."""
    error = reply.get("error")
    return (
        cast("dict[str, object]", error).get("code")
        if isinstance(error, dict)
        else None
    )


def error_of(
    error: object, errors: Mapping[int, ErrorDecoder], reply: object = None
) -> Failure:
    """The exception of the error object in a reply."""
    if not isinstance(error, dict):
        raise DecodeError("expected an object").inside("error")
    found = cast("dict[str, object]", error)
    try:
        code = required(found, "code", integer)
        message = required(found, "message", string)
    except DecodeError as wrong:
        raise wrong.inside("error") from None
    data = found.get("data")
    about = reply if isinstance(reply, RefusedReply) else RefusedReply()
    undeclared = UndeclaredError(
        code, message, data, status=about.status, retry_after=about.retry_after
    )
    if code == DEADLINE_EXCEEDED and code not in errors:
        return CallTimeout("the call took longer than its time")
    if code not in errors:
        return undeclared
    try:
        return errors[code](message, data)
    except DecodeError as wrong:
        undeclared.__cause__ = wrong.inside("data").inside("error")
        return undeclared
    except RecursionError:
        undeclared.__cause__ = DecodeError("error data that is nested too deeply")
        return undeclared


def declared(
    kind: Callable[[str, Data], RpcError], data: Decoder[Data]
) -> ErrorDecoder:
    """Makes the exception of a declared error."""
    return lambda message, value: kind(message, data(value))


def match(requests: Sequence[Request], body: object) -> Sequence[Reply]:
    """The replies in a body, in the order of their requests."""
    found = cast("list[object]", body) if isinstance(body, list) else [body]
    replies = [cast(Message, reply) for reply in found if isinstance(reply, dict)]
    by_id = {key(reply.get("id")): reply for reply in replies}
    # A server that can't tell what a message is answers without an id.
    about_all = next(
        (it for it in replies if it.get("id") is None and "error" in it), None
    )
    missing = about_all or TransportError("no reply to the call")
    return [{} if it.id is None else by_id.get(it.id, missing) for it in requests]


def key(id: object) -> int | str | None:
    """The id in a message, if it is one. Python finds that True is 1."""
    return id if isinstance(id, int | str) and not isinstance(id, bool) else None
