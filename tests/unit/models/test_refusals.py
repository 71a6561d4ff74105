"""Refusals in words are heard in five languages; a description that says "not" is none."""

import pytest

from adapters.models.seeing.refusals import refuses

REFUSED = (
    "I'm sorry, but I can't help with that.",
    "Es tut mir leid, aber dabei kann ich Ihnen leider nicht helfen.",
    "Ich kann dieses Bild nicht beschreiben.",
    "Das darf ich nicht vergleichen.",
    "Je suis désolé, mais je ne peux pas vous aider avec cette demande.",
    "Je ne puis pas décrire cette image.",
    "Lo siento, no puedo ayudarte con eso.",
    "No me es posible describir a la persona de la imagen.",
    "申し訳ありませんが、その画像については説明できません。",
    "恐れ入りますが、お手伝いできません。",
)
DESCRIBED = (
    "Der Fuchs schaut nicht in die Kamera; das Licht ist wärmer als auf der Vorlage.",
    "Ich sehe einen Hund. Die Vorlage ist heller, die Bäume stehen nicht am Rand.",
    "Ich würde den Himmel dunkler malen, nicht heller.",
    "Je vois un renard qui ne regarde pas la caméra.",
    "Le ciel n'est pas assez sombre; il faut créer plus de contraste.",
    "El zorro no puede verse entero; hay que crear más contraste.",
    "No hay flores en el prado.",
    "キツネはカメラを見ていません。空をもっと暗くしてください。",
    "背景が明るすぎて、木が見えません。",
)


@pytest.mark.parametrize("said", REFUSED)
def test_a_refusal_is_heard(said: str) -> None:
    assert refuses(said)


@pytest.mark.parametrize("said", DESCRIBED)
def test_a_description_is_no_refusal(said: str) -> None:
    assert not refuses(said)


def test_data_and_long_answers_are_none() -> None:
    assert not refuses('{"summary": "Ich kann dieses Bild nicht beschreiben."}')
    assert not refuses("Ich kann dieses Bild nicht beschreiben. " + "Viele Worte. " * 60)
