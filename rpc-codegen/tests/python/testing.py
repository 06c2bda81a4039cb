"""What checks have in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

E = TypeVar("E", bound=Exception)

PATIENCE = 60
"""How many seconds something may take that should happen soon."""


def equal(actual: object, expected: object) -> None:
    """Fails unless the two are the same."""
    assert actual == expected, f"expected {expected!r}, not {actual!r}"


def raises(kind: type[E], call: Callable[[], object]) -> E:
    """The exception of this kind that a call raises."""
    try:
        result = call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, not {result!r}")


def until(condition: Callable[[], bool]) -> None:
    """Waits until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)
