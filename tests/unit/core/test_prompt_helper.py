"""The prompt helper's form, and what people write between the words of a prompt."""

import pytest

from core.domain.errors import BadRequest
from core.domain.options import SHAPES
from core.domain.prompt_helper import FIELDS, TEMPLATES, composed, template
from core.domain.prompt_words import apart, readable, ways


def test_a_filled_form_is_one_prompt_in_the_order_people_read() -> None:
    values = {
        "subject": "a red fox. ",
        "action": "asleep\nin a hammock",
        "environment": "a garden",
        "style": "ukiyo-e",
        "quality": "",
    }
    assert composed(values) == "A red fox asleep in a hammock, a garden. Ukiyo-e."


@pytest.mark.parametrize("name", [each.name for each in TEMPLATES])
def test_every_template_is_a_prompt_and_a_shape(name: str) -> None:
    worked = template(name)
    assert worked.values.keys() <= set(FIELDS)
    assert worked.size in SHAPES
    prompt = composed(worked.values)
    assert all(value.rstrip(".")[1:] in prompt for value in worked.values.values())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"style": "oil"}, "the subject"),
        ({"subject": "x" * 2000, "style": "oil"}, "2000 are the limit"),
    ],
)
def test_what_a_form_lacks_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        composed(values)
    with pytest.raises(BadRequest, match="app_screen"):
        template("flyer")


def test_braces_stand_for_several_prompts() -> None:
    found = ways("a {red,  blue} fox in {snow, rain}")
    assert [each.prompt for each in found] == [
        "a red fox in snow",
        "a red fox in rain",
        "a blue fox in snow",
        "a blue fox in rain",
    ]
    assert [each.label for each in found][:2] == ["red, snow", "red, rain"]
    assert readable("a {red, blue} fox") == "a red or blue fox"
    (only,) = ways("a fox")
    assert (only.prompt, only.label) == ("a fox", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a {red, {dark, light} blue} fox", "can't stand in braces"),
        ("a {red, blue fox", "not closed"),
        ("a red} fox", "without a { before it"),
        ("a {} fox", "nothing between"),
        ("a { , } fox", "nothing between"),
        ("{a,b,c} {d,e,f}", "more than 8 pictures"),
        ("{" + ",".join("abcdefghi") + "}", "more than 8 pictures"),
    ],
)
def test_braces_that_are_wrong_are_a_sentence(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        ways(text)


@pytest.mark.parametrize(
    ("text", "words", "unwanted"),
    [
        ("a fox, not: snow, people.", "a fox", "snow, people"),
        ("a fox Not:snow", "a fox", "snow"),
        ("knot: a rope", "knot: a rope", ""),
        ("not: snow", "", "snow"),
    ],
)
def test_what_is_not_wanted_stands_apart(text: str, words: str, unwanted: str) -> None:
    assert apart(text) == (words, unwanted)
