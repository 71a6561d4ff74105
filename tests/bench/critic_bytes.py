"""What a round sends to the critic: python -m tests.bench.critic_bytes [FOLDER].

FOLDER holds photographs (default: ../shared/images beside the repository; without it, drawings).
Every three of them are a round: reference, champion, and a challenger that lost; the questions are
a comparison, a checklist and a duel in both orders. What leaves the program, pictures and words,
is held against the same questions with the stored PNGs as base64, which is how the first scripts
of this kind did it, and against such a script's single question with two PNGs.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.models.seeing.critic import LONGEST_EDGE
from core.imaging import codec
from core.models.critic import Compare, Duel, Inspect, PastRound
from tests.integration.models.seeing import Seeing, seeing

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "images"
MOST = 15.0  # per cent
CHECKLIST = tuple(f"Is there a question of about this length, number {i}?" for i in range(12))
PROMPT = "A sentence of a prompt that says what can be seen where. " * 20
HISTORY = tuple(
    PastRound(prompt=PROMPT, score=50.0, critique=PROMPT[:200], won=True) for _ in range(6)
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes of one question as it leaves, and of its pictures as base64 PNGs."""

    task: str
    ours: int
    pngs: int

    @property
    def share(self) -> float:
        return 100 * self.ours / self.pngs


def photographs(folder: Path) -> list[bytes]:
    """PNGs as the image store keeps them."""
    files = sorted(each for each in folder.glob("*") if each.suffix in (".png", ".jpg", ".jpeg"))
    if files:
        return [codec.admit(file.read_bytes()).data for file in files]
    print(f"no photographs in {folder.name}: textures instead")
    return [_texture(seed) for seed in range(3)]


def _texture(seed: int) -> bytes:
    """Clouds with a little grain, 1024x768: compresses about like a photograph."""
    random = np.random.default_rng(seed)
    clouds = np.zeros((768, 1024, 3))
    for step in (128, 32, 8):
        small = random.normal(0, step / 4, (768 // step, 1024 // step, 3))
        clouds += np.kron(small, np.ones((step, step, 1)))
    grain = random.normal(0, 3, clouds.shape)
    return codec.encode_array(np.clip(128 + clouds + grain, 0, 255).astype(np.uint8))


async def round_of(world: Seeing, reference: bytes, champion: bytes, lost: bytes) -> list[Sent]:
    """One round's questions, each with the bytes it took."""
    compare = Compare(
        reference=reference,
        goal="",
        champion=champion,
        champion_prompt=PROMPT,
        challenger=lost,
        history=HISTORY,
        checklist=CHECKLIST,
    )
    world.server.calls.clear()
    await world.critic.compare(compare)
    await world.critic.inspect(Inspect(image=champion, goal="", checklist=CHECKLIST))
    for first, second in ((champion, lost), (lost, champion)):
        ask = Duel(reference=reference, goal="", first=first, second=second)
        await world.critic.duel(ask)
    pictures = (reference, champion, lost)
    shown = (pictures, pictures[1:2], pictures, pictures)
    tasks = ("compare", "checklist", "duel", "duel, places changed")
    sizes = [int(call.headers["Content-Length"]) for call in world.server.calls]
    return [
        Sent(task, ours, sum(base64_bytes(picture) for picture in seen))
        for task, ours, seen in zip(tasks, sizes, shown, strict=True)
    ]


def base64_bytes(data: bytes) -> int:
    return 4 * -(-len(data) // 3)


async def measure(pictures: Sequence[bytes]) -> list[list[Sent]]:
    """A round for every three neighbours."""
    async with seeing() as world:
        return [
            await round_of(world, *(pictures[(i + j) % len(pictures)] for j in range(3)))
            for i in range(len(pictures))
        ]


def edges(pictures: Sequence[bytes]) -> int:
    """The longest edge of any picture, in pixels."""
    return max(max(codec.rgb(picture).shape[:2]) for picture in pictures)


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    pictures = photographs(folder)
    rounds = asyncio.run(measure(pictures))
    print(
        f"{len(pictures)} pictures, longest edge {edges(pictures)} px, sent at most {LONGEST_EDGE}"
    )
    print(f"{'question':<22}{'bytes sent':>12}{'as PNGs':>12}{'share':>9}")
    for column in zip(*rounds, strict=True):
        ours, pngs = sum(each.ours for each in column), sum(each.pngs for each in column)
        mean = len(column)
        print(
            f"{column[0].task:<22}{ours // mean:>12,}{pngs // mean:>12,}{100 * ours / pngs:>8.1f}%"
        )
    whole = [sum(e.ours for e in one) / sum(e.pngs for e in one) * 100 for one in rounds]
    script = [sum(e.ours for e in one) / (one[0].pngs * 2 / 3) * 100 for one in rounds]
    print(f"a round against the same questions with full PNGs: worst {max(whole):.1f} %")
    print(f"all four against a script's one question with two PNGs: worst {max(script):.1f} %")
    worst = max(one[0].share for one in rounds)
    print(f"a comparison: worst {worst:.1f} %, goal {MOST:.0f} %")
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
