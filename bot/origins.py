"""What a picture's file tells of where it comes from, for the terminal."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from adapters.credentials.telling import changed, lines, origin_of

console = Console()


def tell(file: Path, *, as_json: bool) -> int:
    """Prints it; exit code 0, or 1 where the file was changed since."""
    said = origin_of(file.read_bytes())
    if as_json:
        print(json.dumps(asdict(said)))  # noqa: T201
    else:
        for line in lines(said):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 1 if changed(said) else 0
