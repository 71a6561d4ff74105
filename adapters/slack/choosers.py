"""What may come of a picture, or of several at once, to choose from."""

import json
from collections.abc import Sequence

from adapters.slack import inputs
from adapters.slack.api import Json
from adapters.slack.kit import Message, actions, context, option, section, select
from adapters.slack.modals import Where
from adapters.slack.saving import SAVE
from adapters.texts.catalogue import t, title
from adapters.texts.help import missing_lines
from core.ports.offers import Offer, on_picture, on_several, ways_on

MORE, BEFORE = "more_image", "before"
A_PICTURE = "a picture"  # as core names what was not used


def chooser(offers: Sequence[Offer], where: Where, before: str) -> Json:
    """What may come of a picture; what can't be done here is named with what it would need."""
    rows = [
        (each.name, f"{title(each.name)}: {t(each.name)}") for each in offers if not each.missing
    ]
    if where.iteration:
        rows += [(id, f"{title(name)}: {t(way.says)}") for id, name, way in ways_on(offers)]
        rows.append((SAVE, f"{title(SAVE)}: {t('save')}"))
    if before:
        rows.append((BEFORE, t("more.before")))
    blocks = [inputs.choice("job", t("more.head"), rows, optional=False)] if rows else []
    if not rows:
        blocks.append(section(t("more.none")))
    small = [] if before or not where.iteration else [t("more.first")]
    small += missing_lines(offers)
    if small:
        blocks.append(context("\n".join(small)))
    name = t("more")
    if not rows:
        return inputs.reading(MORE, name, blocks)
    return inputs.modal(MORE, name, t("more.start"), where.pack(), blocks)


def several(offers: Sequence[Offer], about: str, key: str) -> Message:
    """What a message with several pictures may become; a choice leads to the job's dialog."""
    together = on_several(offers)
    alone = [
        each
        for each in on_picture(offers, brought=True)
        if each not in together and not each.missing
    ]
    said = t("several", count=len(json.loads(about)["files"]))
    options = [option(title(each.name), f"{each.name} {key}") for each in together]
    options += [
        option(t("several.alone", job=title(each.name)), f"{each.name} {key}") for each in alone
    ]
    return Message(said, [section(said), actions([select(t("more.choose"), "several", options)])])


def about_several(words: str, files: Sequence[str], unused: Sequence[str]) -> str:
    """What is to be known of a message with several pictures once somebody chooses; `unused` came
    along and is no picture."""
    return json.dumps({"words": words, "files": list(files), "unused": list(unused)})
