"""What clients are told: how long they wait, and what they send along."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ._failures import DecodeError, Execution, TransportError, shown
from ._json import Unset, loads
from ._wire import Options, RefusedReply, Reply, Request, match

Headers: TypeAlias = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Headers, or a function that returns them, such as a fresh token."""

EVENT_STREAM: Final = "text/event-stream"

# A server that answers with one of these has not looked at the message.
_NOT_RUN: Final = frozenset(
    {401, 403, 404, 405, 407, 411, 413, 415, 425, 429, 431, 501}
)

_PASSING: Final = frozenset({408, 425, 429, 502, 503, 504})

_LONGEST_TIMEOUT_MS: Final = 9_999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a client makes its calls."""

    headers: Headers | None = None
    timeout: float | None = 30.0
    idle_timeout: float | None = 60.0
    max_reply: int = 16 * 1024 * 1024
    resume_for: float = 300.0

    def timeout_of(self, options: Options) -> float | None:
        """How many seconds a call may take. None means no limit."""
        given = options.timeout
        timeout = self.timeout if isinstance(given, Unset) else given
        return None if timeout == math.inf else timeout

    def common_headers(self) -> dict[str, str]:
        """The headers of all calls."""
        own = self.headers() if callable(self.headers) else self.headers
        return _in_lower_case(own or {})

    def headers_of(self, options: Options, accept: str) -> dict[str, str]:
        """The headers of one call."""
        headers = self.common_headers() | _in_lower_case(options.headers or {})
        headers |= {"content-type": "application/json", "accept": accept}
        timeout = self.timeout_of(options)
        if timeout is not None:
            milliseconds = min(timeout * 1000, _LONGEST_TIMEOUT_MS)
            headers["rpc-timeout-ms"] = str(max(1, int(milliseconds)))
        return headers


def _in_lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """Case does not matter in their names, so that `Authorization` replaces `authorization`."""
    return {name.lower(): value for name, value in headers.items()}


def replies_of(
    requests: Sequence[Request], status: int, headers: Mapping[str, str], body: bytes
) -> Sequence[Reply]:
    """The replies in the response to an HTTP request."""
    if "rpc-refused" in headers:
        raise refusal(status, headers, "did not run")
    is_success = 200 <= status < 300
    if is_success and all(request.id is None for request in requests):
        return [{} for _ in requests]
    try:
        replies = match(requests, loads(body))
    except DecodeError as error:
        if is_success:
            raise TransportError(f"the reply is {error}", status=status) from error
        raise refusal(status, headers) from error
    # A notification has no reply that could show that the server took it.
    is_answered = any(
        request.id is not None and isinstance(reply, dict)
        for request, reply in zip(requests, replies, strict=True)
    )
    if not is_success and not is_answered:
        raise refusal(status, headers)
    return replies if is_success else [_refused(it, status, headers) for it in replies]


def _refused(reply: Reply, status: int, headers: Mapping[str, str]) -> Reply:
    if not isinstance(reply, dict):
        return reply
    refused = RefusedReply(reply)
    refused.status = status
    refused.retry_after = _retry_after(headers.get("retry-after"))
    return refused


def closed() -> TransportError:
    """The error of a call over a client that is closed."""
    return TransportError("the client is closed", execution="did not run")


def refusal(
    status: int, headers: Mapping[str, str], execution: Execution | None = None
) -> TransportError:
    """The error of a response that has no reply in it."""
    reason = headers.get("rpc-refused")
    because = "" if reason is None else f" ({shown(reason)})"
    return TransportError(
        f"the server answered with status {status}{because}",
        execution=execution or _execution(status),
        is_retryable=_may_pass(status, reason),
        status=status,
        retry_after=_retry_after(headers.get("retry-after")),
    )


def _execution(status: int) -> Execution:
    is_redirect = 300 <= status < 400
    return "did not run" if is_redirect or status in _NOT_RUN else "may have run"


def _may_pass(status: int, reason: str | None) -> bool:
    """Whether the server, or a proxy before it, may answer another time."""
    is_busy = reason in ("busy", "crowded", "draining", "expired")
    return is_busy or (status in _PASSING and reason != "too-large")


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number of them or from a date."""
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
        return max(0.0, date.timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
