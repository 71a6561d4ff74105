"""The real program with real models' names: what it says at start, what stops it, what it paints."""

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.models.seeing import grey
from tests.standins.openai_chat import add_chat
from tests.standins.openai_server import FLARE, KEY, SUNBURST, OpenAIServer, broken, wrong_key
from tests.standins.sdwebui_server import SdWebui

ROOT = Path(__file__).parents[3]
Process = asyncio.subprocess.Process


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    standin = OpenAIServer()
    add_chat(standin)
    async with standin:
        yield standin


def environ(server: OpenAIServer, **more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith(("_TOKEN", "_API_KEY")) and not name.startswith("DARKROOM_")
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": KEY,
        "DARKROOM_WEB__PORT": "0",
        "DARKROOM_BOT__LOG_FORMAT": "json",
        "COLUMNS": "200",
        **more,
    }


async def begun(folder: Path, env: dict[str, str], *words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**22,
    )


async def said(folder: Path, env: dict[str, str], *words: str) -> tuple[int, str, str]:
    process = await begun(folder, env, *words)
    out, err = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def started(folder: Path, env: dict[str, str]) -> AsyncGenerator[list[dict[str, object]]]:
    """The program, serving: its log up to `ready`. It ends without a fault."""
    process = await begun(folder, env, "run")
    assert process.stderr is not None
    log: list[dict[str, object]] = []
    try:
        while not log or log[-1]["event"] != "ready":
            line = await asyncio.wait_for(process.stderr.readline(), 60)
            assert line, log
            log.append(json.loads(line))
        yield log
    finally:
        process.terminate()
        await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0


@pytest.mark.slow
async def test_an_inherited_key_bills_nothing_unseen(tmp_path: Path, server: OpenAIServer) -> None:
    server.leaving["gpt-6.1-terra"] = "2999-01-01"
    async with started(tmp_path, environ(server)) as log:
        ready = log[-1]
        sentences = [str(line.get("sentence", "")) for line in log]
    assert ready["painter"] == f"openai:{FLARE}"
    assert ready["editor"] == f"openai:{SUNBURST}"
    assert (ready["critic"], ready["judge"]) == ("openai:gpt-6.1-terra", "openai:gpt-6-luna")
    assert (ready["usd_per_run"], ready["price_unknown"]) == ("0.50", [])
    assert 0.03 < float(str(ready["usd_a_round"])) < 0.1
    assert any("a key for OpenAI is set, so OpenAI paints" in each for each in sentences)
    (bill,) = [each for each in sentences if each.startswith("Models that cost money")]
    for part in (f"openai:{FLARE} (at most $0.0", "$0.50 a run", "$10.00 a day", "asks before"):
        assert part in bill
    assert {call.path for call in server.calls} == {"/models"}
    assert KEY not in json.dumps(log)


@pytest.mark.slow
async def test_a_model_that_is_gone_stops_the_start(tmp_path: Path, server: OpenAIServer) -> None:
    env = environ(server, DARKROOM_MODELS__CRITIC="openai:gpt-7")
    code, _, err = await said(tmp_path, env, "run")
    assert code == 2
    assert err.strip() == (
        'models.critic: OpenAI has no model gpt-7; write "openai:gpt-6.1-terra" instead.'
    )


@pytest.mark.slow
async def test_doctor_tells_what_is_wrong_with_each_model(
    tmp_path: Path, server: OpenAIServer
) -> None:
    server.leaving["gpt-6.1-terra"] = "2999-01-01"
    env = environ(
        server,
        STABILITY_API_KEY="sk-idle",
        DARKROOM_PROVIDERS__mine__base_url=server.url,
        DARKROOM_PROVIDERS__mine__api_key="sk-wrong",
        DARKROOM_MODELS__PAINTER="mine:flux",
        DARKROOM_MODELS__EDITOR=f"openai:{SUNBURST}",
    )
    code, out, _ = await said(tmp_path, env, "doctor")
    lines = {line.split()[1]: line.strip() for line in out.splitlines() if len(line.split()) > 1}
    assert code == 2
    assert lines["painter"].startswith("no ")
    assert 'price unknown: $0.25 is booked for an image until [prices."flux"]' in lines["painter"]
    assert "does not accept the API key" in out
    assert lines["editor"].startswith("ok ")
    assert "at most $0.0" in lines["editor"]
    assert lines["critic"].startswith("ok ")
    assert "a key for stability is set; no model in [models] uses it" in lines["key"]
    assert "sk-" not in out


