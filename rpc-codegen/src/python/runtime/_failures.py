"""Why calls fail: every failure is one of the classes below."""

from __future__ import annotations

import json
from typing import Generic, Literal, TypeAlias, TypeVar

Execution: TypeAlias = Literal["did not run", "may have run"]
"""Whether the method ran, as far as the client knows."""

Data_co = TypeVar("Data_co", covariant=True)


class Failure(Exception):
    """A call has failed. All other classes of this module derive from it."""


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

    def __init__(self, code: int, message: str, data: object) -> None:
        super().__init__(message, data)
        self._code = code

    @property
    def code(self) -> int:
        """The code that the server sent."""
        return self._code


class TransportError(Failure):
    """No reply arrived, or none that makes sense."""

    def __init__(
        self,
        message: str,
        *,
        execution: Execution = "may have run",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.execution: Execution = execution
        """Whether the method ran. If it did not, the call can be made again."""
        self.status = status
        """The HTTP status, if the server answered with one that is not a success."""
        self.retry_after = retry_after
        """How many seconds the server asks callers to wait."""


class CallTimeout(TransportError):
    """The call took longer than its timeout."""


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
    return f"[{json.dumps(part)}]"


def shown(text: str) -> str:
    """Text from a peer for people: bounded, and without control characters."""
    cut = text if len(text) <= 200 else text[:200] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)
