"""OpenAI's moderation endpoint as a second look at pictures: free, and before they are posted."""

import base64

from adapters.models.config import ProviderConfig
from adapters.models.openai.client import open_client
from adapters.models.openai.errors import CALL_FAILED, translate
from adapters.models.openai.servers import label_of
from adapters.models.policy import Policy
from core.imaging import tasks
from core.ports.pixels import Pixels

MODEL = "omni-moderation-latest"
LOOKING = Policy(whole_s=20.0, most_bytes=1024 * 1024)
SIDE, QUALITY = 768, 85


class Moderation:
    """Implements `core.ports.guard.Guard`."""

    def __init__(self, provider: str, config: ProviderConfig, pixels: Pixels) -> None:
        self._provider, self._pixels = provider, pixels
        self._client = open_client(provider, config, LOOKING)

    async def look(self, picture: bytes) -> tuple[str, ...]:
        small = await self._pixels.run(tasks.fit, picture, SIDE, "JPEG", QUALITY)
        uri = f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
        try:
            answer = await self._client.moderations.create(
                model=MODEL, input=[{"type": "image_url", "image_url": {"url": uri}}]
            )
        except CALL_FAILED as exc:
            raise translate(exc, label_of(self._provider), MODEL, self._provider) from exc
        found = {
            name
            for result in answer.results
            if result.flagged
            for name, is_so in result.categories.model_dump(by_alias=True).items()
            if is_so
        }
        return tuple(sorted(found))

    async def close(self) -> None:
        await self._client.close()
