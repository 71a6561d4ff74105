"""What the page shows of each update, read from a real browser in a language."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.domain.commands import Actor, Place
from core.domain.records import Session, Tree
from core.domain.updates import Accepted, Critiqued, Noticed, Refused, Update
from tests.integration.web.conftest import Stage, playing
from tests.integration.web.fake_door import NOW, png
from tests.preview.updates import OPENING, ROUND, samples

END = "⟂"
READER = Actor("web", "", "ada", "Ada")
READ = """(end) => {
  for (const each of document.querySelectorAll("#thread details")) each.open = true;
  const roots = [document.getElementById("thread"), document.getElementById("asides")];
  const texts = (query, of) => roots.flatMap((root) => [...root.querySelectorAll(query)]).map(of).filter(Boolean);
  const labels = texts("button, summary", (each) => each.innerText.trim());
  const lines = roots.flatMap((root) => root.innerText.split("\\n")).map((each) => each.trim());
  document.getElementById("asides").replaceChildren();
  return {
    lines: lines.filter((each) => each && each !== end && !labels.includes(each)),
    alts: texts("img", (each) => each.alt),
    labels,
  };
}"""
"""Whatever a thread shows, disclosed or not, and what is said beside it."""


async def read(
    browser: Any, folder: Path, locale: str = "en-US"
) -> Mapping[str, Mapping[str, list[str]]]:
    """Of each sample `lines`, `alts` and `labels` of its post. Raises what the page throws."""
    found: dict[str, Mapping[str, list[str]]] = {}
    async with playing(folder) as stage:
        for letter in "abcde":
            stage.core.images.bytes[letter * 64] = png(2)
        page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale=locale)
        troubles: list[str] = []
        page.on("pageerror", partial(_kept, troubles))
        await page.goto(stage.url)
        await page.locator("dialog input[name=name]").fill(READER.name)
        await page.keyboard.press("Enter")
        await page.locator("#line").wait_for()
        for number, (name, update) in enumerate(samples().items()):
            found[name] = await _post(stage, page, f"t{number}", update)
        await page.close()
        assert troubles == []
    return found


def _kept(troubles: list[str], error: object) -> None:
    troubles.append(str(error))


async def _post(stage: Stage, page: Any, session: str, update: Update) -> Mapping[str, list[str]]:
    place = Place("web", "", "playground", thread=session)
    home = Session(
        id=session, mode="refine", owner=READER, place=place, reference="", goal="", created=NOW
    )
    stage.core.trees[session] = Tree(session=home, runs=(), iterations=())
    before = [OPENING] if not isinstance(update, Accepted) else []
    before += [ROUND] if isinstance(update, Critiqued) else []
    end = Noticed(session=session, about="end", sentence=END)
    for each in (*before, update, end):
        told = replace(each, session=session)
        if isinstance(told, Refused):
            told = replace(told, actor=READER.id, dedup_key=session)
        await stage.core.post(told)
    await page.evaluate("(session) => { location.hash = session; }", session)
    await page.locator("#thread").get_by_text(END).wait_for()
    return await page.evaluate(READ, END)
