"""Pixels without a process, that still insist on what a process needs."""

import pickle
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Picklable:
    """`core.ports.Pixels`: function and arguments go through pickle, the work is done here."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        copied, arguments = pickle.loads(pickle.dumps((function, args)))
        return copied(*arguments)
