"""A picture asked for by chat: the modalities, the shape and size, the pictures to begin with
(openrouter.ai/docs/features/multimodal/image-generation)."""

from adapters.models.sending import Sent
from adapters.models.spoken import Shape, told
from core.models.painter import PaintRequest


def payload(request: PaintRequest, model: str, pictures: list[Sent]) -> dict[str, object]:
    shape = Shape.of(request.width, request.height)
    content: list[object] = [{"type": "text", "text": told(request)}]
    content += [{"type": "image_url", "image_url": {"url": each.uri}} for each in pictures]
    found: dict[str, object] = {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "modalities": ["image", "text"],
        "image_config": {"aspect_ratio": shape.ratio, "image_size": shape.size},
        "usage": {"include": True},
    }
    return found | ({"user": request.user} if request.user else {})
