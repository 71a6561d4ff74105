"""The real program, its scripted painter as slow as a real one:
`python -m tests.bench.slack_program SECONDS`."""

import sys
from functools import partial
from typing import Any, cast

from adapters.models import registry
from adapters.models.scripted import ScriptedPainter
from bot.cli import app

if __name__ == "__main__":
    slow = partial(ScriptedPainter, seconds=float(sys.argv[1]))
    cast(Any, registry).ScriptedPainter = slow
    app(["run"], prog_name="darkroom")
