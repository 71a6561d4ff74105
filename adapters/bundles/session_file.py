"""session.json: everything a session was made from, complete enough to bring it into another
installation. Its schema is docs/session.schema.json. Names of people stay, their ids do not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from adapters.following import money
from core.domain.commands import Actor, Place
from core.domain.records import CallRow, Iteration, RunRecord, Session, Tree

FORMAT = "darkroom-session/1"
NOWHERE = Place("", "", "")


def image_name(node: Iteration, place: int = 0) -> str:
    """Such as 03-score-61.2.png, 03b-oil.png; `place` numbers the rounds of a session over all its
    runs."""
    number = place or node.round
    letter = chr(ord("a") + node.candidate) if node.candidate else ""
    name = re.sub(r"\W+", "-", node.style.casefold()).strip("-")[:40]
    if node.score is None and name:
        return f"{number:02}{letter}-{name}.png"
    if node.score is not None:
        return f"{number:02}{letter}-score-{node.score.value:.1f}.png"
    return f"{number:02}{letter}.png"


def places(tree: Tree) -> dict[str, int]:
    """Each iteration's number in the session: rounds counted over all runs, in order."""
    numbers: dict[tuple[str, int], int] = {}
    for node in tree.iterations:
        numbers.setdefault((node.run, node.round), len(numbers) + 1)
    return {node.id: numbers[(node.run, node.round)] for node in tree.iterations}


def further_images(tree: Tree) -> tuple[str, ...]:
    """Hashes of what the iterations name beside themselves: portraits, pictures brought along."""
    found: dict[str, None] = {}
    for node in tree.iterations:
        for portrait in node.chapter.portraits if node.chapter else ():
            found[portrait.image] = None
    for run in tree.runs:
        work = run.plan.work
        for hash in (*work.sources, work.mask, work.marks, work.outside) if work else ():
            found[hash] = None
    own = {node.image for node in tree.iterations} | {tree.session.reference}
    return tuple(hash for hash in found if hash and hash not in own)


def session_json(
    tree: Tree, calls: Sequence[CallRow] = (), files: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Everything a session was made from: prompts, critiques, scores, costs, parents, seeds, and,
    where they are given, every call with its answer. `files` names the closing pictures and the
    reference beside it, where they were written."""
    session, where = tree.session, places(tree)
    return {
        "schema": 1,
        "format": FORMAT,
        "program": f"darkroom {version('darkroom')}",
        "session": session.id,
        "mode": session.mode,
        "owner": session.owner.name or session.owner.id,
        "name": session.name,
        "goal": session.goal,
        "reference": session.reference,
        "checklist": list(session.checklist),
        "created": session.created.isoformat(),
        "files": dict(files or {}),
        "runs": [_run(run) for run in tree.runs],
        "iterations": [_node(node, where[node.id]) for node in tree.iterations],
        "calls": [_call(row) for row in calls],
        "records": records(tree, calls),
    }


def records(tree: Tree, calls: Sequence[CallRow]) -> dict[str, Any]:
    """The records as they are stored, without whose they were on which platform."""
    session = replace(tree.session, owner=_named(tree.session.owner), place=NOWHERE, thread="")
    runs = [
        replace(run, actor=_named(run.actor), place=NOWHERE, command_key="") for run in tree.runs
    ]
    return {
        "session": dumped(Session, session),
        "runs": [dumped(RunRecord, run) for run in runs],
        "iterations": [dumped(Iteration, node) for node in tree.iterations],
        "calls": [dumped(CallRow, replace(row, by="")) for row in calls],
    }


def _named(actor: Actor) -> Actor:
    return Actor("", "", "", actor.name)


@cache
def adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dumped(kind: type[Any], record: object) -> Any:
    return adapter(kind).dump_python(record, mode="json")


def _run(run: RunRecord) -> dict[str, Any]:
    plan = run.plan
    return {
        "run": run.id,
        "by": run.actor.name or run.actor.id,
        "status": run.status.value,
        "reason": run.reason,
        "rounds": plan.rounds,
        "candidates": plan.candidates,
        "quality": plan.quality,
        "size": f"{plan.width}x{plan.height}",
        "styles": list(plan.styles),
        "leap": plan.leap,
        "lock": plan.lock,
        "base": plan.base,
        "models": list(run.quote.models),
        "roles": dict(run.quote.roles),
        "painter": plan.painter,
        "target_score": plan.target,
        "quote_usd": money(run.quote.at_most),
    }


def _node(node: Iteration, place: int) -> dict[str, Any]:
    said = node.critique
    score = node.score
    return {
        "id": node.id,
        "run": node.run,
        "parent": node.parent,
        "round": node.round,
        "candidate": node.candidate,
        "file": image_name(node, place),
        "image": node.image,
        "size": f"{node.width}x{node.height}",
        "prompt": node.prompt,
        "words": node.words,
        "revised_prompt": node.revised_prompt,
        "style": node.style,
        "seed": node.seed,
        "model": node.model,
        "score": None if score is None else round(score.value, 1),
        "measure": "" if score is None else score.measure,
        "detail": None if score is None else score.detail,
        "layout": None if score is None else score.layout,
        "colour": None if score is None else score.colour,
        "drift": None if node.drift is None else round(node.drift, 1),
        "checks": {check.question: check.passed for check in node.checks},
        "won": node.won,
        "best": node.best,
        "because": node.because,
        "critique": None if said is None else said.summary,
        "next_prompt": None if said is None else said.prompt,
        "idea": "" if said is None else said.idea,
        "cost_usd": money(node.cost),
        "seconds": node.seconds,
        "created": node.created.isoformat(),
        "alt": node.alt,
        "title": node.chapter.scene.title if node.chapter else "",
        "text": node.chapter.scene.text if node.chapter else "",
    }


def _call(row: CallRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "run": row.run,
        "kind": row.kind,
        "model": row.model,
        "state": row.state.value,
        "begun": row.begun.isoformat(),
        "ended": row.ended.isoformat() if row.ended else None,
        "cost_usd": money(row.usd),
        "request_id": row.request_id,
        "error": row.error,
        "answer": dumped(CallRow, replace(row, by=""))["value"],
    }
