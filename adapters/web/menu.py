"""What the page offers: commands with their options, for completion, the form and /help."""

from collections.abc import Sequence
from typing import Any

from adapters.web.config import Limits
from adapters.web.outbound import plain
from core.domain.commands import LEAPS, QUALITIES
from core.imaging.formats import endings, media_types
from core.ports.api import ModelsView, QuotaView

SIZES = ("1024x1024", "1536x1024", "1024x1536")
EMBEDDED_NOTE = (
    "Painted by the embedded engine: no neural network, a painter by formula, "
    "so that everything works before you have a key."
)


def meta(
    models: ModelsView, painters: Sequence[str], limits: Limits, quota: QuotaView
) -> dict[str, Any]:
    """Everything the page must know before the first command; `painters` are those allowed."""
    names = ("painter", "editor", "critic", "judge", "embedded")
    return {
        "commands": commands(models, painters, limits),
        "styles": list(models.styles),
        "models": {name: getattr(models, name) for name in names},
        "embedded_note": EMBEDDED_NOTE if models.embedded else "",
        "limits": plain(limits),
        "accept": [*media_types(), *(f".{ending}" for ending in endings())],
        "caps": plain(quota),
    }


def commands(models: ModelsView, painters: Sequence[str], limits: Limits) -> list[dict[str, Any]]:
    image = _option("image", "image", "the picture: drop, paste or choose it")
    quality = _option("quality", "choice", "how fine, and how dear", choices=list(QUALITIES))
    size = _option("size", "choice", "width x height in pixels", choices=list(SIZES), free=True)
    model = _option("model", "choice", "which one paints", choices=list(painters))
    styles = list(models.styles)
    refine = [
        image,
        _option("goal", "text", "what it shall be, in a sentence"),
        _rounds(limits.iterations, limits.max_refine),
        _option("candidates", "number", "images a round", most=limits.max_candidates, default=1),
        quality,
        size,
        _option("review", "flag", "see and edit each critique before the next round"),
        _option("stop", "choice", "when to end", choices=["auto", "never"], default="auto"),
        model,
    ]
    evolve = [
        image,
        _rounds(limits.iterations, limits.max_evolve),
        _option("styles", "list", "which styles, in this order", choices=styles),
        _option("leap", "choice", "how far each round", choices=list(LEAPS), default="medium"),
        _option("lock", "flag", "keep the subject"),
        quality,
        size,
        model,
    ]
    more = [
        _option("instruction", "text", "what shall change"),
        _rounds(limits.continue_iterations, limits.max_refine),
    ]
    return [
        _command("refine", "come closer to a picture, a sentence, or both", refine),
        _command("evolve", "depart from a picture, a new style each round", evolve),
        _command("continue", "more rounds from the best image of this thread", more),
        _command("quota", "what you may still spend today", []),
        _command("sessions", "the sessions of this channel", []),
        _command("help", "what there is to type", []),
    ]


def _rounds(default: int, most: int) -> dict[str, Any]:
    return _option("iterations", "number", "rounds at most", most=most, default=default)


def _command(name: str, summary: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "summary": summary, "options": options}


def _option(name: str, type: str, summary: str, **rest: object) -> dict[str, Any]:
    return {"name": name, "type": type, "summary": summary, **rest}
