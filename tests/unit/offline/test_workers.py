"""What the embedded engine asks for crosses to another process, whatever a run asks to be told."""

import asyncio
import pickle
from collections.abc import Callable
from typing import TypeVar

from adapters.models.offline.provider import OfflinePainter
from core.models.painter import PaintRequest

T = TypeVar("T")


class Crossing:
    """`core.ports.Pixels` that takes only what a process can be sent."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        function, args = pickle.loads(pickle.dumps((function, args)))
        return await asyncio.to_thread(function, *args)


async def test_a_request_with_callbacks_is_painted() -> None:
    told: list[float] = []

    async def begun(job: str) -> None:
        told.append(0.0)

    request = PaintRequest(prompt="a red fox", width=64, height=64, report=told.append, begun=begun)
    (painting,) = await OfflinePainter(Crossing()).paint(request)
    assert painting.data
