"""What failures of HTTP mean for a call."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, cast

import httpx2

from ._failures import (
    CallTimeout,
    DecodeError,
    Execution,
    LostConnection,
    TransportError,
    shown,
)
from ._json import loads
from ._wire import Message

# Nothing was sent yet when one of these is raised.
_NOT_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
)


@contextmanager
def failures() -> Generator[None, None, None]:
    """Failures of httpx2 as TransportErrors."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise CallTimeout(_problem(error), execution=_execution(error)) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise TransportError(_problem(error), execution="did not run") from error
    except httpx2.TransportError as error:
        raise LostConnection(_problem(error), execution=_execution(error)) from error
    except httpx2.DecodingError as error:
        raise TransportError(_problem(error)) from error


def _execution(error: Exception) -> Execution:
    return "did not run" if isinstance(error, _NOT_SENT) else "may have run"


def _problem(error: Exception) -> str:
    name = type(error).__name__
    return f"{name}: {shown(str(error))}" if str(error) else name


def time_limits(request: httpx2.Request) -> dict[str, float | None]:
    """How long each step of a request may take. httpx2 looks at them before each step."""
    return cast("dict[str, float | None]", request.extensions["timeout"])


def message_of(data: bytes) -> Message:
    """The message in an event."""
    message = loads(data)
    if not isinstance(message, dict):
        raise DecodeError("an event that is not a message")
    return cast(Message, message)
