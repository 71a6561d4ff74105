"""Updates of every kind, with the branches that change what is said of them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.reviews import Paused, ReviewClosed, ReviewEnd, ReviewRequested
from core.domain.updates import (
    Accepted,
    Critiqued,
    Described,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)
from core.domain.views import CandidateView, Check, Quote, Score

AT = datetime(2026, 11, 29, 20, 15, tzinfo=UTC)
MODELS = ("openai:gpt-image-2.5-flare-2026-09-08", "openai:gpt-5.5-mini")
FAMILY = "👨‍👩‍👧‍👦"
LONG = f"Maximiliane-Henriette {FAMILY * 30}"
HEBREW = "שועל אדום בשלג בשקיעה"
QUOTE = Quote(4, 4, Decimal("0.0852"), Decimal("0.0639"), 0.7, MODELS)
CHECKS = (
    Check("Is there a fox?", True),
    Check("Is it snowing?", False),
    Check("Is it dusk?", None),
)
VIEW = CandidateView(
    "run.1.0", "a" * 64, 1024, 1024, "Round 1: a red fox in the snow & the sunset behind it",
    Score(47.66, measure="likeness"), CHECKS,
)  # fmt: skip
OPENING = Accepted(
    session="s", run="r", mode="refine", owner="U1", owner_name="Ann", quote=QUOTE,
    goal="a red fox in the snow at sunset", reference="b" * 64,
)  # fmt: skip
ROUND = IterationFinished(
    session="s", run="r", mode="refine", round=1, rounds=4, candidates=(VIEW,), best=0,
    champion="run.1.0", won=True, change=None, cost=Decimal("0.0213"), seconds=12.34,
    prompt="a red fox", words="a red fox", model=MODELS[0],
)  # fmt: skip
FINISHED = Finished(
    session="s", run="r", mode="refine", reason="All rounds are done.", best=VIEW, rounds=4,
    spent=Decimal("0.0639"), spent_images=4, quote=QUOTE, released=Decimal("0.0213"), seconds=75,
    contact_sheet="c" * 64, plot="d" * 64, animation_gif="e" * 64,
)  # fmt: skip
REVIEW = ReviewRequested(
    session="s", run="r", round=2, iteration="run.2.0", critique="Make the snow deeper.", until=AT
)
FREE = replace(QUOTE, embedded=True, at_most=Decimal(0), likely=Decimal(0), models=())


def samples() -> dict[str, Update]:
    """By what is special about each."""
    return {**_beginnings(), **_rounds(), **_endings()}


def _beginnings() -> dict[str, Update]:
    single = Quote(1, 1, Decimal("0.0213"), None, None, MODELS)
    progress = Progressed(session="s", run="r", phase="running", line="painting round 2 of 4")
    return {
        "accepted": OPENING,
        "accepted, one round": replace(OPENING, quote=single),
        "accepted, price unknown": replace(
            OPENING, quote=replace(QUOTE, at_most=None, likely=None)
        ),
        "accepted, embedded": replace(OPENING, quote=FREE),
        "accepted, asks first": replace(
            OPENING, confirm=True, reason="The first run that costs money asks before it starts."
        ),
        "accepted, branch of a long name": replace(
            OPENING, mode="evolve", owner_name=LONG, label=f"B · {LONG}", branch=True, goal=HEBREW
        ),
        "accepted, long emoji wish": replace(OPENING, goal=f"{FAMILY} & friends " * 200),
        "progressed": replace(progress, spent=Decimal("0.0213")),
        "progressed, little spent": replace(progress, spent=Decimal("0.0004"), review=True),
        "progressed, to choose from": replace(
            progress, phase="done", line="Done.", candidates=(VIEW, VIEW), champion="run.1.0"
        ),
    }


def _rounds() -> dict[str, Update]:
    checklist = replace(VIEW, score=Score(100, measure="checklist"), checks=CHECKS[:1])
    bare = replace(VIEW, score=None, checks=(), alt=f"Round 1: {HEBREW} {FAMILY * 200}")
    return {
        "round": ROUND,
        "round, later": replace(ROUND, round=2, change=3.26, critique="The fox is redder."),
        "round, one check": replace(ROUND, candidates=(checklist,), change=-1.04, won=False),
        "round, two candidates": replace(ROUND, candidates=(VIEW, replace(VIEW, score=None))),
        "round, price unknown": replace(ROUND, cost=None, candidates=(bare,), label=f"C · {LONG}"),
        "round, embedded": replace(ROUND, embedded=True, cost=Decimal(0), note="The judge prefers this image: checklist and comparison decide, not the score."),
        "round of a departure": replace(ROUND, mode="evolve", style="Linocut", drift=61.5),
        "critiqued": Critiqued(
            session="s", run="r", round=1, iteration="run.1.0", summary="The snow is too grey.",
            differences=("The fox is small.",), keep=("the sky",), idea="At night.",
        ),
        "described": Described(
            session="s", run="r", image="a" * 64, alt="A red fox in the snow & a low sun.",
            prompts=("A red fox in the snow", "Fox, watercolour"), cost=Decimal("0.0021"),
        ),
        "described, asked": Described(
            session="s", run="r", image="a" * 64, alt="Two.", prompts=(), question="How many foxes?",
            note="Its age can't be told.", embedded=True,
        ),
        "review": REVIEW,
        "review, edited": replace(REVIEW, closed=_closed("edited", "Make the sky purple & wide.")),
        "review, went on": replace(REVIEW, closed=_closed("went_on")),
        "review, nobody": replace(REVIEW, closed=ReviewClosed(how="time_up", at=AT)),
        "review, over": replace(REVIEW, until=None),
        "paused": Paused(
            session="s", run="r", round=2, iteration="run.2.0", critique="Make the snow deeper.",
            reason="Answer the critique to go on.",
        ),
    }  # fmt: skip


def _closed(how: ReviewEnd, text: str | None = None) -> ReviewClosed:
    return ReviewClosed(how=how, at=AT, by="U1", by_name="Ann", text=text)


def _endings() -> dict[str, Update]:
    asked = "You have 2 runs going, the limit is 2: wait until one ends, or stop one."
    left = "This needs 4 images and 3 of your 30 a day are left."
    return {
        "finished": FINISHED,
        "finished, one round": replace(FINISHED, rounds=1, spent_images=1, unknown_calls=1),
        "finished, unknown": replace(FINISHED, spent=None, released=None, unknown_calls=2),
        "finished, embedded": replace(FINISHED, embedded=True, spent=Decimal(0), quote=FREE),
        "finished, a branch": replace(FINISHED, label=f"B · {LONG}", best=None),
        "failed": Failed(
            session="s", run="r", sentence="The provider did not answer for a day.", spent=None
        ),
        "failed, spent": Failed(
            session="s",
            run="r",
            sentence="Nothing was painted and nothing is charged: Fish & chips.",
            spent=Decimal("0.0213"),
        ),
        "refused": Refused(command="refine", sentence=asked, actor="U1"),
        "refused until": Refused(command="refine", sentence=left, actor="U1", free_at=AT),
        "noticed": Noticed(
            session="s",
            run="r",
            about="branch",
            sentence=f"Branch B: {LONG} picked round 2; a new branch grows from it.",
        ),
        "to be reposted": Noticed(
            session="s",
            run="r",
            about="repost:key",
            sentence="A post may be missing here: the platform did not answer.",
        ),
        "another painter is offered": Noticed(
            session="s",
            run="r",
            about="instead:0",
            sentence="Studio is down: it failed 3 times in a row. core could go on, "
            "for at most $0.03 a picture.",
        ),
    }
