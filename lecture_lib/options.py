"""What public functions ask of a switch or of a name out of several, checked at the call."""

from __future__ import annotations

from collections.abc import Collection

from lecture_lib.arguments import described, is_bool


def switch(value: bool, name: str) -> bool:
    """Return ``value`` if it is True or False: "no" and an array would pass for a yes.

    Raises:
        TypeError: If it is anything else.
    """
    if not is_bool(value):
        raise TypeError(f"expected {name} to be True or False; got {described(value)}.")
    return bool(value)


def one_of(value: str, what: str, names: Collection[str]) -> str:
    """Return ``value`` if it is one of the names.

    Args:
        value: The name asked for.
        what: What is named, for the error, such as ``"a view"``.
        names: The names there are.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is another one.
    """
    if not (isinstance(value, str) and value in names):
        kind = ValueError if isinstance(value, str) else TypeError
        raise kind(f"expected {what} out of {', '.join(names)}; got {described(value)}.")
    return value
