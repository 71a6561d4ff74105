"""What each operation of a painter's request makes; runs in the pool of processes."""

from dataclasses import dataclass

from adapters.models.offline import diagrams, editing, engine, joining, restyling, styles
from adapters.models.offline.raster import Pixels
from adapters.models.offline.restyling import LANCZOS
from core.domain.errors import Unsupported
from core.imaging import codec
from core.models.painter import PaintRequest


@dataclass(frozen=True, slots=True)
class Made:
    """A painting as PNG bytes, what is to be said of it, and what made it where that is no style."""

    data: bytes
    said: str = ""
    model: str = ""


def made(request: PaintRequest, seed: int) -> Made:
    """One painting. Raises Unsupported with a sentence for what is beyond formulas."""
    try:
        picture, said, model = _made(request, seed)
    except (editing.CantEdit, diagrams.CantDraw) as exc:
        raise Unsupported(str(exc)) from exc
    return Made(codec.encode_array(picture), said, model)


def _made(request: PaintRequest, seed: int) -> tuple[Pixels, str, str]:
    if request.operation == "generate" or not request.sources:
        if diagram := _diagram_in(request.prompt):
            return (
                diagrams.drawn(diagram, request.width, request.height),
                diagrams.said(diagram),
                "",
            )
        return engine.paint(request.prompt, request.width, request.height, seed=seed), "", ""
    source = codec.rgb(request.sources[0])
    match request.operation:
        case "edit" | "replace":
            return *_edited(request, source, seed), ""
        case "outpaint":
            m = request.margins
            return engine.outpaint(source, m.left, m.right, m.up, m.down, seed), "", ""
        case "style":
            return *_styled(request, source, seed), ""
        case "upscale":
            large = restyling.enlarged(source, request.width, request.height)
            size = f"{large.shape[1]}×{large.shape[0]}"
            return large, f"Enlarged to {size} by Lanczos, which adds no detail.", LANCZOS
        case "vary" if len(request.sources) > 1:
            text = joining.text_of([codec.rgb(data) for data in request.sources], seed)
            said = (
                "The pictures are described coarsely, and stand in one another where each is busy."
            )
            return engine.paint(text, request.width, request.height, seed=seed), said, ""
        case "vary":
            if engine.has_dabs(request.prompt):
                text = engine.vary(request.prompt, request.strength, seed)
                return engine.paint(text, request.width, request.height, seed=seed), "", ""
            return restyling.varied(source, request.strength, seed), "", ""


def _diagram_in(prompt: str) -> diagrams.Diagram | None:
    """The diagram that a prompt asks for. Raises CantDraw where it says "Diagram:" and then nothing
    that could be one."""
    diagram = diagrams.read(prompt) if diagrams.asked_for(prompt) else None
    if diagram is None and prompt.lstrip().lower().startswith("diagram:"):
        raise diagrams.CantDraw(
            "The embedded engine reads no diagram in that: say who does what with whom (“a client "
            "asks a server”), steps (“first wash, then dry”), or arrows (“a -> b”), in English."
        )
    return diagram


def _edited(request: PaintRequest, source: Pixels, seed: int) -> tuple[Pixels, str]:
    mask = codec.rgb(request.mask)[..., 0] if request.mask else None
    if request.operation == "replace":
        edited = editing.replaced(source, mask, request.search, request.prompt, seed)
    else:
        edited = editing.edit(source, mask, request.prompt, seed)
    return edited.picture, edited.said


def _styled(request: PaintRequest, source: Pixels, seed: int) -> tuple[Pixels, str]:
    """The source in a style of the engine's where one is named and nothing else is; else the prompt
    in the source's light and colours."""
    style = styles.named(request.style) or styles.named(request.prompt)
    if style is not None and not engine.paints(styles.without(request.prompt)):
        return restyling.in_style(source, style, seed), f"Painted over in the style {style}."
    painted = engine.paint(request.prompt, request.width, request.height, seed=seed)
    said = "Painted in the light and colours of the picture; its brushwork is not taken over."
    return restyling.in_palette(painted, source), said
