"""A person's question about a picture, answered by measurement, or said to be beyond it."""

from adapters.models.offline import engine, seeing
from adapters.models.offline.words import compose
from core.domain.answers import Reply
from core.imaging import codec
from core.models.critic import Query

UNSEEN = (
    "What things are, who is shown and what is written can't be told by measurement: the embedded "
    "engine sees colours, light and where they are."
)
SAID = {True: "Yes, by measurement.", False: "No, by measurement."}


def reply(ask: Query) -> Reply:
    """Yes or no where the question is one it can measure; else what it does see."""
    pixels = codec.rgb(ask.image)
    answer = engine.answer(pixels, ask.question.strip())
    if answer is not None:
        return Reply(text=SAID[answer])
    mood, composition, palette, *_ = compose(seeing.look_at(pixels).lab, "").splitlines()
    return Reply(text=f"{mood} {composition} {palette}", unseen=UNSEEN)