@pytest.mark.slow
async def test_a_mixed_set_up_paints(tmp_path: Path, server: OpenAIServer) -> None:
    (tmp_path / "photo.png").write_bytes(grey(120, (128, 96)))
    forge = SdWebui()
    await forge.start()
    try:
        env = environ(
            server,
            DARKROOM_PROVIDERS__forge__kind="sdwebui",
            DARKROOM_PROVIDERS__forge__base_url=forge.url,
            DARKROOM_MODELS__PAINTER="forge:default",
            DARKROOM_MODELS__EDITOR=f"openai:{SUNBURST}",
        )
        words = ("refine", "photo.png", "-n", "2", "--stop", "never", "--json")
        code, out, err = await said(tmp_path, env, *words)
        assert code == 3, err
        assert "The first run that costs money asks before it starts. Add --yes." in out
        assert forge.calls == server.to("/chat/completions") == []
        code, out, err = await said(tmp_path, env, *words, "--yes")
    finally:
        await forge.stop()
    assert code == 0, err
    events = [json.loads(line) for line in io.StringIO(out)]
    assert len([event for event in events if event["event"] == "round"]) == 2
    painted = len(forge.calls) + len(server.to("/images/edits"))
    assert painted == 2
    assert {call.body["model"] for call in server.to("/chat/completions")} == {
        "gpt-6.1-terra",
        "gpt-6-luna",
    }
    assert forge.violations == server.violations == []


@pytest.mark.slow
async def test_an_outage_is_told_and_the_run_goes_on_by_itself(
    tmp_path: Path, server: OpenAIServer
) -> None:
    (tmp_path / "photo.png").write_bytes(grey(120, (128, 96)))
    server.faults.append(broken(503))
    env = environ(server, DARKROOM_MODELS__EDITOR=f"openai:{SUNBURST}")
    words = ("refine", "photo.png", "-n", "1", "--json", "--yes")
    code, out, err = await said(tmp_path, env, *words)
    assert code == 0, err
    events = [json.loads(line) for line in io.StringIO(out)]
    told = [event["sentence"] for event in events if event["event"] == "noticed"]
    assert told[0].startswith("OpenAI is not answering")
    assert told[0].endswith("; the run waits and goes on by itself.")
    assert told[-1] == "The wait is over; the run went on."
    assert len([event for event in events if event["event"] == "round"]) == 1
    assert server.violations == []


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["key", "nobody", "no v1"])
async def test_the_command_line_waits_for_nobody_who_will_not_come(
    tmp_path: Path, server: OpenAIServer, wrong: str
) -> None:
    (tmp_path / "photo.png").write_bytes(grey(120, (128, 96)))
    env = environ(server, **({"OPENAI_API_KEY": "sk-wrong"} if wrong == "key" else {}))
    if wrong == "nobody":
        await server.close_door()
    if wrong == "no v1":
        env["OPENAI_BASE_URL"] = server.url.removesuffix("/v1")
    code, out, err = await said(tmp_path, env, "refine", "photo.png", "--json", "--yes")
    assert code == 4, err
    told = json.loads(out.splitlines()[-1])
    assert told["event"] == "failed"
    part = {"key": "does not accept the API key", "nobody": "is not answering", "no v1": "/v1"}
    assert part[wrong] in told["sentence"]
    assert told["sentence"].startswith("models.painter: openai:")
    assert [call for call in server.calls if call.method == "POST"] == []


@pytest.mark.slow
async def test_a_key_that_stops_working_ends_a_run_in_the_terminal(
    tmp_path: Path, server: OpenAIServer
) -> None:
    (tmp_path / "photo.png").write_bytes(grey(120, (128, 96)))
    server.faults.append(replace(wrong_key(), on="/images/", after=1))
    words = ("refine", "photo.png", "-n", "3", "--stop", "never", "--json", "--yes")
    code, out, err = await said(tmp_path, environ(server), *words)
    assert code == 4, err
    events = [json.loads(line) for line in io.StringIO(out)]
    assert [event["event"] for event in events].count("round") == 1
    assert any("does not accept the API key" in event.get("sentence", "") for event in events)
    assert list((tmp_path / "out").glob("*.png"))  # what was painted is kept


