"""Prices: the published figures come out, unknown stays unknown, the configuration wins."""

from decimal import Decimal

import pytest

from adapters.models.prices import PriceBook, image_tokens

FLARE = "gpt-image-2.5-flare-2026-09-08"
CENT = Decimal("0.001")


@pytest.mark.parametrize(
    ("model", "quality", "dollars"),
    [
        ("gpt-image-2", "low", ".006"),
        ("gpt-image-2-2026-04-21", "medium", ".053"),
        ("gpt-image-2", "high", ".211"),
        (FLARE, "low", ".006"),
        (FLARE, "medium", ".013"),
        (FLARE, "high", ".053"),
        (FLARE, "xhigh", ".094"),
        (FLARE, "max", ".211"),
        (FLARE, "auto", ".211"),
    ],
)
def test_one_square_image_costs_what_the_price_list_says(
    model: str, quality: str, dollars: str
) -> None:
    usd = PriceBook().image_usd(model, quality=quality, width=1024, height=1024)
    assert usd is not None
    assert usd.quantize(CENT) == Decimal(dollars)


def test_images_add_up_and_grow_with_their_area() -> None:
    book = PriceBook()
    one = book.image_usd(FLARE, quality="high", width=1024, height=1024)
    assert one is not None
    assert book.image_usd(FLARE, quality="high", width=1024, height=1024, n=4) == one * 4
    assert book.image_usd(FLARE, quality="high", width=2048, height=1024) == one * 2
    assert book.image_usd(FLARE, quality="high", width=640, height=1024) == one


def test_inputs_and_text_are_paid_for() -> None:
    book = PriceBook()
    assert image_tokens(1024, 1024) == 1229
    plain = book.image_usd(FLARE, quality="low", width=1024, height=1024)
    edit = book.image_usd(FLARE, quality="low", width=1024, height=1024, inputs=2, text_in=1000)
    assert plain is not None
    assert edit == plain + Decimal(2 * 1229 * 8 + 1000 * 5) / 1_000_000


def test_tokens_of_a_critic() -> None:
    usd = PriceBook().tokens_usd("gpt-6.1-terra", text_in=1000, image_in=2458, text_out=600)
    assert usd == Decimal("0.006458")


@pytest.mark.parametrize("quality", ["high", "auto", "strange"])
def test_what_nobody_knows_stays_unknown(quality: str) -> None:
    book = PriceBook()
    assert book.image_usd("gpt-image-2.6-flare", quality=quality, width=1024, height=1024) is None
    assert book.image_usd("flux", quality="low", width=1024, height=1024) is None
    assert book.tokens_usd("llava", text_in=1) is None
    assert book.tokens_usd(FLARE, text_out=1) is None
    assert book.flat_usd("flux", "generate") is None
    big = book.image_usd("gemini-3-pro-image", quality=quality, width=2048, height=2048)
    assert big is None


def test_credits_are_cents() -> None:
    book = PriceBook()
    assert book.flat_usd("sd3.5-large", "generate") == Decimal("0.065")
    assert book.flat_usd("ultra", "generate/ultra") == Decimal("0.08")
    assert book.flat_usd("core", "edit/inpaint") == Decimal("0.05")
    assert book.flat_usd("any.safetensors", "txt2img") == 0


def test_the_configuration_wins_and_a_snapshot_falls_back_to_its_family() -> None:
    book = PriceBook(
        {
            "gpt-image-2.5-flare": {"image_out": Decimal(60)},
            "flux": {"image": Decimal(0)},
            "core": {"image": Decimal("0.02")},
        }
    )
    usd = book.image_usd(FLARE, quality="medium", width=1024, height=1024, text_in=1000)
    assert usd == Decimal(439 * 60 + 1000 * 5) / 1_000_000
    assert book.image_usd("flux", quality="low", width=4096, height=4096, n=3) == 0
    assert book.flat_usd("core", "edit/inpaint") == Decimal("0.02")
