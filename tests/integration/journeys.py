"""What every story has to be, whatever door it is told at."""

from collections.abc import Sequence

from core.domain.records import Iteration
from core.domain.story import Character, Site


def the_same_people(nodes: Sequence[Iteration], scenes: int) -> None:
    """So many scenes in a row; whoever is in a picture, and where it is, in the words they came with,
    word for word in its prompt."""
    chapters = [node.chapter for node in nodes if node.chapter is not None]
    assert [chapter.telling.scene for chapter in chapters] == list(range(1, scenes + 1))
    assert [node.parent for node in nodes] == ["", *(node.id for node in nodes[:-1])]
    looks: dict[str, str] = {}
    for node, chapter in zip(nodes, chapters, strict=True):
        told = chapter.scene
        known: Sequence[Character | Site] = (*told.cast, *told.sites)
        for each in known:
            assert looks.setdefault(each.name, each.look) == each.look
            if each.name in (*told.here, told.site):
                assert each.look.rstrip(". ") in node.prompt
        assert told.here
