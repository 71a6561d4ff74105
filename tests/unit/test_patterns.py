"""Every pattern takes time that grows with the text, not with its square: of the whole product."""

import re
import signal
import time
from collections.abc import Iterator

import pytest

from adapters.models.offline.labels import labelled
from adapters.models.offline.softening import softened
from adapters.models.seeing.talk import json_in
from adapters.slack.forms import spoken
from core.domain.errors import BadRequest
from core.domain.text import clean
from core.jobs.planning import goal_of, prompt_of
from tests.patterns import Attack, Found, attacks, found

SMALL, LARGE = 1_500, 12_000
# Eight times the text: eight times the time, and 64 times where every beginning looks at the rest.
TOO_MUCH = 24
SHORT_S = 0.006  # what is done so soon is not quadratic: that would be many millions of steps
ENDLESS_S = 0.5
PATTERNS = found()


class Endless(Exception):
    pass


def _stop(*_: object) -> None:
    raise Endless


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """A match is interrupted by a signal of the process's own time, however busy the machine is."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    yield
    signal.signal(signal.SIGVTALRM, before)


def ends(pattern: re.Pattern[str], text: str) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS_S)
    try:
        pattern.sub("", text)
    except Endless:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def seconds(pattern: re.Pattern[str], text: str) -> float:
    begun = time.process_time()
    pattern.sub("", text)
    return time.process_time() - begun


def grows(pattern: re.Pattern[str], attack: Attack) -> float:
    """How many times as long the larger text takes; the best of several tries, as a busy machine
    only ever makes them longer. 0 where it is too short to tell."""
    small, large = attack.text(SMALL), attack.text(LARGE)
    if not ends(pattern, small) or not ends(pattern, large):
        return float("inf")
    first = seconds(pattern, large)
    if first < SHORT_S:
        return 0
    best = min(first, *(seconds(pattern, large) for _ in range(2)))
    return best / max(min(seconds(pattern, small) for _ in range(5)), 1e-6)


def worst(pattern: re.Pattern[str]) -> tuple[float, Attack | None]:
    found: tuple[float, Attack | None] = (0.0, None)
    for attack in attacks(pattern):
        ratio = grows(pattern, attack)
        if ratio > found[0]:
            found = (ratio, attack)
        if ratio > TOO_MUCH:
            break
    return found


def test_the_patterns_are_found() -> None:
    """If a way of writing them is not seen, this is where it is noticed."""
    where = {each.where.partition(":")[0] for each in PATTERNS}
    assert {"core.domain.text", "adapters.slack.forms", "adapters.models.offline.labels"} <= where
    assert len(PATTERNS) > 70


@pytest.mark.slow
@pytest.mark.parametrize(
    "written",
    [r"<(?:https?|mailto)[^>|]*(?:\|([^>]*))?>", r"<think>.*?</think>", r" *x", r"(a+)+$",
     r"<(?=\s*/?\s*(?:one|two)\b)", r"^Wish:\s*(.+?)\s*$"],
)  # fmt: skip
def test_a_bad_pattern_is_noticed(written: str) -> None:
    assert worst(re.compile(written, re.S | re.M))[0] > TOO_MUCH


@pytest.mark.slow
@pytest.mark.parametrize("each", PATTERNS, ids=lambda each: each.where)
def test_a_pattern_takes_time_in_proportion(each: Found) -> None:
    ratio, attack = worst(each.pattern)
    assert ratio < TOO_MUCH, (
        f"{each.where}: {each.pattern.pattern!r} on {attack}: {ratio:.0f} times"
    )


def test_what_is_far_too_long_is_not_even_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(_: str) -> str:
        pytest.fail("it was cleaned")

    monkeypatch.setattr("core.jobs.planning.clean", looked)
    with pytest.raises(BadRequest, match="80000 characters; 2000 are the limit"):
        goal_of("<lora: x" * 10_000)
    with pytest.raises(BadRequest, match="50000 characters; 4000 are the limit"):
        prompt_of("x" * 50_000, 4_000)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("a fox <lora:x:1> in snow", "a fox in snow"),
        ("a fox <LYCO:x<y:1> in snow", "a fox in snow"),
        ("a fox <lora:x", "a fox"),
        ("a <sd_cpp_extra_args>{}</sd_cpp_extra_args> fox", "a fox"),
        ("a fox <sd_cpp_extra_args>{", "a fox"),
        ("<3 a fox", "<3 a fox"),
    ],
)
def test_a_servers_private_syntax_is_left_out(said: str, left: str) -> None:
    assert clean(said) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("see <https://a.example/x|this> now", "see this now"),
        ("see <https://a.example> now", "see now"),
        ("<@U1> a <#C1|room> fox <!here>", "a fox"),
        ("<http<https://a.example|this>", "<httpthis"),
        ("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
    ],
)
def test_links_and_mentions_leave_their_words(said: str, left: str) -> None:
    assert spoken(said) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("<think>hm</think>{}", "{}"),
        ("a<think>{1}</think>b<think>{2}</think>{3}", "{3}"),
        ("<think>hm {}", "{}"),
        ("<think>" * 50_000, "<think>" * 50_000),
    ],
)
def test_thoughts_are_left_out(said: str, left: str) -> None:
    assert json_in(said) == left


@pytest.mark.parametrize(
    "said",
    ["Style: oil", "Style:   oil  \nmore", "first\nstyle: oil", "Style:\noil", "Style: oil."],
)
def test_a_label_says_what_stands_behind_it(said: str) -> None:
    assert (labelled("Style", said) or "").removesuffix(".") == "oil"
    assert labelled("Wish", said) is None
    assert labelled("Style", "Style:   \n") is None


def test_makers_are_left_out_of_a_softened_prompt() -> None:
    for written in ("a fox, by Ada Byron", "a fox by Ada Byron", "a fox ,  by Ada Byron"):
        assert softened(written) == "a fox"
