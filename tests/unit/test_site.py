"""What `make docs` looks for is found."""

from pathlib import Path

from tests.site import troubles


def test_a_link_to_nowhere_and_what_comes_from_elsewhere_are_named(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "index.html").write_text(
        '<link rel="canonical" href="https://x.example/"><link rel="stylesheet" href="own.css">'
        '<h1 id="top">…</h1><a href="#top">a</a><a href="#gone">b</a><a href="deeper/#here">c</a>'
        '<a href="nowhere.html">d</a><a href="https://x.example/page">e</a>'
        '<img src="//x.example/p.png"><script src="https://x.example/s.js"></script>'
    )
    (tmp_path / "deeper" / "index.html").write_text(
        '<p id="here"></p><a href="../index.html">up</a>'
    )
    (tmp_path / "own.css").write_text("@import 'https://fonts.example/f.css';")
    assert list(troubles(tmp_path)) == [
        "index.html: #gone: there is no such heading",
        "index.html: nowhere.html: there is no such file",
        "index.html: //x.example/p.png: it is fetched from elsewhere",
        "index.html: https://x.example/s.js: it is fetched from elsewhere",
        "own.css: it fetches from elsewhere",
    ]
