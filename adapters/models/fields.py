"""Reading JSON that others wrote: what is not what it should be is empty."""

from decimal import Decimal
from typing import cast

LONGEST_DETAIL = 160


def fields_of(value: object) -> dict[str, object]:
    """A JSON object, empty where it is none."""
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """A JSON array, empty where it is none."""
    return cast(list[object], value) if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A string, "" where it is none."""
    return value if isinstance(value, str) else ""


def number_of(value: object) -> Decimal | None:
    """A number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e12:
        return None
    return Decimal(str(value))


def count_of(value: object) -> int:
    """A count, 0 where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def detail_of(value: object) -> str:
    """What a service says of an error, on one short line without its full stop."""
    return " ".join(str(value or "").split())[:LONGEST_DETAIL].rstrip(".")
