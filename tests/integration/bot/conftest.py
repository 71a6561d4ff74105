"""The program called as its process would call it, without loading it anew."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main

Said = tuple[int, str, str]
Say = Callable[..., Said]


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Say]:
    """Calls the program in this process, in its folder and without anybody's keys."""
    for name in os.environ:
        if name.endswith(("_TOKEN", "_API_KEY")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)

    def say(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["darkroom", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    yield say
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
