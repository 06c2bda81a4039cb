"""What failures to open a WebSocket mean for a call."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)

from ._failures import CallTimeout, LostConnection, TransportError, shown
from ._settings import refusal

LOST: Final = (ConnectionClosed, OSError)
"""What is raised once a connection is lost."""


@contextmanager
def connecting() -> Generator[None, None, None]:
    """Failures to connect as TransportErrors. The method did not run."""
    try:
        yield
    except TimeoutError as error:
        raise CallTimeout("no connection in time", execution="did not run") from error
    except InvalidStatus as error:
        status = error.response.status_code
        raise refusal(status, error.response.headers, "did not run") from error
    except InvalidURI as error:
        raise TransportError(shown(str(error)), execution="did not run") from error
    except (WebSocketException, OSError) as error:
        problem = f"can't connect: {shown(str(error))}"
        raise LostConnection(problem, execution="did not run") from error
