"""Options that several jobs have, with one meaning and one text."""

from typing import Annotated

from core.domain.commands import ImageHandle, Quality
from core.domain.defaults import MAX_CANDIDATES
from core.domain.options import Option

MOST_REGION = 60

QualityOption = Annotated[Quality | None, Option("refine.quality")]
SizeOption = Annotated[str | None, Option("imagine.size", suggest="sizes")]
PainterOption = Annotated[str, Option("refine.model", wire="model", suggest="painters")]
CandidatesOption = Annotated[int | None, Option("imagine.candidates", most=MAX_CANDIDATES)]
SessionOption = Annotated[str, Option("continue.session", suggest="sessions", here=True)]
RegionOption = Annotated[str, Option("edit.region", most=MOST_REGION, holds="region")]
MaskOption = Annotated[ImageHandle | None, Option("edit.mask", holds="mask")]
