"""What a picture's file tells of where it comes from, for the terminal."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from core.imaging.provenance import read
from core.imaging.results import Provenance

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
console = Console()


def tell(file: Path, *, as_json: bool) -> int:
    """Prints it; exit code 0, or 1 where the file was changed since."""
    said = read(file.read_bytes())
    if as_json:
        print(json.dumps(asdict(said)))  # noqa: T201
    else:
        for line in lines(said):
            console.print(line, highlight=False, markup=False)
    return 1 if said.intact is False else 0


def lines(said: Provenance) -> list[str]:
    """Sentences, the most telling first."""
    found = [MADE.get(said.source, said.source), INTACT[said.intact]]
    found += [f"by {said.tool}"] if said.tool else []
    found += [f"from sha256:{parent}" for parent in said.parents]
    found += ["content credentials (C2PA) of its maker are inside"] if said.credentials else []
    return [line for line in found if line] or ["The file says nothing of where it comes from."]
