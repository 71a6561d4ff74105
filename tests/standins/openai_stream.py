"""Server-sent events of the stand-in OpenAI: partial images, then the whole one."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.standins.openai_pictures import base64_of, painted

Json = dict[str, Any]


async def stream(
    request: web.Request,
    body: Json,
    fault: str,
    image: bytes,
    told: Json,
    usage: Json,
    partly: asyncio.Event | None,
) -> tuple[web.StreamResponse, bool]:
    """Partial images, grey and greyer, then the whole one, and whether that was sent. `partly` is
    waited for after each partial image. The fault "broken stream" ends it with an error, "cut stream"
    without a word."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    kind = told.pop("kind")
    for n in range(int(body.get("partial_images", 0))):
        part = painted(f"grey {90 + n}", 64, 64, told["output_format"])
        event = {"type": f"{kind}.partial_image", "partial_image_index": n}
        await _sent(response, event | told | {"b64_json": base64_of(part)})
        if partly is not None:
            await partly.wait()
    if fault == "broken stream":
        error = {"message": "refused", "code": "moderation_blocked", "type": "image_error"}
        await response.write(f"event: error\ndata: {json.dumps({'error': error})}\n\n".encode())
    elif fault != "cut stream":
        whole = {"type": f"{kind}.completed", "usage": usage, "b64_json": base64_of(image)}
        await _sent(response, whole | told)
    await response.write_eof()
    return response, fault not in ("broken stream", "cut stream")


async def _sent(response: web.StreamResponse, event: Json) -> None:
    await response.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
