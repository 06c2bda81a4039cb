"""Decoders of plain values, and what the generated ones are made of."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Final, Generic, Never, TypeAlias, TypeVar, cast

from ._failures import DecodeError, shown
from ._json import UNSET, Json, Unset

T = TypeVar("T")
Decoder: TypeAlias = Callable[[object], T]
"""Makes a value of what a JSON parser returned, or raises a DecodeError."""


MOST_EXACT: Final = 2**53
"""From here on, a float can't tell two neighbouring integers apart."""


def anything(value: object) -> Json:
    """Any JSON."""
    return cast(Json, value)


def null(value: object) -> None:
    """Null."""
    if value is not None:
        raise unexpected("null", value)


def boolean(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise unexpected("a boolean", value)


def integer(value: object) -> int:
    """A whole number of any size. It may be written as 1.0, as some servers do."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        if abs(value) < MOST_EXACT:
            return int(value)
        raise DecodeError(
            "an integer with a fraction or exponent, too large to be exact"
        )
    raise unexpected("an integer", value)


def number(value: object) -> float:
    """A number. A whole one stays an int, so that no digit is lost."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            float(value)
        except OverflowError:
            raise DecodeError("a number that is too large") from None
        return value
    raise unexpected("a number", value)


def string(value: object) -> str:
    """A string."""
    if isinstance(value, str):
        return value
    raise unexpected("a string", value)


def base64_bytes(value: object) -> bytes:
    """Bytes, from base64: in either alphabet, with or without padding and line breaks."""
    text = re.sub(r"\s", "", string(value)).rstrip("=")
    text = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise unexpected("base64", value) from None


def nothing(value: object) -> Never:
    """Refuses every value: the contract allows none."""
    raise unexpected("no value at all", value)


def nullable(decode: Decoder[T]) -> Decoder[T | None]:
    """Null, or what another decoder takes."""

    def decode_unless_null(value: object) -> T | None:
        return None if value is None else decode(value)

    return decode_unless_null


def array(decode: Decoder[T]) -> Decoder[list[T]]:
    """An array of like elements."""

    def decode_array(value: object) -> list[T]:
        items = elements(value)
        return [item(items, index, decode) for index in range(len(items))]

    return decode_array


def mapping(decode: Decoder[T]) -> Decoder[dict[str, T]]:
    """An object with any names."""

    def decode_mapping(value: object) -> dict[str, T]:
        found = members(value)
        return {name: required(found, name, decode) for name in found}

    return decode_mapping


class OneOf(Generic[T]):
    """Decodes one of several values."""

    def __init__(self, *choices: T) -> None:
        self._choices = choices

    def __call__(self, value: object) -> T:
        """The choice that the value is."""
        for choice in self._choices:
            if is_same(choice, value):
                return choice
        listed = " or ".join(json.dumps(choice) for choice in self._choices)
        raise unexpected(listed, value)


def first_of(value: object, decoders: tuple[Decoder[T], ...]) -> T:
    """What the first decoder makes of a value that takes it.

    If none does, the error is that of the decoder that came furthest.
    """
    failures: list[DecodeError] = []
    for decode in decoders:
        try:
            return decode(value)
        except DecodeError as error:
            failures.append(error)
    furthest = max(failures, key=lambda error: len(error.parts))
    raise furthest if furthest.parts else unexpected("one of its variants", value)


def elements(value: object, least: int = 0, most: int | None = None) -> list[object]:
    """The elements of an array. It must have between `least` and `most` of them."""
    if not isinstance(value, list):
        raise unexpected("an array", value)
    found = cast("list[object]", value)
    if len(found) < least:
        raise DecodeError(f"expected at least {least} elements, not {len(found)}")
    if most is not None and len(found) > most:
        raise DecodeError(f"expected at most {most} elements, not {len(found)}")
    return found


def item(items: list[object], index: int, decode: Decoder[T]) -> T:
    """An element of an array."""
    try:
        return decode(items[index])
    except DecodeError as error:
        raise error.inside(index) from error.__cause__


def items_from(items: list[object], start: int, decode: Decoder[T]) -> tuple[T, ...]:
    """The elements of an array from a position on."""
    return tuple(item(items, index, decode) for index in range(start, len(items)))


def members(value: object) -> dict[str, object]:
    """The members of an object."""
    if isinstance(value, dict):
        return cast("dict[str, object]", value)
    raise unexpected("an object", value)


def closed_members(value: object, *names: str) -> dict[str, object]:
    """The members of an object that may have these and no others."""
    found = members(value)
    for name in found:
        if name not in names:
            raise DecodeError("the contract has no such member").inside(name)
    return found


def renamed(found: dict[str, object], name: str, *aliases: str) -> dict[str, object]:
    """The members of an object, of which one may have arrived under another name."""
    alias = next((alias for alias in aliases if alias in found), None)
    if alias is None or name in found:
        return found
    return {name if given == alias else given: found[given] for given in found}


def other_members(
    found: dict[str, object], decode: Decoder[T], *names: str
) -> dict[str, T]:
    """The members of an object that have none of these names."""
    others = [name for name in found if name not in names]
    return {name: required(found, name, decode) for name in others}


def required(found: dict[str, object], name: str, decode: Decoder[T]) -> T:
    """A member that must be there."""
    if name not in found:
        raise DecodeError("missing").inside(name)
    try:
        return decode(found[name])
    except DecodeError as error:
        raise error.inside(name) from error.__cause__


def optional(found: dict[str, object], name: str, decode: Decoder[T]) -> T | None:
    """A member, or None if it is missing. Some servers send null instead."""
    return None if found.get(name) is None else required(found, name, decode)


def maybe(found: dict[str, object], name: str, decode: Decoder[T]) -> T | Unset:
    """A member that may be null, or UNSET if it is missing."""
    return required(found, name, decode) if name in found else UNSET


def tag(value: object, name: str) -> object:
    """The member that tells the variants of a union apart."""
    found = members(value)
    if name not in found:
        raise DecodeError("missing").inside(name)
    return found[name]


def has_member(value: object, name: str) -> bool:
    """Whether this is an object with this member."""
    return isinstance(value, dict) and name in value


def is_kind(value: object, *kinds: str) -> bool:
    """Whether this is a JSON value of one of these kinds."""
    return kind_of(value) in kinds


def is_any_of(value: object, *choices: object) -> bool:
    """Whether this is one of these values."""
    return any(is_same(choice, value) for choice in choices)


def is_same(choice: object, value: object) -> bool:
    """Whether two values are the same in JSON. Python finds that True is 1."""
    return choice == value and isinstance(choice, bool) == isinstance(value, bool)


def kind_of(value: object) -> str:
    """The kind of a JSON value, by its name in JSON Schema."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def unexpected(wanted: str, value: object) -> DecodeError:
    """Says what was wanted and what arrived instead."""
    if value is None or isinstance(value, bool | int | float | str):
        return DecodeError(f"expected {wanted}, not {shown(json.dumps(value))}")
    kind = "an array" if isinstance(value, list) else "an object"
    return DecodeError(f"expected {wanted}, not {kind}")
