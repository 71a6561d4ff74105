"""All an image was made from, for who asks."""

from adapters.discord.page import Page, quoted
from adapters.texts.catalogue import t
from adapters.texts.figures import exact, number
from core.domain.records import Iteration


def details_page(iteration: Iteration) -> Page:
    """All an image was made from."""
    prompt = quoted(iteration.words or iteration.prompt, 1800)
    lines = [f"### {t('post.round_alone', round=iteration.round)}"]
    told = (
        (t("details.prompt"), prompt),
        (t("details.because"), quoted(iteration.because)),
        (t("details.style"), quoted(iteration.style)),
        (t("details.revised"), quoted(iteration.revised_prompt, 700)),
    )
    lines += [f"**{name}** {words}" for name, words in told if words]
    marks = {True: "✅", False: "❌", None: "❔"}
    lines.extend(f"{marks[c.passed]} {quoted(c.told, 120)}" for c in iteration.checks[:8])
    for each in iteration.chapter.likeness if iteration.chapter else ():
        name = quoted(each.name, 40)
        lines.append(t("details.likeness", name=name, share=number(100 * each.colours)))
    seed = "–" if iteration.seed is None else iteration.seed
    made = (
        iteration.model,
        f"{iteration.width}×{iteration.height}",
        f"{t('details.seed')} {seed}",
        exact(iteration.cost),
        t("figure.seconds", n=number(iteration.seconds)),
    )
    return Page("\n".join([*lines, f"-# {' · '.join(filter(None, made))}"]))
