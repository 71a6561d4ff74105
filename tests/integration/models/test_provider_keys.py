"""The keys of a provider's table that say how it is reached: certificates, headers, parameters left
out, Azure's addresses, the wording of requests. And what its address lacks is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.models.config import ProviderConfig
from adapters.models.openai.critic import OpenAICritic
from adapters.models.openai.painter import OpenAIPainter
from adapters.models.policy import distrusted
from adapters.models.prices import PriceBook
from adapters.models.sdwebui.painter import SdWebuiPainter
from adapters.models.stability.painter import StabilityPainter
from core.domain.errors import AccountProblem, Misconfigured
from core.models.critic import Describe
from core.models.painter import PaintRequest
from tests.harness import Inline
from tests.standins.openai_chat import add_chat
from tests.standins.openai_faults import Fault
from tests.standins.openai_server import KEY, OpenAIServer
from tests.standins.sdwebui_server import SdWebui
from tests.standins.stability_server import KEY as STABILITY_KEY
from tests.standins.stability_server import Stability
from tests.standins.tls import CERTIFICATE, self_signed

FOX = PaintRequest(prompt="a red fox", width=512, height=512, seed=5, user="a1b2")
KINDS = ("openai", "critic", "sdwebui", "stability")


@asynccontextmanager
async def standing_in(kind: str, *, tls: bool = False) -> AsyncIterator[Any]:
    """The stand-in of a kind; `server.calls` are what came."""
    server: Any = {"sdwebui": SdWebui, "stability": Stability}.get(kind)
    server = server() if server else OpenAIServer(dialect="compatible")
    if kind == "critic":
        add_chat(server)
    server.tls = self_signed() if tls else None
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def model_of(kind: str, server: Any, **keys: Any) -> Any:
    config = {"kind": kind, "base_url": server.url} | keys
    match kind:
        case "sdwebui":
            make, name = SdWebuiPainter, "default"
        case "stability":
            make, name = StabilityPainter, "core"
            config |= {"api_key": STABILITY_KEY}
        case "critic":
            make, name = OpenAICritic, "llava"
            config |= {"kind": "openai"}
        case _:
            make, name = OpenAIPainter, "sdxl"
    return make("mine", name, ProviderConfig(**config), PriceBook(), Inline())


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


async def call(model: Any) -> None:
    if isinstance(model, OpenAICritic):
        assert (await model.describe(Describe(goal="a fox"))).value.prompt
    else:
        assert len(await model.paint(FOX)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_certificate_that_nobody_signed_is_one_sentence_whatever_the_kind(
    kind: str,
) -> None:
    async with standing_in(kind, tls=True) as server:
        model = model_of(kind, server)
        label = {"sdwebui": "The image server mine", "stability": "Stability AI"}
        said = distrusted(label.get(kind, "The server mine"), "mine")
        assert "providers.mine.ca_file" in said
        with pytest.raises(AccountProblem) as caught:
            await call(model)
        assert caught.value.sentence == said
        try:
            standing = await model.probe()
            assert (standing.ok, standing.sentence) == (False, said)
        except AccountProblem as exc:
            assert exc.sentence == said
        await model.close()
        assert server.calls == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_certificate_is_trusted_whose_authority_is_named(kind: str) -> None:
    async with standing_in(kind, tls=True) as server:
        model = model_of(kind, server, ca_file=str(CERTIFICATE))
        await call(model)
        await model.close()
        assert len(server.calls) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_without_certificates_is_named(kind: str, tmp_path: Any) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    async with standing_in(kind) as server:
        for path in (empty, tmp_path / "none.pem"):
            with pytest.raises(Misconfigured, match=r"^providers\.mine\.ca_file: .*\.pem is no"):
                model_of(kind, server, ca_file=str(path))


@pytest.mark.parametrize("kind", KINDS)
async def test_headers_go_with_every_request_and_into_no_repr(kind: str) -> None:
    async with standing_in(kind) as server:
        model = model_of(kind, server, extra_headers={"X-Team": "art-secret"})
        await call(model)
        assert [_lower(each.headers)["x-team"] for each in server.calls] == ["art-secret"]
        config = ProviderConfig(kind="openai", extra_headers={"X-Team": "art-secret"})
        assert "art-secret" not in repr(config)
        await model.close()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("openai", ("response_format", "quality", "n", "size")),
        ("critic", ("response_format",)),
        ("sdwebui", ("seed", "send_images", "save_images")),
        ("stability", ("seed", "output_format")),
    ],
)
async def test_what_is_left_out_is_sent_nowhere(kind: str, names: tuple[str, ...]) -> None:
    async def sent(omit: tuple[str, ...]) -> set[str]:
        async with standing_in(kind) as server:
            model = model_of(kind, server, omit=omit)
            await call(model)
            await model.close()
            (one,) = server.calls
            return set(getattr(one, "fields", None) or one.body) - {"stream"}  # of the SDK's own

    everything = await sent(())
    assert everything >= set(names)
    assert await sent(names) == everything - set(names)


async def test_azure_s_deployments_are_addressed_with_version_and_key() -> None:
    server = OpenAIServer(dialect="compatible")
    eye = add_chat(server)
    at = "/openai/deployments/{model}"
    server.app.router.add_post(f"{at}/images/generations", server._generate)
    server.app.router.add_post(f"{at}/images/edits", server._edit)
    server.app.router.add_post(f"{at}/chat/completions", eye.answer)
    async with server:
        root = server.url.removesuffix("/v1")
        keys = {"base_url": root, "api_key": KEY, "api_version": "2025-04-01-preview"}
        config = ProviderConfig(kind="openai", dialect="gpt-image", **keys)
        painter = OpenAIPainter("azure", "my-pictures", config, PriceBook(), Inline())
        critic = OpenAICritic("azure", "my-eyes", config, PriceBook(), Inline())
        await call(critic)
        await call(painter)
        await painter.close()
        await critic.close()
    asked, painted = server.calls
    assert asked.path == "/openai/deployments/my-eyes/chat/completions"
    assert painted.path == "/openai/deployments/my-pictures/images/generations"
    assert "response_format" not in painted.body
    for each in server.calls:
        assert each.headers["api-key"] == KEY
        assert each.query == {"api-version": "2025-04-01-preview"}


async def test_azure_s_newer_api_takes_a_version_beside_openai_s_own_addresses() -> None:
    async with standing_in("critic") as server:
        critic = model_of("critic", server, api_version="preview", api_key=KEY)
        await call(critic)
        await critic.close()
        (one,) = server.calls
        assert (one.path, one.query) == ("/chat/completions", {"api-version": "preview"})
        assert one.headers["Authorization"] == f"Bearer {KEY}"


async def test_a_gpt_image_model_under_another_name_is_told_and_its_dialect_works() -> None:
    async with standing_in("openai") as server:
        said = "Unknown parameter: 'response_format'."
        server.faults.append(Fault("status", 400, "unknown_parameter", "invalid_request", said))
        painter = model_of("openai", server)
        with pytest.raises(AccountProblem, match=r'providers\.mine\.dialect = "gpt-image"'):
            await call(painter)
        await painter.close()
        painter = model_of("openai", server, dialect="gpt-image")
        assert painter.profile.transparent
        await call(painter)
        await painter.close()
        assert "response_format" not in server.calls[-1].body
        assert server.calls[-1].body["output_format"] == "png"


async def test_a_model_called_like_gpt_image_may_be_none() -> None:
    config = ProviderConfig(kind="openai", base_url="http://127.0.0.1:1/v1", dialect="dall-e")
    painter = OpenAIPainter("mine", "gpt-image-2", config, PriceBook(), Inline())
    assert not painter.profile.transparent
    await painter.close()


async def test_an_address_without_its_v1_is_found_where_it_is() -> None:
    async with standing_in("critic") as server:
        root = server.url.removesuffix("/v1")
        for kind in ("critic", "openai"):
            model = model_of(kind, server, base_url=root)
            standing = await model.probe()
            await model.close()
            assert not standing.ok
            assert standing.sentence == (
                f'The server mine has its API at {root}/v1: write providers.mine.base_url = "{root}/v1".'
            )
