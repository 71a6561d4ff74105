"""Every ordered stop ends in bounded time, says nothing bad, and loses nothing."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest
from discord.backoff import ExponentialBackoff
from structlog.testing import capture_logs

from bot import app as program
from bot.app import serving
from bot.config import Settings
from core.service.supervisor import RestartPauses
from tests.standins.discord_server import TOKEN, DiscordServer, Fault

ROOT = Path(__file__).parents[3]
SWALLOWS = """
import asyncio, signal, sys, os
from bot.stopping import until_stopped

async def swallows():
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(int(sys.argv[2])):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            if sys.argv[3:]:
                os.kill(os.getpid(), signal.SIGTERM)

asyncio.run(until_stopped(swallows(), float(sys.argv[1])))
print("ended by itself")
"""


def left(*words: str) -> subprocess.CompletedProcess[str]:
    """A program that does not end when it is told to."""
    return subprocess.run(
        (sys.executable, "-c", SWALLOWS, *words),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_does_not_end_is_left_when_the_time_is_over() -> None:
    ended = left("0.3", "1000")
    assert ended.returncode == 0
    assert "not everything ended in time" in ended.stdout + ended.stderr
    assert "ended by itself" not in ended.stdout


def test_a_second_signal_is_not_waited_for() -> None:
    ended = left("1000", "1000", "again")
    assert ended.returncode == 0
    assert "stopped at once by a second signal" in ended.stdout + ended.stderr


def test_what_ends_in_time_ends_by_itself() -> None:
    ended = left("1000", "1")
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "ended by itself")


def settings(folder: Path, server: DiscordServer, **bot: Any) -> Settings:
    return Settings.model_validate(
        {
            "bot": {"data_dir": folder / "data", **bot},
            "web": {"port": 0},
            "discord": {
                "token": TOKEN,
                "api_base": server.api,
                "gateway_url": server.gateway_url,
                "cdn_hosts": [server.origin],
            },
        }
    )


@pytest.mark.slow
async def test_a_gateway_that_is_away_does_not_hold_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backing_off = asyncio.Event()

    def long(_: ExponentialBackoff[Any]) -> float:
        backing_off.set()
        return 600.0

    monkeypatch.setattr(ExponentialBackoff, "delay", long)
    server = DiscordServer()
    await server.__aenter__()
    with capture_logs() as said:
        async with asyncio.timeout(40), serving(settings(tmp_path, server)):
            await server.__aexit__()
            await backing_off.wait()
    assert [line for line in said if line["log_level"] != "info"] == []


@pytest.mark.slow
async def test_a_platform_that_is_away_at_the_start_is_tried_again_while_the_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "PACE", RestartPauses(first_s=0.05, longest_s=0.05, steady_s=0.1))
    async with DiscordServer() as server:
        server.faults += [Fault("GET", "/users/@me", 403, times=3)]
        async with serving(settings(tmp_path, server)) as app:
            assert not app.platforms["discord"].connected
            assert app.address
            await app.platforms["discord"].up.wait()
            assert app.platforms["discord"].connected


@pytest.mark.slow
async def test_a_connection_that_ended_for_good_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "PACE", RestartPauses(first_s=0.05, longest_s=0.05, steady_s=0.1))
    async with DiscordServer() as server, serving(settings(tmp_path, server)) as app:
        first = app.platforms["discord"].client
        await server.drop_gateway(4004)
        await server.until(lambda: server.identified == 2)
        await app.platforms["discord"].up.wait()
        assert app.platforms["discord"].client is not first
        assert app.platforms["discord"].connected


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_in_a_run_drains_and_every_line_is_json(
    tmp_path: Path, number: signal.Signals
) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    environ |= {"PYTHONPATH": str(ROOT), "DARKROOM_WEB__PORT": "0"}
    environ |= {"DARKROOM_BOT__LOG_FORMAT": "json"}
    with subprocess.Popen(
        (sys.executable, "-m", "bot", "run"),
        cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said = [json.loads(process.stderr.readline())]
        assert said[0]["event"] == "ready"
        develop(said[0]["address"])
        process.send_signal(number)
        said += [json.loads(line) for line in process.stderr]
        assert process.wait(60) == 0
    assert [line["event"] for line in said] == ["ready", "stopping"]


def develop(address: str) -> None:
    """Begins a session of many rounds; returns when the first is painted."""
    headers = {"X-Darkroom-Name": "Ann", "Origin": address.rstrip("/")}

    def ask(path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        more = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(address + path, data, {**headers, **more})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    command = {"kind": "refine", "goal": "a red fox in the snow", "iterations": 10, "stop": "never"}
    session = ask("api/commands", {**command, "key": str(uuid.uuid4())})["session"]
    while not ask(f"api/sessions/{session}")["iterations"]:
        time.sleep(0.05)
