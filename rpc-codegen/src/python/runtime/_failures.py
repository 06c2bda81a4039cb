"""Why calls fail: every failure is one of the classes below."""

from __future__ import annotations

import json
from typing import Final, Generic, Literal, TypeAlias, TypeVar

Execution: TypeAlias = Literal["did not run", "may have run", "ran"]
"""Whether the method ran.

A call that did not run can be made again, whatever it does. One that may have run can be
made again if it does no harm when it runs twice.
"""

Data_co = TypeVar("Data_co", covariant=True)

# Errors of the framework: JSON that it can't read, an unknown method, a call that needs
# another connection, a busy server, too many streams, a call that came too late.
_NOT_RUN: Final = (-32700, -32600, -32601, -33000, -33001, -32009, -32006, -33004)
_REPLY_TOO_LARGE: Final = -32008
_RETRYABLE: Final = (-32009, -32006, -33004, -32802, -33005)


class Failure(Exception):
    """A call has failed. All other classes of this module derive from it."""

    @property
    def execution(self) -> Execution:
        """Whether the method ran."""
        return "ran"

    @property
    def is_retryable(self) -> bool:
        """Whether another attempt may succeed. `execution` says whether it can do harm."""
        return False

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server wants callers to wait, if it said so."""
        return None


class RpcError(Failure):
    """An error that the server answered with: a declared one, or an UndeclaredError."""

    def __init__(self, message: str, data: object) -> None:
        super().__init__(message, data)
        self.message = message
        self._data = data

    @property
    def code(self) -> int:
        """The code that the server sent."""
        raise NotImplementedError

    @property
    def data(self) -> object:
        """More about the error, if the server sent something."""
        return self._data

    def __str__(self) -> str:
        return f"error {self.code}: {shown(self.message)}"


class DeclaredError(RpcError, Generic[Data_co]):
    """An error that the contract declares. Each one is a class of its own."""

    _data: Data_co

    def __init__(self, message: str, data: Data_co) -> None:
        super().__init__(message, data)

    @property
    def data(self) -> Data_co:
        """More about the error."""
        return self._data


class UndeclaredError(RpcError):
    """An error that the contract does not declare for the method.

    Its data is as the server sent it. It is also raised if the data of a declared error
    does not fit. Its cause is then the DecodeError.
    """

    def __init__(
        self,
        code: int,
        message: str,
        data: object,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, data)
        self.status = status
        """The HTTP status, if it is not a success."""
        self._code = code
        self._retry_after = retry_after

    @property
    def code(self) -> int:
        """The code that the server sent."""
        return self._code

    @property
    def execution(self) -> Execution:
        """Whether the method ran, as far as the code tells."""
        if self.code in _NOT_RUN:
            return "did not run"
        is_reserved = -32768 <= self.code <= -32000
        return (
            "may have run" if is_reserved and self.code != _REPLY_TOO_LARGE else "ran"
        )

    @property
    def is_retryable(self) -> bool:
        """Whether the server says that it can't answer now."""
        return self.code in _RETRYABLE or self._retry_after is not None

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server wants callers to wait, if it said so."""
        return self._retry_after


class TransportError(Failure):
    """No reply arrived, or none that makes sense."""

    def __init__(
        self,
        message: str,
        *,
        execution: Execution = "may have run",
        is_retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status, if the server answered with one that is not a success."""
        self._execution: Execution = execution
        self._is_retryable = is_retryable
        self._retry_after = retry_after

    @property
    def execution(self) -> Execution:
        """Whether the method ran, as far as the client knows."""
        return self._execution

    @property
    def is_retryable(self) -> bool:
        """Whether another attempt may succeed."""
        return self._is_retryable or self._retry_after is not None

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server wants callers to wait, if it said so."""
        return self._retry_after


class CallTimeout(TransportError):
    """The call took longer than its timeout."""

    def __init__(self, message: str, *, execution: Execution = "may have run") -> None:
        super().__init__(message, execution=execution, is_retryable=True)


class LostConnection(TransportError):
    """There was no connection, or it was lost."""

    def __init__(self, message: str, *, execution: Execution = "may have run") -> None:
        super().__init__(message, execution=execution, is_retryable=True)


class DecodeError(Failure):
    """The method ran, but its reply does not fit the contract."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        """What is wrong there."""
        self.parts: list[str | int] = []
        """The way to the place: names of members, and positions in arrays."""

    def inside(self, part: str | int) -> DecodeError:
        """The same error, seen from the value around it."""
        self.parts.insert(0, part)
        return self

    @property
    def path(self) -> str:
        """The place of what does not fit, such as `result.items[3].price`."""
        return "".join(map(_step, self.parts)).removeprefix(".")

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self.parts else self.problem


def _step(part: str | int) -> str:
    if isinstance(part, str) and part.isidentifier():
        return f".{part}"
    return f"[{shown(json.dumps(part))}]"


def shown(text: str) -> str:
    """Text from a peer for people: bounded, and without control characters."""
    cut = text if len(text) <= 200 else text[:200] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)
