"""JSON text and Python values: what is sent, and the decoders of what arrives."""

from __future__ import annotations

import base64
import dataclasses
import enum
import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Never, TypeAlias, cast

from ._failures import DecodeError, shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
"""Any JSON value."""


class Unset(enum.Enum):
    """The type of UNSET."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET
"""Stands for a member or an argument that is left out. None is sent as null instead."""

NAME: Final = "json"
"""Metadata of a field: its name in JSON, if it is not the field's."""
REST: Final = "rest"
"""Metadata of a field: it has all members that have no field of their own."""


def no_members() -> Mapping[str, Never]:
    """An object without members."""
    return {}


def dumps(value: object) -> bytes:
    """JSON text. NaN, an infinite number or half a surrogate pair is a ValueError."""
    text = json.dumps(
        encode(value), allow_nan=False, ensure_ascii=False, separators=(",", ":")
    )
    return text.encode()


def loads(text: bytes | str) -> object:
    """Parses JSON text, or raises a DecodeError."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        return cast(object, found)
    except RecursionError:
        raise DecodeError("JSON that is nested too deeply") from None
    except ValueError as error:
        raise DecodeError(f"malformed JSON: {shown(str(error))}") from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is too large")
    return value


def encode(value: object) -> Json:
    """A value of the contract as JSON. Anything else is a TypeError."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case Mapping():
            members = cast("Mapping[str, object]", value)
            return {
                name: encode(member)
                for name, member in members.items()
                if member is not UNSET
            }
        case Sequence():
            return [encode(item) for item in cast("Sequence[object]", value)]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return _encode_fields(value)
        case _:
            raise TypeError(f"{value!r} can't be sent as JSON")


def _encode_fields(value: DataclassInstance) -> Json:
    members: dict[str, Json] = {}
    for field in dataclasses.fields(value):
        member = cast(object, getattr(value, field.name))
        # Where the contract has no null, None stands for a member that is left out.
        if member is UNSET or (member is None and field.default is None):
            continue
        encoded = encode(member)
        if REST in field.metadata:
            members.update(cast("dict[str, Json]", encoded))
        else:
            members[field.metadata.get(NAME, field.name)] = encoded
    return members