@pytest.mark.slow
async def test_doctor_finds_what_lets_no_run_start(tmp_path: Path, server: OpenAIServer) -> None:
    env = environ(server, OPENAI_API_KEY="", OPENAI_BASE_URL="")
    mine = {
        "DARKROOM_PROVIDERS__mine__base_url": server.url,
        "DARKROOM_PROVIDERS__mine__api_key": KEY,
        "DARKROOM_MODELS__PAINTER": "mine:flux",
        "DARKROOM_MODELS__CRITIC": "mine:llava",
    }
    code, out, _ = await said(tmp_path, env | mine, "doctor")
    text = " ".join(out.split())
    assert code == 2
    assert "limits a refine of 4 rounds could cost $" in text
    assert "the limit is quotas.usd_per_run = $0.5, so none starts" in text
    assert '[prices."flux"] image = "0"; [prices."llava"] text_in = "0" and text_out = "0"' in text
    mine |= {
        "DARKROOM_PRICES__flux": '{"image": "0"}',
        "DARKROOM_PRICES__llava": '{"text_in": "0", "text_out": "0"}',
    }
    code, out, _ = await said(tmp_path, env | mine, "doctor")
    assert code == 0, out
    assert "limits" not in out


@pytest.mark.slow
async def test_doctor_finds_a_wrong_address(tmp_path: Path, server: OpenAIServer) -> None:
    root = server.url.removesuffix("/v1")
    code, out, _ = await said(tmp_path, environ(server, OPENAI_BASE_URL=root), "doctor")
    assert code == 2
    assert f'write providers.openai.base_url = "{root}/v1"' in " ".join(out.split())
    for wrong in (f"{server.url}/images/generations", "http://a b/v1"):
        code, _, err = await said(tmp_path, environ(server, OPENAI_BASE_URL=wrong), "doctor")
        assert code == 2
        assert err.startswith("providers.openai.base_url: ")


@pytest.mark.slow
async def test_the_next_painter_of_a_list_takes_over_in_an_outage(
    tmp_path: Path, server: OpenAIServer
) -> None:
    """The real program, the real client: OpenAI is down, the embedded engine paints. (Who paints is
    said in the log of the terminal.)"""
    server.faults = [replace(broken(), on="/images/generations")] * 20
    env = environ(
        server,
        DARKROOM_MODELS__PAINTER=f'["openai:{FLARE}", "offline:gouache"]',
        DARKROOM_MODELS__FALLBACK="take",
    )
    code, out, err = await said(
        tmp_path, env, "imagine", "--prompt", "a red fox", "--candidates", "1", "--yes"
    )
    assert code == 0, err
    assert "gouache paints from here on, for free." in out + err


@pytest.mark.slow
async def test_a_painter_named_twice_stops_the_start(tmp_path: Path, server: OpenAIServer) -> None:
    env = environ(server, DARKROOM_MODELS__PAINTER=f'["openai:{FLARE}", "openai:{FLARE}"]')
    code, _, err = await said(tmp_path, env, "run")
    assert (code, err.strip()) == (2, "models.painter: it names a painter twice.")


@pytest.mark.slow
async def test_doctor_live_makes_one_cheap_call_a_model_and_says_what_it_cost(
    tmp_path: Path, server: OpenAIServer
) -> None:
    code, out, err = await said(tmp_path, environ(server), "doctor", "--live")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0, out + err
    (painted,) = [line for line in lines if "live painter" in line]
    assert f"openai:{FLARE} answered in" in painted and "cost $0.0" in painted
    assert "request req_" in out
    (total,) = [line for line in lines if "live, in all" in line]
    assert "$0.0" in total
    assert len(server.to("/images/generations")) + len(server.to("/images/edits")) == 2
    assert server.to("/images/generations")[0].body["quality"] == "low"
    assert len(server.to("/chat/completions")) == 2  # critic and judge
