"""A page of every update as each door says it, in each language: `make texts`.

`python -m tests.preview.texts FILE` writes it. `faults` is what a test looks for in it.
"""

import asyncio
import html
import io
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Console

from adapters.discord.messages import Past, page_of
from adapters.discord.page import layout
from adapters.slack import blocks, closing, describing
from adapters.slack.kit import Message
from adapters.texts.catalogue import languages, speak
from bot import told
from core.domain.errors import Undeliverable
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Critiqued,
    Described,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)
from tests.browser import CHROMIUM
from tests.preview.page_texts import read
from tests.preview.updates import OPENING, ROUND, samples

FILES = {"a" * 64: "F1", "b" * 64: "F2", "c" * 64: "F3", "d" * 64: "F4", "e" * 64: "F5"}
STYLE = """body{font:14px/1.45 system-ui,sans-serif;margin:2rem;background:#f5f5f4;color:#1c1917}
table{border-collapse:collapse;width:100%;table-layout:fixed}th,td{border:1px solid #d6d3d1;
vertical-align:top;padding:.6rem;background:#fff;text-align:left}th{background:#e7e5e4}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:0}
.b{display:inline-block;border:1px solid #a8a29e;border-radius:4px;padding:0 .4rem;margin:.2rem .2rem 0 0}
.a{color:#78716c;font-size:12px;display:block}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One update at one door: `lines` are read, `alts` are heard, `labels` are pressed."""

    lines: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def words(self) -> Iterator[str]:
        yield from (*self.lines, *self.alts, *self.labels)


def on_discord(update: Update) -> Shown:
    """The very components that are sent."""
    finished = ROUND if isinstance(update, Critiqued) else None
    accepted = OPENING if isinstance(update, Progressed) else None
    embedded = bool(getattr(update, "embedded", False))
    if isinstance(update, Accepted):
        embedded = update.quote.embedded
    try:
        page = page_of(update, Past(accepted=accepted, finished=finished, embedded=embedded))
    except Undeliverable:
        return Shown()
    names = {picture.stem: f"{picture.stem}.webp" for picture in page.pictures}
    view = layout(page, "key", names)
    return _parts(view.to_components())


def _parts(components: list[Any]) -> Shown:
    lines, alts, labels = list[str](), list[str](), list[str]()
    waiting: list[Any] = list(components)
    while waiting:
        part = waiting.pop(0)
        below: list[Any] = [*(part.get("components") or []), *(part.get("items") or [])]
        waiting = [*below, *([part["accessory"]] if part.get("accessory") else []), *waiting]
        lines += [part["content"]] if part.get("content") else []
        alts += [part["description"]] if part.get("description") else []
        labels += [part[key] for key in ("label", "placeholder") if part.get(key)]
        options: list[Any] = part.get("options") or []
        labels += [option["label"] for option in options]
    return Shown(tuple(lines), tuple(alts), tuple(labels))


def on_slack(update: Update) -> Shown:
    message = _message(update)
    if message is None:
        return Shown()
    lines, alts, labels = [message.text], list[str](), list[str]()
    waiting: list[Any] = list(message.blocks)
    while waiting:
        block = waiting.pop(0)
        waiting = [*(block.get("elements") or []), *waiting]
        waiting = [*([block["accessory"]] if block.get("accessory") else []), *waiting]
        text: Any = block.get("text") or ""
        found = str(cast("Any", text).get("text", "")) if isinstance(text, dict) else str(text)
        (labels if block.get("type") == "button" else lines).append(found)
        alts.append(block.get("alt_text", ""))
        options: list[Any] = block.get("options") or []
        labels += [o["text"]["text"] for o in options]
    lines = [SLACK_DATE.sub(r"\1", line) for line in lines]
    return Shown(*(tuple(filter(None, each)) for each in (lines, alts, labels)))


def _message(update: Update) -> Message | None:
    match update:
        case Accepted():
            return blocks.status(update, None, FILES)
        case Progressed():
            return blocks.status(OPENING, update, FILES)
        case IterationFinished():
            return blocks.round_(update, FILES)
        case Critiqued():
            return blocks.round_(ROUND, FILES, update)
        case Described():
            return describing.described(update, FILES)
        case ReviewRequested() | Paused():
            return blocks.review(update)
        case Finished():
            return closing.final(update, FILES)
        case Failed():
            return blocks.failed(update)
        case Refused():
            return blocks.refused(update)
        case Noticed():
            return blocks.noticed(update)
        case _:
            return None


