"""The models of a run."""

from dataclasses import dataclass, replace

from core.domain.views import Measure
from core.domain.work import Work
from core.models.critic import Critic
from core.models.painter import Painter, PainterProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSet:
    """The models of a run. `editor` paints inside masks; `styles` is the deck of departing runs."""

    painter: Painter
    editor: Painter | None
    critic: Critic
    judge: Critic
    styles: tuple[str, ...]

    def by(self, painter: Painter) -> "ModelSet":
        """The same with another painter, which is its own editor where it takes masks."""
        profile = painter.profile
        edits = profile.mask and "edit" in profile.operations
        return replace(self, painter=painter, editor=painter if edits else None)

    @property
    def embedded(self) -> bool:
        return self.painter.profile.embedded

    @property
    def by_formula(self) -> bool:
        """Whether painter and critic are both the embedded engine: its text is measured dabs, and
        its score decides."""
        return self.embedded and self.critic.profile.embedded

    @property
    def eyes(self) -> bool:
        """Whether a judge that sees decides."""
        return self.judge.profile.duels and not self.by_formula

    @property
    def measure(self) -> Measure:
        """What pictures are scored by: who paints anew from words keeps no pixel in its place."""
        return "pixels" if self.by_formula else "likeness"

    @property
    def can_edit(self) -> bool:
        """Local differences are mended inside masks; the embedded engine paints anew."""
        editor = self.editor
        return editor is not None and editor.profile.mask and not editor.profile.embedded

    def doing(self, work: Work, name: str = "") -> Painter | None:
        """Who does this: the painter where it can, else the editor; None where neither can. With a
        `name` that one alone."""
        for each in (self.painter, self.editor):
            if each is None or name not in ("", each.profile.name):
                continue
            if _can(each.profile, work):
                return each
        return None

    def painting(self) -> tuple[Painter, ...]:
        """Who paints from words, each once."""
        found = {each.profile.name: each for each in (self.painter, self.editor) if each}
        return tuple(p for p in found.values() if "generate" in p.profile.operations)

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """Who does what: pairs of a role and a model's name; no editor where nothing is mended."""
        by_role = {"painter": self.painter, "critic": self.critic, "judge": self.judge}
        if self.editor is not None and self.can_edit:
            by_role = {"painter": self.painter, "editor": self.editor} | by_role
        return tuple((role, model.profile.name) for role, model in by_role.items())

    @property
    def names(self) -> tuple[str, ...]:
        """Each model once."""
        return tuple(dict.fromkeys(name for _, name in self.roles))


def _can(profile: PainterProfile, work: Work) -> bool:
    """With so many pictures, inside a mask where there is one, following them where nothing is
    worked on but them."""
    pictures = work.over + len(work.sources) + (bool(work.marks) and not profile.markup)
    if work.operation not in profile.operations or (pictures and pictures > profile.max_sources):
        return False
    if not (profile.mask if work.mask else work.operation != "edit" or not profile.only_masked):
        return False
    return work.over or not pictures or work.operation != "vary" or profile.follows_pictures
