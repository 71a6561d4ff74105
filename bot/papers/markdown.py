"""What the pages are written with."""

from collections.abc import Sequence

Row = Sequence[str]


def table(heads: Row, rows: Sequence[Row]) -> str:
    """A table of cells in Markdown; line ends and bars in them are kept from breaking it."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def made_by(what: str) -> str:
    """The remark at the head of a page that nobody writes by hand."""
    return f"<!-- made of {what} by `make papers` -->"


def placed(page: str, name: str, text: str) -> str:
    """The page with the text between its marks of that name. Raises ValueError where they are not."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, opened, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"there is no {begin} … {end} to write between")
    return f"{before}{begin}\n{text}\n{end}{after}"
