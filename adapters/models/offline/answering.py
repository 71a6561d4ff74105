"""What the embedded critic answers to each kind of question; runs in the pool."""

from adapters.models.offline import engine
from adapters.models.offline.softening import softened
from core.domain.answers import Critique, Description, Difference, Inspection, Rewritten, Verdict
from core.imaging import codec, similarity
from core.models.critic import Compare, Describe, Duel, Inspect, Rewrite, Transform

EPSILON = 0.5  # points of score below which a duel is a tie


def described(ask: Describe, style: str) -> Description:
    reference = codec.rgb(ask.reference) if ask.reference else None
    if reference is None:
        prompt = ask.goal[: ask.limit]
    else:
        prompt = engine.describe(reference, limit=ask.limit, style=style, goal=ask.goal)
    words = engine.words_of(prompt)
    checklist = engine.questions(ask.goal or words, reference)
    note = engine.heard(ask.goal) if reference is None else ""
    return Description(prompt=prompt, checklist=checklist, words=words, alt=words[:300], note=note)


def compared(ask: Compare) -> Critique:
    if ask.reference is None and not engine.has_dabs(ask.champion_prompt):
        return _mended(ask)
    reference = codec.rgb(ask.reference or ask.champion)
    made = engine.compare(
        reference,
        ask.champion_prompt,
        limit=ask.limit,
        round_number=ask.round,
        wish=ask.wish,
        rival=ask.challenger_prompt,
        tried=tuple(past.prompt for past in ask.history),
        seed=ask.seed,
        seen=None if engine.has_dabs(ask.champion_prompt) else codec.rgb(ask.champion),
    )
    differences = tuple(Difference(what) for what in made.differences[:3])
    summary = "; ".join(made.differences[:3]) or "Nothing left that measurement could mend."
    words = engine.words_of(made.prompt)
    return Critique(
        summary=summary, prompt=made.prompt, differences=differences, keep=made.keep, words=words
    )


def _mended(ask: Compare) -> Critique:
    """A goal without a reference: the next scene mends the questions that failed."""
    text = f"{ask.champion_prompt}, {ask.wish}" if ask.wish else ask.champion_prompt
    prompt = engine.mend(ask.goal, text, ask.failed)[: ask.limit]
    missing = tuple(Difference(f"not yet: {question}") for question in ask.failed[:3])
    summary = "; ".join(d.what for d in missing) or "Every question it can measure is answered."
    summary = " ".join(filter(None, (f"{summary.rstrip('.')}.", engine.heard(ask.goal))))
    return Critique(summary=summary, prompt=prompt, differences=missing, words=prompt)


def evolved(ask: Transform) -> Critique:
    prompt = engine.evolve(
        codec.rgb(ask.previous),
        ask.previous_prompt,
        ask.style,
        leap=ask.leap,
        lock=ask.lock,
        limit=ask.limit,
        seed=ask.seed,
    )
    return Critique(summary=f"into {ask.style}", prompt=prompt, words=engine.words_of(prompt))


def dueled(ask: Duel) -> Verdict:
    if ask.reference is None:
        return Verdict(winner="tie", reason="measured without a reference")
    reference = codec.rgb(ask.reference)
    first = similarity.measure(reference, codec.rgb(ask.first)).score
    second = similarity.measure(reference, codec.rgb(ask.second)).score
    if abs(first - second) < EPSILON:
        return Verdict(winner="tie")
    return Verdict(winner="first" if first > second else "second")


def inspected(ask: Inspect) -> Inspection:
    pixels = codec.rgb(ask.image)
    return Inspection(answers=tuple(engine.answer(pixels, q) for q in ask.checklist))


def rewritten(ask: Rewrite) -> Rewritten:
    prompt = f"{ask.prompt}, {ask.instruction}" if ask.task == "instruct" else ask.prompt
    if ask.task == "soften":
        prompt = softened(prompt)
    while len(prompt) > ask.limit and "\n" in prompt:
        prompt = prompt.rsplit("\n", 1)[0]
    prompt = prompt if len(prompt) <= ask.limit else prompt[: ask.limit].rsplit(" ", 1)[0]
    return Rewritten(prompt=prompt, words=engine.words_of(prompt))
