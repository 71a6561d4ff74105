"""What a server that speaks OpenAI's Images API takes: OpenAI's own models, or something like them."""

from dataclasses import dataclass
from typing import Any

from adapters.models.config import ProviderConfig
from adapters.models.fitness import without
from adapters.models.openai.servers import GPT, is_official
from adapters.models.openai.sizes import FREE, GPT_IMAGE, SizeRule, fitted
from adapters.models.reading import reader
from core.domain.commands import QUALITIES
from core.domain.text import EXTRA_ARGS
from core.models.painter import Operation, PainterProfile, PaintRequest

FORMAT = "png"  # lossless: rounds are edited again and again
MAX_N, MAX_SOURCES = 10, 16
GPT_IMAGE_DIALECT = "gpt-image"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How requests to one model are worded."""

    gpt: bool
    model: str
    config: ProviderConfig

    @property
    def rule(self) -> SizeRule:
        return GPT_IMAGE if self.gpt else FREE

    @property
    def per_call(self) -> int:
        """Images of one call; more are several calls at once."""
        return MAX_N if self.config.supports_n else 1

    def size(self, request: PaintRequest) -> tuple[int, int]:
        """Width and height that are asked of the model, in pixels."""
        margins = request.margins
        width, height = request.width, request.height
        if request.operation == "outpaint":
            width += margins.left + margins.right
            height += margins.up + margins.down
        return fitted(width, height, self.rule, self.config.sizes)

    @property
    def qualities(self) -> tuple[str, ...]:
        if not self.config.supports_quality:
            return ()
        found = GPT.match(self.model)
        if found and found[1] != "latest" and float(found[1]) >= 2.5:
            return QUALITIES
        return tuple(quality for quality in QUALITIES if quality not in ("xhigh", "max"))

    def quality(self, request: PaintRequest) -> str:
        """The quality wanted, or the best below it that the model has; "auto" where it has none."""
        known = self.qualities
        if not known or request.quality in known:
            return request.quality if known else "auto"
        rank = QUALITIES.index(request.quality) if request.quality in QUALITIES else 0
        return next((q for q in reversed(QUALITIES[:rank]) if q in known), known[0])

    def prompt(self, request: PaintRequest) -> str:
        """The text as it is sent: a self-hosted server's private syntax is none of people's words."""
        text = request.prompt
        if request.negative:
            text = f"{text}\n\nAvoid: {request.negative}"
        text = text if self.gpt else EXTRA_ARGS.sub(" ", text)
        return text.encode(errors="replace").decode()  # half a character can't be sent

    def fields(self, request: PaintRequest, n: int) -> Fields:
        """A request's fields without its files. `quality` is always said where it is known: `auto`
        can cost thousands of tokens."""
        width, height = self.size(request)
        fields: Fields = {
            "model": self.model,
            "prompt": self.prompt(request),
            "size": f"{width}x{height}",
        }
        if self.config.supports_n:
            fields["n"] = n
        if self.config.supports_quality:
            fields["quality"] = self.quality(request)
        fields |= self._live(request) if self.gpt else {"response_format": "b64_json"}
        return without(fields, self.config.omit)

    def _live(self, request: PaintRequest) -> Fields:
        """Parameters that OpenAI's living models know."""
        fields: Fields = {"output_format": FORMAT}
        if request.transparent:
            fields["background"] = "transparent"
        if request.user:
            fields["safety_identifier"] = request.user
        if request.operation == "generate" and request.moderation != "auto":
            fields["moderation"] = request.moderation
        return fields


def dialect_of(model: str, config: ProviderConfig) -> Dialect:
    """GPT image models are worded alike wherever they are served; all else is DALL·E's heir. A model
    under another name is what the configuration says."""
    by_name = is_official(config) or GPT.match(model) is not None
    gpt = config.dialect == GPT_IMAGE_DIALECT if config.dialect else by_name
    return Dialect(gpt, model, config)


def _takes_markup(dialect: Dialect) -> bool:
    """GPT Image 2.5 alone is documented to; `omit` turns it off where a gateway knows nothing of it."""
    found, config = GPT.match(dialect.model), dialect.config
    theirs = dialect.gpt and found is not None and found[1] == "2.5"
    return theirs and config.mask_field == "mask" and "markup" not in config.omit


def profile_of(provider: str, dialect: Dialect, timeout_s: float) -> PainterProfile:
    """What the model can do, as its family and the configuration's flags have it."""
    config, gpt = dialect.config, dialect.gpt
    mask = config.supports_edits and bool(config.mask_field)
    tokens, manner = (0, "sentences") if gpt else reader(dialect.model, config.prompt_tokens)
    operations: set[Operation] = {"generate"}
    operations |= {"edit", "vary"} if config.supports_edits else set()
    operations |= {"outpaint"} if mask else set()
    return PainterProfile(
        provider=provider,
        model=dialect.model,
        operations=frozenset(operations),
        mask=mask,
        image_to_image=config.supports_edits,
        max_sources=(MAX_SOURCES if gpt else 1) if config.supports_edits else 0,
        max_n=MAX_N,
        qualities=dialect.qualities,
        sizes=config.sizes,
        markup=mask and _takes_markup(dialect),
        transparent=gpt,
        prompt_limit=32_000 if gpt else 4_000,
        reads_tokens=tokens,
        manner=manner,
        formats=(FORMAT,),
        english=not gpt,
        timeout_s=timeout_s,
    )
