"""What the embedded engine asks for crosses to another process, whatever a run asks to be told."""

import asyncio
import pickle
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from adapters.models.offline.provider import OfflinePainter
from core.models.painter import PaintRequest

T = TypeVar("T")


class Crossing:
    """`core.ports.Pixels` that takes only what a process can be sent."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        function, args = pickle.loads(pickle.dumps((function, args)))
        return await asyncio.to_thread(function, *args)


async def test_a_request_with_callbacks_is_painted() -> None:
    """With every one there is: whoever adds one finds it here."""
    calls = {each.name: lambda _: None for each in fields(PaintRequest) if not each.compare}
    assert {"report", "preview", "begun"} <= set(calls)
    asked: Any = {"prompt": "a red fox", "width": 64, "height": 64, **calls}
    (painting,) = await OfflinePainter(Crossing()).paint(PaintRequest(**asked))
    assert painting.data