def in_terminal(update: Update) -> Shown:
    out = io.StringIO()
    console = Console(file=out, width=200)
    for line in told.lines(update):
        console.print(line, highlight=False, markup=False)
    return Shown(tuple(out.getvalue().splitlines()))


DOORS = {"Discord": on_discord, "Slack": on_slack, "terminal": in_terminal}


OnPage = Mapping[str, Mapping[str, Mapping[str, list[str]]]]
"""By language what the page shows of each sample, as a browser read it (tests/preview/page_texts.py)."""


def gallery(on_page: OnPage | None = None) -> Iterator[tuple[str, str, str, Shown]]:
    """(sample, door, language, what is shown) of everything; of the page where a browser read it."""
    for name, update in samples().items():
        for language, read_there in (on_page or {}).items():
            parts = {key: tuple(each) for key, each in read_there[name].items()}
            yield name, "page", language, Shown(**parts)
        for door, show in DOORS.items():
            for language in languages():
                speak(language)
                yield name, door, language, show(update)


SLACK_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")  # shown in the reader's own zone
UNFILLED = re.compile(r"\{\w*\}")
MODEL_ID = re.compile(r"\b[a-z]+:[a-z][\w.-]*[a-z0-9]\b")
EXACT_MONEY = re.compile(r"\$\d+\.\d{3,}|\d,\d{3,}\s\$")
ONE_OF_MANY = re.compile(
    r"(?<![\d.,])1 (?:\w+ )?(?:runs|rounds|images|checks|calls|Runden|Bilder)\b"
)
ENGLISH_WORDS = re.compile(
    r"\b(?:Round \d|round \d|of 100|Continue from|Paint again|spent \W|Review of|All rounds|did not|"
    r"Nothing was|The judge|Branch [A-Z]|There is)"
)


def faults(on_page: OnPage | None = None) -> list[str]:
    """What nobody should meet: each with where it is."""
    found: list[str] = []
    for name, door, language, shown in gallery(on_page):
        for words in shown.words:
            tests = {
                "a blank that was not filled": UNFILLED.search(words),
                "a model's raw id": door != "terminal" and MODEL_ID.search(words),
                "money to the last digit": door != "terminal" and EXACT_MONEY.search(words),
                "one of many": ONE_OF_MANY.search(words),
                "an entity": door != "Slack" and "&amp;" in words,
                "two blanks": door != "terminal" and re.search(r"\S  +\S", words),
                "English": language == "de" and ENGLISH_WORDS.search(words),
            }
            place = f"{name} · {door} · {language}"
            found += [f"{place}: {what}: {words}" for what, hit in tests.items() if hit]
        found += [f"{name} · Slack: an entity: {each}" for each in shown.labels if "&amp;" in each]
    return found


def page(on_page: OnPage | None = None) -> str:
    """The whole gallery as HTML."""
    rows: dict[str, list[str]] = {}
    heads: dict[str, None] = {}
    for name, door, language, shown in gallery(on_page):
        heads[f"{door} · {language}"] = None
        alts = "".join(f'<span class="a">🖼 {html.escape(alt)}</span>' for alt in shown.alts)
        labels = "".join(f'<span class="b">{html.escape(label)}</span>' for label in shown.labels)
        text = html.escape("\n".join(shown.lines))
        rows.setdefault(name, []).append(f"<td><pre dir=auto>{text}</pre>{alts}{labels}</td>")
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join(f"<tr><th>{name}</th>{''.join(cells)}</tr>" for name, cells in rows.items())
    start = (
        f"<!doctype html><meta charset=utf-8><title>What people read</title><style>{STYLE}</style>"
    )
    return f"{start}<table><thead><tr><th></th>{head}</tr></thead>{body}</table>"


async def with_browser() -> OnPage | None:
    """None where there is no Chromium."""
    if CHROMIUM is None:
        print("The page's column is left out: Chromium is not installed.")
        return None
    from playwright.async_api import async_playwright

    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            return {each: await read(browser, Path(folder) / each, each) for each in languages()}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(asyncio.run(with_browser())), "utf-8")
