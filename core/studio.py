"""What a run works with: the models, and everything else behind ports."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from core.calls import Payer
from core.commands import Actor
from core.critique import Critic
from core.errors import Gone
from core.painting import Painter
from core.ports import Clock, Images, Pixels, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """The models of a run. `editor` paints inside masks; `styles` is evolve's deck."""

    painter: Painter
    editor: Painter | None
    critic: Critic
    judge: Critic
    styles: tuple[str, ...]

    @property
    def embedded(self) -> bool:
        return self.painter.profile.embedded

    @property
    def can_edit(self) -> bool:
        """Local differences are mended inside masks; the embedded engine paints anew."""
        editor = self.editor
        return editor is not None and editor.profile.mask and not editor.profile.embedded

    @property
    def names(self) -> tuple[str, ...]:
        models = [self.painter.profile.name, self.critic.profile.name, self.judge.profile.name]
        if self.editor is not None and self.can_edit:
            models.insert(1, self.editor.profile.name)
        return tuple(dict.fromkeys(models))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Ports and helpers that the steps share. `nudge` wakes the outbox, `tell` the operator;
    `spare` is the embedded engine where another painter is configured."""

    store: Store
    images: Images
    pixels: Pixels
    clock: Clock
    studio: Studio
    payer: Payer
    nudge: Callable[[], None]
    tell: Callable[[str, str], Awaitable[None]]
    salt: str
    unknown_usd: Decimal
    spare: Studio | None = None

    def studio_of(self, painter: str) -> Studio | None:
        """The studio of this painter, "" = the configured one; None where there is none."""
        for studio in self._studios:
            if painter in ("", studio.painter.profile.name):
                return studio
        return None

    def using(self, painter: str) -> "Tools":
        """The same tools with the studio of this painter, "" = the configured one. Raises Gone:
        another painter would be another picture, and another bill."""
        studio = self.studio_of(painter)
        if studio is None:
            raise Gone(f"{painter} does not paint here any more: start a new session.")
        return replace(self, studio=studio)

    @property
    def painters(self) -> tuple[str, ...]:
        """The painters there are, the configured one first."""
        return tuple(dict.fromkeys(studio.painter.profile.name for studio in self._studios))

    @property
    def _studios(self) -> tuple[Studio, ...]:
        return (self.studio, self.spare) if self.spare else (self.studio,)

    def user_hash(self, actor: Actor) -> str:
        """What providers get to know of a person: a salted hash."""
        text = f"{self.salt}:{actor.platform}:{actor.tenant}:{actor.id}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]
