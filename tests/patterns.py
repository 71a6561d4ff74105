"""Every regular expression of the product, found in its source, and texts that hurt each of them."""

import ast
import importlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as codes
    from re import _parser as parser

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "adapters", "core")
FUNCTIONS = {
    "compile",
    "sub",
    "subn",
    "search",
    "match",
    "fullmatch",
    "split",
    "findall",
    "finditer",
}
ANYTHING = "(?:ab|cd ef)"  # stands for a name that only a call knows
FLAGS = {"I": re.I, "IGNORECASE": re.I, "S": re.S, "DOTALL": re.S, "M": re.M, "MULTILINE": re.M}


@dataclass(frozen=True)
class Found:
    """A pattern and where it is written."""

    where: str
    pattern: re.Pattern[str]


def found() -> list[Found]:
    """One for each call of `re` in the source; what is made of names is put together from them."""
    everything: dict[tuple[str, int], Found] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for call in _calls(path):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                pattern = _pattern(call, module)
                where = f"{module}:{call.lineno}"
                everything.setdefault((pattern.pattern, pattern.flags), Found(where, pattern))
    return list(everything.values())


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if (
                name in FUNCTIONS
            ):
                yield node


def _pattern(call: ast.Call, module: str) -> re.Pattern[str]:
    flags = re.NOFLAG
    for node in ast.walk(ast.Module([ast.Expr(each) for each in _rest(call)], [])):
        if isinstance(node, ast.Attribute) and node.attr in FLAGS:
            flags |= FLAGS[node.attr]
    return re.compile(_text(call.args[0], importlib.import_module(module)), flags)


def _rest(call: ast.Call) -> list[ast.expr]:
    return [*call.args[1:], *(word.value for word in call.keywords)]


def _text(node: ast.expr, module: Any) -> str:
    """A constant as it is, an expression of the module's names as it comes out, anything else as
    a stand-in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, module) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        node = node.value
    try:
        value = eval(compile(ast.Expression(node), "<pattern>", "eval"), dict(vars(module)))
    except NameError:
        return ANYTHING
    if isinstance(value, bytes):
        return value.decode("latin-1")
    assert isinstance(value, str), ast.dump(node)
    return value


@dataclass(frozen=True, order=True)
class Attack:
    """A text that is written for a length: `before`, then `unit` again and again, then `end`."""

    before: str
    unit: str
    end: str

    def text(self, size: int) -> str:
        return self.before + self.unit * (size // len(self.unit) + 1) + self.end


def attacks(pattern: re.Pattern[str]) -> list[Attack]:
    """Texts that nearly match, over and over: every beginning of a match repeated, and every part
    that repeats, repeated, with an end that fits nothing."""
    units: set[str] = {" ", "a", "A ", "\n", "<", " \n"}
    pumps: set[tuple[str, str]] = set()
    _walk(list(parser.parse(pattern.pattern, pattern.flags)), "", units, pumps)
    pumps |= {("", unit) for unit in units}
    ends = ("", "\0", "!\0")
    return sorted(Attack(before, unit, end) for before, unit in pumps if unit for end in ends)


def _walk(items: list[Any], before: str, units: set[str], pumps: set[tuple[str, str]]) -> str:
    """A text that these parts match after `before`; on the way, what may be repeated."""
    for code, value in items:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = value
            for unit in _samples(list(inner), units, pumps, before):
                if most > 20 and unit:
                    pumps.add((before, unit))
                    pumps.add(("", before + unit))
            one = _walk(list(inner), before, units, pumps)
            before += one.removeprefix(before) * max(1, least)
        elif code is codes.SUBPATTERN:
            before = _walk(list(value[3]), before, units, pumps)
        elif code is codes.ATOMIC_GROUP:
            before = _walk(list(value), before, units, pumps)
        elif code is codes.BRANCH:
            ways = [_walk(list(way), before, units, pumps) for way in value[1]]
            before = ways[0]
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            _walk(list(value[1]), before, units, pumps)
        elif code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            before += _one(code, value)
        if before:
            units.add(before)
    return before


def _samples(
    inner: list[Any], units: set[str], pumps: set[tuple[str, str]], before: str
) -> list[str]:
    """What one round of a repeat may be: the same characters as around it count most."""
    plain = _walk(inner, "", set(), set())
    if len(inner) == 1 and inner[0][0] in (codes.IN, codes.ANY, codes.NOT_LITERAL):
        return [plain, *(c for c in " aA0-,<\n" if _fits(inner[0], c))]
    return [plain]


def _fits(item: tuple[Any, Any], character: str) -> bool:
    code, value = item
    if code is codes.ANY:
        return character != "\n"
    if code is codes.NOT_LITERAL:
        return ord(character) != value
    members = list(value)
    wanted = True
    if members[0][0] is codes.NEGATE:
        wanted, members = False, members[1:]
    return any(_member(each, character) for each in members) is wanted


def _member(each: tuple[Any, Any], character: str) -> bool:
    code, value = each
    if code is codes.LITERAL:
        return ord(character) == value
    if code is codes.RANGE:
        return value[0] <= ord(character) <= value[1]
    tests = {
        codes.CATEGORY_SPACE: str.isspace,
        codes.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
        codes.CATEGORY_DIGIT: str.isdecimal,
        codes.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
        codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
        codes.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
    }
    return tests[value](character)


def _one(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    return next((c for c in "aA0 -,.:<@#!\n" if _fits((code, value), c)), "a")
