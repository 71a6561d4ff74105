"""What a file tells of where it comes from, in sentences, for the terminal and the page."""

from dataclasses import replace

from adapters.credentials.reading import EXTRA, inspect, installed
from core.imaging.provenance import read
from core.imaging.results import Credentials, Deed, Provenance

MADE = {
    "trainedAlgorithmicMedia": "made by a trained model",
    "algorithmicMedia": "made by an algorithm, without a trained model",
    "compositeWithTrainedAlgorithmicMedia": "put together of pictures that a trained model made",
}
INTACT = {
    True: "unchanged since it was written, to the byte",
    False: "changed since it was written",
    None: "",
}
NOTHING = "The file says nothing of where it comes from."
UNREAD = f"content credentials (C2PA) of its maker are inside; the extra {EXTRA} reads them"


def origin_of(data: bytes) -> Provenance:
    said = read(data)
    return replace(said, chain=inspect(data)) if said.credentials else said


def changed(said: Provenance) -> bool:
    """Whether the file is not what it was when it was marked or signed."""
    return said.intact is False or (said.chain is not None and not said.chain.intact)


def lines(said: Provenance) -> list[str]:
    """Sentences, the most telling first."""
    found = [MADE.get(said.source, said.source), INTACT[said.intact]]
    found += [f"by {said.tool}"] if said.tool else []
    found += [f"from sha256:{parent}" for parent in said.parents]
    found += _credentials(said.chain) if said.chain else []
    if said.credentials and said.chain is None:
        found.append("content credentials (C2PA) can't be read" if installed() else UNREAD)
    return [line for line in found if line] or [NOTHING]


def _credentials(chain: Credentials) -> list[str]:
    head = "content credentials (C2PA): unchanged since they were signed"
    if not chain.intact:
        head = (
            f"content credentials (C2PA): changed since they were signed ({', '.join(chain.wrong)})"
        )
    return [head, *(f"  {_deed(deed)}" for deed in chain.deeds)]


def _deed(deed: Deed) -> str:
    made_from = f", made from {', '.join(deed.made_from)}" if deed.made_from else ""
    tool = f" with {deed.tool}" if deed.tool else ""
    return f"{deed.title or deed.label}: signed by {deed.by or 'nobody known'}{tool}{made_from}"
