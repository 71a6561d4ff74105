"""Which checkpoint a server has. AUTOMATIC1111 passes over one it doesn't have and paints with
whichever is loaded (modules/processing.py, process_images), so the answer is looked at too."""

from adapters.models.http import HttpClient
from adapters.models.sdwebui import answers
from core.domain.errors import ModelGone, ProviderError

MODELS = "/sdapi/v1/sd-models"
ANY_MODEL = "default"
NAMED_AT_MOST = 8
ENDINGS = (".safetensors", ".ckpt", ".gguf")


def missing(label: str, wanted: str, found: list[tuple[str, ...]]) -> str:
    """ "" if the model is among those found by any of its names, else the sentence that says so."""
    if wanted == ANY_MODEL or any(wanted in names for names in found):
        return ""
    some = ", ".join(names[0] for names in found[:NAMED_AT_MOST]) or "none"
    return f"{label} has no model {wanted}; it has: {some}."


async def verify(http: HttpClient, wanted: str, painted_with: str) -> None:
    """Raises ModelGone if the server doesn't have the model; asks it only where the name of the
    model that painted looks like another."""
    if wanted == ANY_MODEL or not painted_with or _stem(wanted) == _stem(painted_with):
        return
    try:
        reply = await http.get(MODELS)
    except ProviderError:
        return
    found = answers.models(reply) if reply.status == 200 else []
    if found and (said := missing(http.label, wanted, found)):
        raise ModelGone(said)


def _stem(name: str) -> str:
    """A checkpoint's bare name: without folder, ending and hash."""
    bare = name.replace("\\", "/").rpartition("/")[2].partition(" [")[0].casefold()
    for ending in ENDINGS:
        bare = bare.removesuffix(ending)
    return bare
