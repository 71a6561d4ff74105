"""Hosts of many models that take jobs: Replicate and fal. What they share: inputs by name, another
model for edits, pictures and masks that go in as links or data URIs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.models.fitness import without
from adapters.models.hosted.inputs import InputNames, Known
from adapters.models.jobs import JOBS, JobPainter
from adapters.models.sending import Sent, fitted_mask
from adapters.models.served import BEGINS, EDITS
from core.models.painter import PaintRequest


class HostedPainter(JobPainter):
    usual: ClassVar[Mapping[str, str]]
    known: ClassVar[Known] = ()

    def declared(self) -> dict[str, Any]:
        config, model = self._config, self._who.model
        self._edit_model = config.edit_model or self.edit_of(model)
        self._begins = InputNames.of(model, self.usual, self.known, config.inputs)
        self._changes = InputNames.of(self._edit_model, self.usual, self.known, config.inputs)
        edits = config.supports_edits and self._changes.takes("picture")
        return {
            "operations": BEGINS | EDITS if edits else BEGINS,
            "mask": edits and self._changes.takes("mask"),
            "image_to_image": edits,
            "max_sources": self._changes.max_sources if edits else 0,
            "seed": self._begins.takes("seed"),
            "prompt_limit": 8_000,
            "note": JOBS,
        }

    def edit_of(self, model: str) -> str:
        """The model that changes pictures, where another one does that."""
        return model

    async def asked(
        self, request: PaintRequest, pictures: list[Sent]
    ) -> tuple[str, dict[str, object]]:
        """The model of a request, and what it is asked."""
        links = [await self.placed(picture) for picture in pictures]
        if not links:
            return self._who.model, without(self._begins.filled(request, []), self._config.omit)
        mask = ""
        if self._changes.takes("mask"):
            data = await self._pixels.run(fitted_mask, request.mask, pictures[0].data)
            mask = await self.placed(Sent(data, "image/png"))
        filled = self._changes.filled(request, links, mask)
        return self._edit_model, without(filled, self._config.omit)

    async def placed(self, picture: Sent) -> str:
        """Where the model finds a picture that goes in: a data URI, where it takes one."""
        return picture.uri
