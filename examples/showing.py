"""How an update looks in the room: what its post says and carries, or what it changes of one."""

from typing import Any

from adapters.facts import of_session, quota_line
from adapters.texts.catalogue import t, title
from adapters.texts.help import job_lines
from adapters.texts.quote import bill, quote_line
from adapters.texts.sentences import said
from core.domain import updates as u
from core.domain.reviews import Paused, ReviewRequested
from core.ports.api import CoreApi

ROUND = ("Continue from this", "Paint again", "Edit prompt…", "Details")
REVIEW, CONFIRM, STOP = ("Edit critique…", "Go on as it is"), ("Start", "Cancel"), ("Stop",)
OVER = ("done", "stopped", "refused", "failed", "paused")


async def shown(core: CoreApi, update: u.Update) -> dict[str, Any]:
    """By the fields of a post; `hashes` are the pictures it shows."""
    match update:
        case u.Accepted():
            head = f"{title(update.mode)} for {update.owner_name}"
            text = "\n".join(filter(None, (head, update.goal, quote_line(update.quote))))
            return {"text": text, "buttons": CONFIRM if update.confirm else STOP}
        case u.Progressed():
            buttons = () if update.phase in OVER else STOP
            buttons = CONFIRM if update.phase == "confirming" else buttons
            return {"line": said(update.line), "buttons": buttons}
        case u.IterationFinished():
            return _round(update)
        case u.Critiqued():
            return {"line": update.summary}
        case u.Described():
            return {"text": "\n".join((update.alt, *update.prompts)), "hashes": [update.image]}
        case ReviewRequested() | Paused():
            return _review(update)
        case u.Finished():
            best, text = update.best, f"### Done\n{said(update.reason)}\n{bill(update)}"
            hashes = (update.contact_sheet, update.animation, update.plot)
            about = {"iteration": best.iteration if best else ""}
            return {
                "text": text,
                "hashes": (best.image if best else "", *hashes),
                "about": about,
            }
        case u.Noticed():
            buttons = ("Repost",) if update.offers else ()
            about = {"delivery": update.offers}
            return {"text": said(update.sentence), "buttons": buttons, "about": about}
        case u.Refused():
            return {"text": said(update.sentence), "whom": update.actor}
        case u.Failed():
            return {"text": said(update.sentence)}
        case u.Asked():
            return await _answer(core, update)
        case u.Discarded():
            return {}


async def _answer(core: CoreApi, update: u.Asked) -> dict[str, Any]:
    """Help and the like, for one pair of eyes; as they are when it is sent."""
    who, text, hashes = update.actor, t("say.unclear"), ("",)
    match update.what:
        case "help":
            lines = job_lines([each for each in core.offers if each.begins_session])
            text = "\n".join((t("help.about"), *(f"• {line}" for line in lines)))
        case "quota":
            text = quota_line(await core.quota(who))
        case "sessions":
            rows = map(of_session, await core.sessions(who))
            text = "\n".join(f"{r['session']} {r['name'] or r['goal']}" for r in rows)
        case "image":
            node = await core.iteration(update.about, who)
            there = node if node and not node.discarded else None
            text, hashes = (there.prompt, (there.image,)) if there else (t("say.not_there"), ())
        case _:
            pass
    return {"text": text, "hashes": hashes, "whom": who.id, "thread": ""}


def _round(update: u.IterationFinished) -> dict[str, Any]:
    best = update.candidates[update.best]
    head = (
        title(update.mode)
        if update.shown == "picture"
        else f"Round {update.round} of {update.rounds}"
    )
    score = f"score {best.score.value:.1f}" if best.score else ""
    lines = (f"{head} {update.style}".strip(), score, update.words, said(update.note))
    hashes = [each.image for each in update.candidates]
    about = {"iteration": best.iteration}
    return {
        "text": "\n".join(filter(None, lines)),
        "buttons": ROUND,
        "hashes": hashes,
        "about": about,
    }


def _review(update: ReviewRequested | Paused) -> dict[str, Any]:
    """Open, with its buttons; or how it ended."""
    end = update.closed if isinstance(update, ReviewRequested) else None
    if end is None:
        about = {"round": str(update.round)}
        return {"text": f"{t('review.ask')}\n{update.critique}", "buttons": REVIEW, "about": about}
    how = t(f"review.{end.how}", by=end.by_name or "", at=f"{end.at:%H:%M}")
    return {"text": f"{how}\n{end.text or ''}".strip(), "buttons": ()}
