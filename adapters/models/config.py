"""What an adapter of a model provider is made from, and what it says of its model's standing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Previews = Literal["off", "free", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """One [providers.NAME] table. `rpm` requests and `ipm` images a minute (0 = no limit),
    `concurrency` calls at once.

    `mask_field` empty = no masks; `image_hosts`: where links to results may lead, besides the
    server itself (a bare host means https). `steps` (0 = by quality) and `sampler` ("" = the
    server's) are for kind sdwebui; `negative`, what its pictures should not show, for all but openai.

    `workflow` and `workflow_edit` are ComfyUI's files, for words and for pictures. `inputs`: what a
    hosted model calls what it takes (kinds replicate and fal), `edit_model` who changes pictures there.

    `prompt_tokens`: how much of a prompt the painter reads, 0 = by its name.

    `second_look`: whether pictures are shown to its moderation before they are posted, None = where
    the provider is known to have one.

    `previews`: whether a picture is shown while it is painted: where that is "free", or "all" that
    there are.

    `ca_file`: certificates to trust besides the well-known ones (PEM). `extra_headers` go with every
    request, the parameters named in `omit` with none. `api_version`: Azure's. `dialect`: how requests
    for pictures are worded, "" = by the model's name. `thinking_tokens`: what a critic may think
    beyond the room its answer has, bought and quoted; `reasoning_effort` is sent as it is, "" = not.
    """

    kind: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    rpm: int = 60
    ipm: int = 0
    concurrency: int = 8
    mask_field: str = "mask"
    mask_polarity: str = "transparent"
    supports_n: bool = True
    supports_quality: bool = True
    supports_edits: bool = True
    sizes: tuple[str, ...] = ()
    image_hosts: tuple[str, ...] = ()
    steps: int = 0
    sampler: str = ""
    negative: str = ""
    ca_file: str = ""
    extra_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    omit: tuple[str, ...] = ()
    api_version: str = ""
    dialect: str = ""
    thinking_tokens: int = 0
    reasoning_effort: str = ""
    prompt_tokens: int = 0
    workflow: str = ""
    workflow_edit: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    edit_model: str = ""
    second_look: bool | None = None
    previews: Previews = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What a provider says of a model without being paid. `gone`: it has no such model (any more);
    not ok for another reason: the account is in trouble. `leaves` is the day it is shut down."""

    ok: bool
    gone: bool = False
    sentence: str = ""
    leaves: date | None = None
