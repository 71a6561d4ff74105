"""Which of a session's images it goes on from where none is named."""

from collections.abc import Sequence

from core.domain.records import Iteration, Session


def champion_of(nodes: Sequence[Iteration], session: Session | None = None) -> Iteration | None:
    """A session's champion: the newest run's best, else its newest win, else the last image; what an
    undo went back to, until something newer is good."""
    alive = [node for node in nodes if not node.discarded]
    back = next((node for node in alive if session and node.id == session.back), None)
    if back is not None and session is not None:
        newer = after(nodes, session.since)
        good = [node for node in newer if (node.best or node.won) and not node.discarded]
        return champion_of(good) or back
    for good in ([n for n in alive if n.best], [n for n in alive if n.won], alive):
        if good:
            return good[-1]
    return None


def after(nodes: Sequence[Iteration], id: str) -> Sequence[Iteration]:
    """What was made after an iteration."""
    ids = [node.id for node in nodes]
    return nodes[ids.index(id) + 1 :] if id in ids else ()
